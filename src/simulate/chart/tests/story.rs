//! Pictures from what single pods and nodes went through.

use super::super::{Pods, Stage, Steps, Workload};

pub(super) const SECOND: i64 = 1_000;
pub(super) const MINUTE: i64 = 60 * SECOND;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Starting,
    OnSpot,
    OnDemand,
    Dead,
    Terminating,
    Gone,
}

/// A pod: what it comes to be, and when.
pub(super) type Story = Vec<(i64, State)>;

fn counted(state: State) -> Pods {
    let mut pods = Pods::default();
    let count = match state {
        State::Pending => &mut pods.pending,
        State::Starting => &mut pods.starting,
        State::OnSpot => &mut pods.ready_on_spot,
        State::OnDemand => &mut pods.ready_on_demand,
        State::Dead => &mut pods.dead,
        State::Terminating => &mut pods.terminating,
        State::Gone => return pods,
    };
    *count = 1;
    pods
}

pub(super) fn pods(stories: Vec<Story>) -> Steps<Pods> {
    let workloads = stories.into_iter().map(|story| {
        let samples = story.into_iter().map(|(at, state)| (at, counted(state)));
        Workload {
            name: String::new(),
            namespace: String::new(),
            pods: Steps::new(samples.collect()),
            floor: None,
        }
    });
    let workloads: Vec<Workload> = workloads.collect();
    super::super::workloads::together(&workloads)
}

/// The same numbers on every platform; close to what chance gives.
pub(super) fn mixed(seed: i64) -> i64 {
    let mut bits = u64::try_from(seed).expect("seeds count up") + 0x9e37_79b9_7f4a_7c15;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    i64::try_from((bits ^ (bits >> 31)) >> 34).expect("30 bits")
}

/// A Spot VM that is taken, drained by a handler within its notice, and forgotten by the cloud controller.
pub(super) fn taken(stages: &mut Vec<(i64, Stage)>, notice: i64) -> i64 {
    stages.extend([
        (notice, Stage::Noticed),
        (notice + 2 * SECOND, Stage::Draining),
        (notice + 30 * SECOND, Stage::Dead),
    ]);
    notice + 75 * SECOND
}
