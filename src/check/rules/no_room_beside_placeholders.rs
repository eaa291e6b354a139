use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::fits::Beside;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::{Amount, capacity};

pub(super) const RULE: Rule = Rule {
    id: "no-room-beside-placeholders",
    level: Severity::Warning,
    summary: "a Spot node with its placeholders has no room for a pod",
    harm: "A pod that prefers Spot is put on an on-demand node with room before a placeholder is displaced for \
           it: placeholders give way only when no node at all would do. What pods come back to is the room that \
           placeholders leave on a node. Where the largest pod does not fit there, it stays on on-demand, or is \
           evicted again and again.",
    detection: "Spot nodes with placeholders only, while pods that prefer Spot run on on-demand.",
    remedy: "Make placeholders smaller, or fewer on a node (`spread: OnePerNode`), or the VM larger. `spotgen \
             check --numbers` prints what is left beside them.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: preemption only where \
         no node is found",
        "Azure/AKS#2099: pause pods are not preempted while another node accepts the pod",
        "kubernetes-sigs/descheduler#1713",
    ],
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let largest = capacity::preferring_spot(plan).largest;
    if largest == Amount::default() {
        return;
    }
    let written = pointers::spec("overprovisioner/placeholders");
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if !capacity::spot_pools(plan)
            .iter()
            .any(|own| own.name == pool.name)
        {
            continue;
        }
        let (Some(room), Some(beside)) = (capacity::of_node(pool), Beside::on_node(system, pool))
        else {
            continue;
        };
        // A pod that fits on no empty node is another fault.
        if largest.fits(beside.rest) || !largest.fits(room) {
            continue;
        }
        let message = format!(
            "{} {} {} on a node of `{}`, and pods request up to {largest}: not all of them come back to Spot",
            beside.said(),
            if beside.is_one() { "leaves" } else { "leave" },
            beside.rest,
            pool.name
        );
        // Those by default are one a node and as large as the largest pod: it is the nodes that are too small for two.
        if findings.origin(&written).is_default() {
            findings.at(&pointers::pool(at).child("vmSize"), message, |diagnostic| {
                diagnostic
                    .help("take a larger VM, or write `placeholders`: smaller ones leave more room")
            });
            continue;
        }
        let largest_of = |(_, placeholder, count): &&(usize, &Placeholder, i64)| {
            let all = Amount::from(&placeholder.requests).times(*count);
            (all.cpu, all.memory)
        };
        let largest_one = beside.placeholders.iter().max_by_key(largest_of);
        let pointer = pointers::placeholder(largest_one.map_or(0, |(at, ..)| *at));
        findings.at(&pointer.child("requests"), message, |diagnostic| {
            diagnostic.help(
                "make them smaller, or fewer on a node (`spread: OnePerNode`), or the VM larger",
            )
        });
    }
}
