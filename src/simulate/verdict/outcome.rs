//! What a run came to, in figures.

use super::ending::Verdict;
use super::nodes::{NodeHours, node_hours};
use super::timeline::{Point, timeline};
use super::times::{failback, failover, interrupts};
use super::workloads::{WorkloadOutcome, workloads};
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::start::{Role, Started};
use crate::simulate::world::{Evictor, GroupId, Millis, OwnerId};

/// The figures of one run.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub verdict: Verdict,
    /// The watching ended before the cluster was at rest.
    pub is_cut: bool,
    pub failover: Option<Millis>,
    /// Whether a machine was taken.
    pub is_interrupted: bool,
    pub failback: Option<Millis>,
    /// Spot can be had, and pods are away that were there.
    pub is_short_of_return: bool,
    /// Evictions of workloads' pods: by the handler, the autoscaler, the descheduler, an upgrade.
    pub evictions: [i64; 4],
    /// Evictions by the descheduler whose replacement was on on-demand again.
    pub back_moves: i64,
    pub killed: i64,
    /// Pods that were asked to stop, and died with their machine before they had.
    pub cut_short: i64,
    pub preemptions: i64,
    /// From the scenario's beginning until its end was clear.
    pub lasted: Millis,
    pub workloads: Vec<WorkloadOutcome>,
    pub node_hours: Vec<NodeHours>,
    pub timeline: Vec<Point>,
}

impl Outcome {
    pub fn evictions(&self) -> i64 {
        self.evictions.iter().sum()
    }
}

/// The figures of a run.
pub fn outcome(run: &Run) -> Outcome {
    let started = &run.started;
    let timeline = timeline(started);
    let workloads = workloads(started);
    let watch = started.watch.borrow();
    let since = |at: &Millis| *at >= started.zero;
    let of = |by: Evictor| {
        let own = watch.evictions.iter();
        let own = own.filter(|own| own.by == by && since(&own.at) && is_app(started, own.owner));
        i64::try_from(own.count()).expect("fewer than that")
    };
    let evictions = [
        of(Evictor::Handler),
        of(Evictor::Autoscaler),
        of(Evictor::Descheduler),
        of(Evictor::Upgrade),
    ];
    let preempted = watch.preemptions.iter().filter(|(at, _)| since(at)).count();
    // What goes missing late, and for good, is missing all the same.
    let is_stuck = run.ending.verdict == Verdict::Stuck;
    let failback = failback(&timeline, &run.happened, started.zero);
    Outcome {
        verdict: run.ending.verdict,
        is_cut: run.ending.is_cut,
        failover: failover(&timeline, &run.happened, started.notice).filter(|_| !is_stuck),
        is_interrupted: run.happened.iter().any(|own| interrupts(&own.what)),
        failback: failback.filter(|_| run.ending.verdict == Verdict::Converged),
        is_short_of_return: has_all_supply(started) && is_short(&timeline),
        evictions,
        back_moves: workloads.iter().map(|own| own.moved_back).sum(),
        killed: workloads.iter().map(|own| own.killed_without_grace).sum(),
        cut_short: workloads.iter().map(|own| own.cut_short).sum(),
        preemptions: i64::try_from(preempted).expect("fewer than that"),
        lasted: run.ending.at - started.zero,
        workloads,
        node_hours: node_hours(started),
        timeline,
    }
}

/// Whether pods are away at the end, and more were home before.
fn is_short(timeline: &[Point]) -> bool {
    let most = timeline.iter().map(|point| point.home).max().unwrap_or(0);
    let last = timeline.last();
    last.is_some_and(|last| last.home < last.home_wanted && last.home < most)
}

/// Whether the cloud has Spot machines again for every group: where one stays without, fewer pods return.
fn has_all_supply(started: &Started) -> bool {
    let groups = started.engine.world.groups.iter().enumerate();
    let mut spot = groups.filter(|(_, group)| group.is_spot);
    spot.all(
        |(at, _)| match started.engine.cloud.capacity(GroupId::of(at)) {
            Capacity::Plenty => true,
            Capacity::Only(most) => most > 0,
            Capacity::Refuses | Capacity::Hangs => false,
        },
    )
}

fn is_app(started: &Started, owner: OwnerId) -> bool {
    started.parties[owner.index()].role == Role::Workload
}
