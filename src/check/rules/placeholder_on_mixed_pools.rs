use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-on-mixed-pools",
    level: Severity::Error,
    summary: "placeholders are pinned to Spot and on-demand at once",
    harm: "They land on whatever has room. Those on on-demand keep it from being scaled down, and a pending one \
           lets the autoscaler grow either.",
    detection: "`kubectl get pods -o wide` shows placeholders on nodes of both kinds.",
    remedy: "Make one entry for Spot and one for on-demand.",
    sources: &["kubernetes/autoscaler cluster-autoscaler/FAQ.md: overprovisioning"],
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    for (at, placeholder) in system.placeholders() {
        let pools = || placeholder.target.pools(plan);
        if !pools().any(crate::plan::NodePool::is_spot)
            || pools().all(crate::plan::NodePool::is_spot)
        {
            continue;
        }
        let names: Vec<&str> = pools().map(|pool| pool.name.as_str()).collect();
        let message = format!(
            "placeholders `{}` are on Spot and on on-demand: {}",
            placeholder.name,
            names.join(", ")
        );
        findings.at(
            &pointers::placeholder(at).child("pools"),
            message,
            |diagnostic| diagnostic.help("make one entry for Spot and one for on-demand"),
        );
    }
}
