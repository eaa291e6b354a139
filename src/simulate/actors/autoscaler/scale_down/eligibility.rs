//! Nodes that are used so little that they may go.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/eligibility/eligibility.go,
//! simulator/utilization/info.go, and the processors that order candidates (processors/scaledowncandidates).

use super::drain::is_long_terminating;
use super::state::ScaleDown;
use crate::plan::Amount;
use crate::simulate::actors::autoscaler::fits::Snapshot;
use crate::simulate::actors::autoscaler::health::Survey;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::autoscaler::places::At;
use crate::simulate::cloud::{Cloud, InstanceState};
use crate::simulate::world::{NodeId, OwnerKind, TemplateId};

/// Nodes to look at: of groups above their minimum, not being deleted; empty ones first, then those that were unneeded
/// in the last loop, then the others.
/// Source: `PreFilteringScaleDownNodeProcessor`, `emptycandidates`, `previouscandidates`.
pub fn candidates(
    state: &ScaleDown,
    snapshot: &Snapshot,
    survey: &Survey,
    cloud: &Cloud,
) -> Vec<(NodeId, At)> {
    let world = snapshot.places.world;
    let runs = |node: &NodeId| {
        let machine = survey.machines.get(node);
        machine.is_some_and(|one| cloud.get(*one).state != InstanceState::Deleting)
    };
    let may_shrink = |node: NodeId| {
        let group = world.node(node).group?;
        let range = world.groups[group.index()].autoscaled?;
        (cloud.target(group) - state.in_progress_of(world, group) > range.min).then_some(())
    };
    let places = snapshot.places.nodes.iter().enumerate();
    let real = places.filter_map(|(at, place)| Some((place.real?, at)));
    let mut candidates: Vec<_> = real
        .filter(|(node, _)| runs(node) && may_shrink(*node).is_some() && !state.is_going(*node))
        .collect();
    candidates.sort_by_cached_key(|(node, at)| {
        let is_empty = !has_movable(snapshot, *at);
        (!is_empty, !state.unneeded.contains_key(node))
    });
    candidates
}

fn has_movable(snapshot: &Snapshot, at: At) -> bool {
    let world = snapshot.places.world;
    let mut pods = snapshot.places.pods_on(at);
    pods.any(|(pod, ..)| world.owner_of(pod).kind != OwnerKind::DaemonSet)
}

/// Whether neither CPU nor memory is requested beyond the threshold; exactly the threshold is not beyond it. Pods of
/// `DaemonSet`s count, unless `ignore-daemonsets-utilization` takes them off both sides.
/// Source: `isNodeBelowUtilizationThreshold`, `CalculateUtilizationOfResource`.
pub fn is_little_used(snapshot: &Snapshot, at: At, node: NodeId, options: &Options) -> bool {
    let world = snapshot.places.world;
    let amount = |template: TemplateId| world.templates[template.index()].requests.amount;
    let mut all = world.node(node).allocatable.amount;
    let mut used = snapshot.places.nodes[at].requested.amount;
    for (pod, template, is_terminating) in snapshot.places.pods_on(at) {
        if options.ignore_daemon_sets && world.owner_of(pod).kind == OwnerKind::DaemonSet {
            used = used.minus(amount(template));
            all = all.minus(amount(template));
        } else if is_terminating && is_long_terminating(world, pod) {
            used = used.minus(amount(template));
        }
    }
    is_at_most(used, all, options.utilization_threshold)
}

/// Whether no share is above a threshold in millionths.
pub fn is_at_most(used: Amount, all: Amount, threshold: i64) -> bool {
    let within = |used: i64, all: i64| {
        i128::from(used) * 1_000_000 <= i128::from(threshold) * i128::from(all)
    };
    within(used.cpu, all.cpu) && within(used.memory, all.memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_half_is_little_used() {
        let all = Amount {
            cpu: 3860,
            memory: 1000,
        };
        let used = |cpu, memory| is_at_most(Amount { cpu, memory }, all, 500_000);
        assert!(used(1930, 500));
        assert!(!used(1931, 0));
        assert!(!used(0, 501));
        assert!(!used(2000, 100), "a placeholder of 2 CPUs on 3860m: 0.518");
    }
}
