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
    level: Severity::Warning,
    summary: "a placeholder is smaller than a pod that it holds room for",
    harm: "The scheduler makes room on one node at a time. When the placeholders of a node are smaller than a \
           pod, displacing them all does not make room for it, and the headroom is no use to the largest pods.",
    detection: "Pods are Pending while placeholders run, with `No preemption victims found`.",
    remedy: "Request at least what the largest pod requests, in CPU and in memory.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: no preemption across \
         nodes",
        "kubernetes/kubernetes#73861: how large should they be",
    ],
    check: Check::Placeholder(check),
};

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let largest = capacity::preferring_spot(plan).largest;
    let request = Amount::from(&placeholder.requests);
    for pool in pools_of(plan, placeholder) {
        let Some(count) = placeholders_on_node(plan, placeholder, pool) else {
            continue;
        };
        let held = request.times(count);
        // What fits on no node of the pool, nothing holds room for.
        let can_fit = capacity::of_node(pool).is_some_and(|room| largest.fits(room));
        if count == 0 || largest.fits(held) || !can_fit {
            continue;
        }
        let message = format!(
            "placeholders `{}` hold {held} on a node of `{}`, and pods request up to {largest}",
            placeholder.name, pool.name
        );
        let cure = placeholders::request(findings, at, request.max(largest));
        findings.at(
            &pointers::placeholder(at).child("requests"),
            message,
            |diagnostic| {
                diagnostic
                    .help(format!(
                        "request at least {largest}, or have more of them on a node"
                    ))
                    .cure(cure)
            },
        );
        break;
    }
}
