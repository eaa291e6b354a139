//! Workloads that lack pods.

use super::alone;
use super::stalls::lacking;
use crate::simulate::actors::scheduler::node_alone_fits;
use crate::simulate::record::{Doing, Sample};
use crate::simulate::run::Run;
use crate::simulate::verdict::{Outcome, WorkloadOutcome};
use crate::simulate::world::{Millis, PodId, minutes};

/// Rounds of the descheduler in which a pod that was moved is ready again.
const MOVED: Millis = 3;
/// The same without a descheduler.
const LEAST: Millis = minutes(15);

/// The workloads that lack pods and could have them: none makes a bare Pod again.
pub(super) fn short<'o>(run: &Run, outcome: &'o Outcome) -> Vec<&'o WorkloadOutcome> {
    let world = &run.started.engine.world;
    let all = outcome.workloads.iter();
    let known = all.filter(|own| !alone::is_lost(world, own.owner));
    known.filter(|own| lacking(run, own) > 0).collect()
}

/// Those of them that have lacked ready pods for some rounds of the descheduler, so that no move explains it.
pub(super) fn short_for_long<'o>(run: &Run, outcome: &'o Outcome) -> Vec<&'o WorkloadOutcome> {
    let started = &run.started;
    let interval = started.descheduler_interval.unwrap_or_default();
    let since = run.ending.at - (MOVED * interval).max(LEAST);
    let began = run.happened.last().map_or(started.zero, |own| own.at);
    let watch = started.watch.borrow();
    let lacked = |own: &WorkloadOutcome| {
        let samples = watch.record.samples().iter();
        let mut own_samples = samples.filter(|sample| sample.owner == own.owner).rev();
        let is_short = |sample: &Sample| sample.counts.all(Doing::Ready) < own.replicas;
        // From the last one backwards, until one that was from the beginning of that time.
        for sample in own_samples.by_ref() {
            if !is_short(sample) {
                return false;
            }
            if sample.from <= since {
                return true;
            }
        }
        true
    };
    let mut found = short(run, outcome);
    // One that is moved again and again is always about to be ready.
    let is_held = |own: &WorkloadOutcome| own.pending + own.dead + own.stopping > 0;
    found.retain(|own| began <= since && is_held(own) && lacked(own));
    found
}

/// Those of which a pod waits that no pool takes, however long it is watched.
pub(super) fn hopeless<'o>(run: &Run, outcome: &'o Outcome) -> Vec<&'o WorkloadOutcome> {
    let world = &run.started.engine.world;
    let fits_nowhere = |pod: &PodId| {
        let template = world.pod(*pod).template;
        let waits = world.is_active(*pod) && world.pod(*pod).node.is_none();
        let mut groups = world.groups.iter();
        waits && !groups.any(|group| node_alone_fits(world, template, group))
    };
    let mut found = short(run, outcome);
    found.retain(|own| world.pods_of(own.owner).iter().any(fits_nowhere));
    found
}
