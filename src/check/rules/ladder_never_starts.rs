use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::Spot;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::NodePool;
use crate::values::Int;

pub(super) const RULE: Rule = Rule {
    id: "ladder-never-starts",
    levels: &[Severity::Error],
    summary: "the placeholders wait for a first Spot node, and only a placeholder can trigger that node",
    harm: "With no nodes, the ladder gives no placeholder. Nothing pinned to Spot is Pending, so the autoscaler scales \
           up no Spot pool. The descheduler moves pods only once a Spot node exists. After the first loss of all Spot \
           nodes, no pod ever returns to Spot.",
    detection: "The Spot pool stays at 0 and there are no placeholders, while pods that prefer Spot run on on-demand.",
    remedy: "Let the first step give one placeholder, keep one Spot node (`nodes: {min: 1}`), or count on-demand \
             nodes.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/laddercontroller/ladder_controller.go",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: pods with soft preferences bring no node of a certain \
         pool",
        "kubernetes-sigs/descheduler pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go: the \
         best node must be ready",
    ],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "one Spot node that always runs removes it as well";

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let can_be_empty = |pool: &NodePool| pool.nodes.is_some_and(|range| range.min == 0);
    let wakes_spot = |placeholder: &Placeholder| {
        let is_there = match &placeholder.scaling {
            Some(scaling) => at_nothing(&scaling.control) > 0,
            None => placeholder.replicas.is_some_and(|count| count > 0),
        };
        is_there && placeholder.target.pools(plan).any(NodePool::is_spot)
    };
    let requires_spot = |pods: &WorkloadView<'_>| match pods.spot() {
        Some(spot) => spot == Spot::Required,
        None => pods.own_requires_spot(plan) || !pods.has_known_placement(),
    };
    if findings.workloads(plan).iter().any(requires_spot)
        || system
            .placeholders()
            .any(|(_, placeholder)| wakes_spot(placeholder))
    {
        return;
    }
    let mut targets = placeholder.target.pools(plan);
    let Some(scaling) = placeholder
        .scaling
        .as_ref()
        .filter(|_| targets.any(NodePool::is_spot))
    else {
        return;
    };
    let mut counted = scaling.counting.pools(plan);
    if !counted.all(|pool| pool.is_spot() && can_be_empty(pool)) {
        return;
    }
    let message = "at zero Spot nodes the ladder gives no placeholders, and nothing else makes the autoscaler add the first \
                   Spot node: pods never return to Spot";
    let pointer = pointers::scaling(at).child("ladder");
    let first = first_step(&scaling.control);
    let cure = first.ok_or("the autoscaler counts nothing that a step could be for");
    let cure = cure.and_then(|(key, step)| {
        findings.wherever(Fix::set(pointer.child(key).child(step), vec![0, 1]))
    });
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.help(
            "write the first step as `[0, 1]`, so that one placeholder always exists, or keep one Spot node: \
             `nodes: {min: 1}`",
        )
        .cure(cure).choice(CHOICE)
    });
}

/// The replicas if there is nothing to count. Below its first step a ladder uses that step's replicas, and a linear
/// autoscaler never goes below 1.
fn at_nothing(control: &Control) -> i64 {
    let Control::Ladder(ladder) = control else {
        return 1;
    };
    let first = |steps: &[Step]| lowest(steps).map_or(0, |at| steps[at][1].get());
    first(&ladder.cores_to_replicas).max(first(&ladder.nodes_to_replicas))
}

type Step = [Int<0, 1_000_000>; 2];

/// The key and the index of the step that applies at 0 nodes.
fn first_step(control: &Control) -> Option<(&'static str, usize)> {
    let Control::Ladder(ladder) = control else {
        return None;
    };
    let by_nodes = lowest(&ladder.nodes_to_replicas).map(|at| ("nodesToReplicas", at));
    by_nodes.or_else(|| lowest(&ladder.cores_to_replicas).map(|at| ("coresToReplicas", at)))
}

/// The index of the lowest step.
fn lowest(steps: &[Step]) -> Option<usize> {
    (0..steps.len()).min_by_key(|at| steps[*at][0].get())
}
