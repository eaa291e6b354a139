//! Pods for which the cluster may have to grow.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/podlistprocessor.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::expendable::is_expendable;
use super::fits::Snapshot;
use super::hints::Hints;
use super::options::Options;
use crate::simulate::world::{Millis, OwnerKind, Phase, Pod, PodId, TemplateId, World};

/// Pods that are alike: of one controller and with the same specification.
/// Source: cluster-autoscaler/core/scaleup/equivalence/groups.go, `BuildPodGroups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodGroup {
    pub template: TemplateId,
    pub pods: Vec<PodId>,
}

/// Whether a pod waits for a node and the scheduler found none. One that is nominated counts as placed; one that is
/// being deleted is not looked at.
/// Source: cluster-autoscaler/utils/kubernetes/listers.go, `UnschedulablePods`.
pub fn is_unschedulable(pod: &Pod) -> bool {
    pod.phase == Phase::Pending
        && pod.node.is_none()
        && pod.nominated.is_none()
        && pod.deletion.is_none()
}

/// Puts nominated pods where they wait, then pods that wait and those of nodes that are being drained wherever they
/// fit, important ones first. What fits nowhere stays: the cluster must grow for it.
/// The list of pods comes from a map, in any order.
/// Source: `filterOutExpendable`, `currentlyDrainedNodesPodListProcessor`, `filterOutSchedulablePodListProcessor`,
/// `filterOutDaemonSetPodListProcessor`.
pub fn unplaced(
    snapshot: &mut Snapshot,
    pending: &BTreeSet<PodId>,
    drained: &[PodId],
    hints: &mut Hints,
    options: &Options,
) -> Vec<PodId> {
    let world = snapshot.places.world;
    let counts = |id: &&PodId| {
        let is_daemon = world.owner_of(**id).kind == OwnerKind::DaemonSet;
        !is_daemon && !is_expendable(world.template_of(**id), options.expendable_cutoff)
    };
    for id in pending.iter().filter(counts) {
        let pod = world.pod(*id);
        if let Some(at) = pod
            .nominated
            .and_then(|node| snapshot.places.place_of(node))
        {
            snapshot.put(pod.template, at);
        }
    }
    let waiting = pending
        .iter()
        .filter(|id| is_unschedulable(world.pod(**id)));
    let mut waiting: Vec<_> = waiting.chain(drained).filter(counts).copied().collect();
    if let Some(order) = &mut world.order() {
        order.shuffle(&mut waiting);
    }
    waiting.sort_by_key(|id| Reverse(world.template_of(*id).priority));
    // Pods that are alike have the same answer, once it is no.
    let mut hopeless = BTreeSet::new();
    waiting.retain(|id| {
        if hints.settle_where_it_was(snapshot, *id, |_| true).is_some() {
            return false;
        }
        let template = world.pod(*id).template;
        if hopeless.contains(&template) {
            return true;
        }
        let is_placed = hints.settle_anew(snapshot, *id, |_| true).is_some();
        if !is_placed {
            hopeless.insert(template);
        }
        !is_placed
    });
    hints.drop_old();
    waiting
}

/// `metadata.creationTimestamp`, in whole seconds.
pub fn created(world: &World, pod: PodId) -> Millis {
    world.clock.stamp(world.pod(pod).created)
}

/// Whether all of them are so young that more are likely to come: then the loop waits, and scales nothing down.
/// Source: `cluster-autoscaler/core/static_autoscaler.go`, `allPodsAreNew`.
pub fn are_all_young(world: &World, pods: &[PodId], buffer: Millis) -> bool {
    let oldest = pods.iter().map(|pod| created(world, *pod)).min();
    oldest.is_some_and(|oldest| oldest + buffer > world.now)
}

/// In the order in which the first of each was met.
pub fn group(world: &World, pods: &[PodId]) -> Vec<PodGroup> {
    let mut groups: Vec<PodGroup> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for id in pods {
        let pod = world.pod(*id);
        let at = *known.entry((pod.owner, pod.template)).or_insert_with(|| {
            groups.push(PodGroup {
                template: pod.template,
                pods: Vec::new(),
            });
            groups.len() - 1
        });
        groups[at].pods.push(*id);
    }
    groups
}
