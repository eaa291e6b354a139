use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::NodePool;

pub(super) const RULE: Rule = Rule {
    id: "counts-lost-nodes",
    level: Severity::Warning,
    summary: "nodes that are lost or cordoned are counted for placeholders",
    harm: "An evicted node stays in the cluster for a while and goes on counting, and so does one that is being \
           drained. Placeholders then do not become fewer while Spot goes away, stay pending, and have new nodes \
           bought.",
    detection: "More placeholders than ready Spot nodes would make, some of them Pending, after an interruption.",
    remedy: "Leave `includeUnschedulableNodes` out.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler pkg/autoscaler/k8sclient/k8sclient.go, \
         `GetClusterStatus`",
    ],
    check: Check::Placeholder(check),
};

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(scaling) = &placeholder.scaling else {
        return;
    };
    let (key, includes) = match &scaling.control {
        Control::Linear(linear) => ("linear", linear.include_unschedulable_nodes),
        Control::Ladder(ladder) => ("ladder", ladder.include_unschedulable_nodes),
    };
    if includes != Some(true) || !scaling.counting.pools(plan).any(NodePool::is_spot) {
        return;
    }
    let pointer = pointers::scaling(at)
        .child(key)
        .child("includeUnschedulableNodes");
    let location = findings.locate(&pointer);
    let message = "Spot nodes that were just evicted go on counting: placeholders for them stay pending and \
        have nodes bought";
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .replace(location, "false")
            .help("or leave it out, which means the same")
    });
}
