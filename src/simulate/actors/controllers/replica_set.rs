//! `ReplicaSet`s: as many active pods of one template as are wanted.

use std::cmp::Ordering;

use crate::simulate::timings::Timings;
use crate::simulate::world::{Millis, NodeId, OwnerId, Phase, PodId, TemplateId, World};

/// Makes or takes away pods of a template until it has as many as `wanted`.
/// Source: kubernetes/kubernetes `pkg/controller/replicaset/replica_set.go`, `manageReplicas`.
pub(super) fn sync(
    world: &mut World,
    timings: &Timings,
    owner: OwnerId,
    template: TemplateId,
    wanted: i64,
) {
    let active = active_of(world, owner, template);
    for _ in active..wanted {
        let pod = world.create_pod(owner, None);
        world.pod_mut(pod).template = template;
    }
    if active > wanted {
        let surplus = usize::try_from(active - wanted).expect("more than wanted");
        for pod in victims(world, timings, owner, template, surplus) {
            let grace = world.template_of(pod).grace;
            world.terminate(pod, grace);
        }
    }
}

/// Active pods of one template; the tally answers where an owner has had no other.
pub(super) fn active_of(world: &World, owner: OwnerId, template: TemplateId) -> i64 {
    let is_own = |pod: &&PodId| world.pod(**pod).template == template && world.is_active(**pod);
    i64::try_from(world.pods_of(owner).iter().filter(is_own).count()).expect("fewer pods than that")
}

/// The pods to delete first.
/// Source: the same file, `getPodsToDelete`.
fn victims(
    world: &World,
    timings: &Timings,
    owner: OwnerId,
    template: TemplateId,
    count: usize,
) -> Vec<PodId> {
    let active = || {
        world
            .pods_of(owner)
            .iter()
            .copied()
            .filter(|pod| world.is_active(*pod))
    };
    let mut on_nodes: Vec<NodeId> = active().filter_map(|pod| world.pod(pod).node).collect();
    on_nodes.sort_unstable();
    let together = |node: Option<NodeId>| {
        let end = on_nodes.partition_point(|other| Some(*other) <= node);
        end - on_nodes.partition_point(|other| Some(*other) < node)
    };
    let mut ranked: Vec<(PodId, usize)> = active()
        .filter(|pod| world.pod(*pod).template == template)
        .map(|pod| (pod, together(world.pod(pod).node)))
        .collect();
    ranked.sort_by(|one, other| deletion_order(world, timings, *one, *other));
    ranked.truncate(count);
    ranked.into_iter().map(|(pod, _)| pod).collect()
}

/// Without a node before with one, pending before running, not ready before ready, with more of its kind on the node
/// before with fewer, ready for a shorter time before a longer one, and where both were ready in the same second, younger
/// before older. Times are compared by their order of magnitude; upstream then compares identifiers, which are random. Here
/// these are drawn, and without a seed the younger goes first.
/// `pod-deletion-cost` and restarts are not modelled.
/// Source: kubernetes/kubernetes `pkg/controller/controller_utils.go`, `ActivePodsWithRanks.Less`.
fn deletion_order(
    world: &World,
    timings: &Timings,
    one: (PodId, usize),
    other: (PodId, usize),
) -> Ordering {
    let key = |pod: PodId| {
        let state = world.pod(pod);
        let is_running = !matches!(state.phase, Phase::Pending | Phase::Starting);
        (
            state.node.is_some(),
            is_running,
            state.phase == Phase::Ready,
        )
    };
    let age = |since: Millis| magnitude(world.now - since, timings.nanoseconds);
    let stamps = |(a, b)| (world.clock.stamp(a), world.clock.stamp(b));
    let (first, second) = (world.pod(one.0), world.pod(other.0));
    key(one.0)
        .cmp(&key(other.0))
        .then(other.1.cmp(&one.1))
        .then_with(|| {
            let ready = first.ready_since.zip(second.ready_since);
            let (a, b) = ready
                .map(stamps)
                .filter(|(a, b)| a != b)
                .unwrap_or_else(|| stamps((first.created, second.created)));
            age(a).cmp(&age(b))
        })
        .then_with(|| world.identifier(one.0).cmp(&world.identifier(other.0)))
        .then(other.0.cmp(&one.0))
}

/// The whole part of the base-2 logarithm of a duration in nanoseconds; -1 for none.
/// Source: the same file, `logarithmicRankDiff`.
fn magnitude(since: Millis, nanoseconds: u64) -> i64 {
    let nanoseconds = u64::try_from(since)
        .unwrap_or(0)
        .saturating_mul(nanoseconds);
    nanoseconds.checked_ilog2().map_or(-1, i64::from)
}
