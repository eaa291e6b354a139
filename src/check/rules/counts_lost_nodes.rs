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
    levels: &[Severity::Warning],
    summary: "placeholders are also scaled by nodes that are lost or cordoned",
    harm: "An evicted node stays in the cluster for a while and still counts. So does a node that is being drained. \
           While Spot disappears, the number of placeholders therefore does not drop. They stay Pending and make the \
           autoscaler add nodes.",
    detection: "After an interruption there are more placeholders than the ready Spot nodes account for, and some are \
                Pending.",
    remedy: "Remove `includeUnschedulableNodes`.",
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
    let message = "`includeUnschedulableNodes` counts Spot nodes even after their eviction: the placeholders for them \
                   stay Pending and trigger scale-ups";
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.replace(location, "false")
    });
}
