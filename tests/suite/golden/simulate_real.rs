//! Faults that somebody has really had, played: the line that `check` finds is the one that is blamed.

use std::fs;

use super::root;
use super::simulate_played::Simulation;

#[test]
fn real_faults_are_blamed_where_they_are() {
    for (case, cause, rule) in [
        (
            "descheduler-misnamed-plugin",
            "app.yaml:52:19 profiles",
            "broken-descheduler-policy",
        ),
        (
            "autoscaler-742",
            "app.yaml:15:26 spec.template.spec.priorityClassName",
            "expendable-placeholder",
        ),
        (
            "autoscaler-6086",
            "app.yaml:19:13 spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
            "selector-matches-no-pool",
        ),
    ] {
        let name = format!("real/{case}");
        let manifests = fs::read_to_string(root().join(&name).join("manifests.yaml"));
        let run = Simulation::of_case(&name)
            .from(&manifests.expect("it is there"))
            .play("all-spot-10m");
        let finding = &run["findings"][0];
        assert_eq!(finding["cause"], cause, "{case}: {run}");
        assert_eq!(finding["rule"], rule, "{case}: {run}");
    }
}
