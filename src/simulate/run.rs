//! One run: a cluster begins, a scenario happens to it, and it is watched until it has come to an end.

use super::actors::autoscaler::health::is_halted;
use super::actors::scheduler::Standstill;
use super::scenario::{Happened, Scenario, play};
use super::start::{DrainedBy, Given, Started, begin};
use super::verdict::{Ending, judge};
use super::world::Millis;

/// What came of a scenario.
pub struct Run {
    pub scenario: Scenario,
    pub seed: Option<u64>,
    pub drained_by: DrainedBy,
    /// Whether the autoscaler scales nothing at the end: too many nodes are unready.
    pub is_halted: bool,
    /// The autoscaler scales nothing for pods of a lower priority.
    pub cutoff: i32,
    /// How long the autoscaler waits for a machine to come.
    pub provision: Millis,
    /// The cluster at the end, and everything that was seen.
    pub started: Started,
    /// Which nodes take which pods at the end.
    pub standstill: Standstill,
    pub happened: Vec<Happened>,
    pub ending: Ending,
}

/// Runs a scenario. `tick` hears of the time now and then, counted from the scenario's beginning; none while the cluster comes
/// to rest.
pub fn run(
    given: &Given,
    scenario: &Scenario,
    seed: Option<u64>,
    tick: &mut dyn FnMut(Option<Millis>),
) -> Run {
    let mut given = given.clone();
    if let Some(taken) = scenario.taken {
        given.taken = taken;
    }
    if let Some(by) = scenario.drained_by {
        given.drained_by = by;
    }
    let mut started = begin(&given, scenario.begin, seed, &mut || tick(None));
    let mut tick = |now| tick(Some(now));
    let happened = play(&mut started, scenario, &mut tick);
    let ending = judge(&mut started, scenario, &given.autoscaler, &mut tick);
    let is_halted = is_halted(&started.engine.world, &given.autoscaler);
    Run {
        is_halted,
        cutoff: given.autoscaler.expendable_cutoff,
        provision: given.autoscaler.max_node_provision_time,
        scenario: scenario.clone(),
        seed,
        drained_by: given.drained_by,
        started,
        standstill: Standstill::default(),
        happened,
        ending,
    }
}
