use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::fits::placeholders_on_node;
use crate::components::overprovisioner::pools::pools_of;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::capacity;
use crate::plan::Amount;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-smaller-than-pod",
    levels: &[Severity::Warning],
    summary: "the placeholders on a node are smaller than a pod that needs their headroom",
    harm: "The scheduler preempts pods on one node at a time. If all placeholders of a node together are smaller than \
           a pod, preempting them does not free enough for it. The largest pods then cannot use the headroom.",
    detection: "Pods are Pending while placeholders run, with `No preemption victims found`.",
    remedy: "Set the placeholders' requests to at least those of the largest pod, in CPU and in memory.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: no preemption across \
         nodes",
        "kubernetes/kubernetes#73861: how large should they be",
    ],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "more of them on each node remove it as well";

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let largest = capacity::preferring_spot(plan).largest;
    let request = Amount::from(&placeholder.requests);
    for pool in pools_of(plan, placeholder) {
        let Some(count) = placeholders_on_node(plan, placeholder, pool) else {
            continue;
        };
        let held = request.times(count);
        // A pod that fits on no node of the pool cannot use headroom there.
        let can_fit = capacity::of_node(pool).is_some_and(|room| largest.fits(room));
        if count == 0 || largest.fits(held) || !can_fit {
            continue;
        }
        let message = format!(
            "placeholders `{}` hold only {held} on a node of `{}`, but pods request up to {largest}: preempting them \
             frees too little",
            placeholder.name, pool.name
        );
        let cure = placeholders::request(findings, at, request.max(largest));
        findings.at(
            &pointers::placeholder(at).child("requests"),
            message,
            |diagnostic| {
                diagnostic
                    .help(format!(
                        "raise their requests to at least {largest}, or run more of them per node"
                    ))
                    .cure(cure)
                    .choice(CHOICE)
            },
        );
        break;
    }
}
