//! `StatefulSet`s: pods with a number, each of which keeps its place until it is gone.

use crate::simulate::world::{OwnerId, Phase, PodId, World};

/// One step, as far as it goes without waiting; the next change wakes it again. In order (`OrderedReady`), a pod that is
/// not ready or still stopping holds back all that is after it, so one on a dead machine holds it until it is gone.
/// `updateStrategy` is `RollingUpdate` of one pod at a time, without partition.
/// Source: kubernetes/kubernetes `pkg/controller/statefulset/stateful_set_control.go`, `updateStatefulSet`.
pub(super) fn sync(world: &mut World, owner: OwnerId, in_order: bool) {
    let wanted = u32::try_from(world.owners[owner.index()].replicas.max(0)).unwrap_or(u32::MAX);
    let mut present: Vec<(u32, PodId)> = world
        .pods_of(owner)
        .iter()
        .filter_map(|pod| Some((world.pod(*pod).ordinal?, *pod)))
        .collect();
    present.sort_unstable();
    // `processReplica`, from the first to the last.
    let mut next = 0;
    for ordinal in 0..wanted {
        while next < present.len() && present[next].0 < ordinal {
            next += 1;
        }
        let found = present
            .get(next)
            .filter(|(own, _)| *own == ordinal)
            .map(|(_, pod)| *pod);
        let Some(pod) = found else {
            world.create_pod(owner, Some(ordinal));
            if in_order {
                return;
            }
            continue;
        };
        if world.pod(pod).is_finished() && !world.pod(pod).is_terminating() {
            stop(world, pod);
        }
        if in_order && !is_healthy(world, pod) {
            return;
        }
    }
    // `processCondemned`, from the last to the first.
    let condemned = present
        .iter()
        .rev()
        .take_while(|(ordinal, _)| *ordinal >= wanted);
    for (_, pod) in condemned.copied().collect::<Vec<_>>() {
        if !world.pod(pod).is_terminating() {
            stop(world, pod);
        }
        if in_order {
            return;
        }
    }
    // The rolling update, from the last to the first.
    let template = world.owners[owner.index()].template;
    for (_, pod) in present
        .iter()
        .rev()
        .skip_while(|(ordinal, _)| *ordinal >= wanted)
    {
        let state = world.pod(*pod);
        if state.template != template && !state.is_terminating() {
            stop(world, *pod);
            return;
        }
        if !is_healthy(world, *pod) {
            return;
        }
    }
}

fn stop(world: &mut World, pod: PodId) {
    let grace = world.template_of(pod).grace;
    world.terminate(pod, grace);
}

/// `isRunningAndReady` and not terminating.
fn is_healthy(world: &World, pod: PodId) -> bool {
    let pod = world.pod(pod);
    pod.phase == Phase::Ready && !pod.is_terminating()
}
