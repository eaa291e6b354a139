//! Settings of the configuration that keep pods away from Spot: each is blamed at its own key.

use serde_json::json;

use super::simulate_played::Simulation;

#[test]
fn a_priority_threshold_is_blamed_at_its_own_key() {
    let set = "spec.descheduler.evictor.priorityThreshold.value=0";
    let run = Simulation::of_minimal().sets(&[set]).play("pool");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(
        cause.contains(" spec.descheduler.evictor.priorityThreshold"),
        "{finding}"
    );
    let change = &finding["changes"][0];
    assert_eq!(
        change["set"][0], "spec.descheduler.evictor.priorityThreshold=null",
        "{finding}"
    );
    assert_eq!(change["verdict"], "converged", "{finding}");
}

/// Placeholders wait for nodes as long as it lasts, so that more of them would be no help.
#[test]
fn an_autoscaler_that_is_halted_is_blamed_for_pods_that_stay_away() {
    let sets = [
        "spec.autoscaler={profilePreset: None}",
        "spec.workloads.web.replicas=20",
        "spec.workloads.web.requests={cpu: 500m, memory: 512Mi}",
        "spec.workloads.web.disruptionBudget=None",
        "spec.nodePools.regular1.nodes={min: 5, max: 10}",
        "spec.nodePools.spot1.nodes={min: 0, max: 10}",
        "spec.nodePools.spot1.spot={evictionPolicy: Deallocate}",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("all-spot-10m");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "unready-nodes-halt-autoscaler", "{run}");
    assert_eq!(finding["changes"][0]["verdict"], "converged", "{run}");
}

/// The autoscaler may not delete machines that the cloud refused at the minimum of the pool, and waits for them.
#[test]
fn refused_machines_at_the_minimum_of_a_pool_are_blamed() {
    let least = "spec.nodePools.spot1.nodes.min=2";
    let run = Simulation::of_minimal().sets(&[least]).play("all-spot-10m");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(cause.ends_with("spec.nodePools.0.nodes.min"), "{run}");
    let change = &finding["changes"][0];
    assert_eq!(change["set"], json!(["spec.nodePools.spot1.nodes.min=0"]));
    assert_eq!(change["verdict"], "converged", "{run}");
}

/// Each argument is a text of its own, so that a line and a column do not tell them apart.
#[test]
fn a_set_that_is_blamed_is_named() {
    let no_pods = "spec.descheduler.limits.total=0";
    let cause = |sets: &[&str]| {
        let run = Simulation::of_minimal().sets(sets).play("all-spot-10m");
        let cause = run["findings"][0]["cause"].as_str().unwrap_or_default();
        cause.to_owned()
    };
    let several = [
        "spec.descheduler.interval=1m",
        no_pods,
        "spec.workloads.web.replicas=4",
    ];
    let named = "`--set spec.descheduler.limits.total=0` spec.descheduler.limits.total";
    assert_eq!(cause(&several), named);
    let long =
        "spec.descheduler={interval: 1m, limits: {total: 0, perNode: 1}, evictor: {nodeFit: true}}";
    let named = "`--set spec.descheduler=…` spec.descheduler.limits.total";
    assert_eq!(cause(&["spec.workloads.web.replicas=4", long]), named);
}
