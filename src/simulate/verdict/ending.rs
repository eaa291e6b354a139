//! When a run is over, and which word is for it.

use serde::Serialize;

use super::goal::{Goal, goal, is_home, lasting};
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::scenario::Scenario;
use crate::simulate::start::Started;
use crate::simulate::world::{Evictor, Millis, minutes};

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every pod that prefers Spot and fits there is ready there, and three rounds of the descheduler evicted nobody.
    Converged,
    /// Nothing changes any more, all pods are ready, and some that would fit on Spot are elsewhere.
    Quiet,
    /// Pods are evicted again and again and are not better off.
    Loops,
    /// Nothing changes any more, and pods are not ready.
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub verdict: Verdict,
    /// When it was clear.
    pub at: Millis,
    pub goal: Goal,
}

/// Rounds of the descheduler that must pass without an eviction.
const ROUNDS: Millis = 3;
/// A descheduler's usual interval, for clusters that have none.
const INTERVAL: Millis = minutes(5);
const LOOK: Millis = minutes(1);
/// What a loop is told from a slow return by: rounds in which pods were moved back.
const LOOPED: usize = 3;

/// Watches a cluster after the last step of a scenario, until it is clear what comes of it.
pub fn judge(
    started: &mut Started,
    scenario: &Scenario,
    options: &Options,
    tick: &mut dyn FnMut(Millis),
) -> Ending {
    let began = started.engine.world.now;
    let until = began + scenario.watched;
    let rounds = ROUNDS * started.descheduler_interval.unwrap_or(INTERVAL);
    // What may still be under way unseen: a pause of the autoscaler, and a machine that does not come.
    let patience = options.max_backoff + options.max_node_provision_time + minutes(10);
    let mut best = (home(started), began);
    loop {
        let now = (started.engine.world.now + LOOK).min(until);
        started.engine.run_until(now);
        tick(now - started.zero);
        let home = home(started);
        if home > best.0 {
            best = (home, now);
        }
        let (last_eviction, last_activity, looped) = {
            let watch = started.watch.borrow();
            let own = watch.evictions.iter().rev();
            let mut own = own.filter(|own| own.by == Evictor::Descheduler);
            let last = own.next().map_or(0, |own| own.at);
            let mut rounds: Vec<Millis> = watch
                .back_moves()
                .filter(|own| own.at > best.1.max(began))
                .map(|own| own.at)
                .collect();
            rounds.dedup();
            (last, watch.last_activity, rounds.len())
        };
        let is_quiet = now - last_eviction.max(began) >= rounds;
        let end = |verdict, goal| Ending {
            verdict,
            at: now,
            goal,
        };
        if is_quiet {
            let goal = goal(started);
            if goal.unready == 0 && goal.away_and_fit == 0 {
                return end(Verdict::Converged, goal);
            }
        }
        if looped >= LOOPED && now - best.1 >= patience {
            return end(Verdict::Loops, goal(started));
        }
        let rests = now - last_activity.max(began) >= patience;
        if rests || now >= until {
            let goal = goal(started);
            let verdict = if !rests && looped > 0 {
                Verdict::Loops
            } else if goal.unready > 0 {
                Verdict::Stuck
            } else if !rests && goal.away_and_fit > 0 && !is_quiet {
                Verdict::Loops
            } else if goal.away_and_fit > 0 {
                Verdict::Quiet
            } else {
                Verdict::Converged
            };
            return end(verdict, goal);
        }
    }
}

/// Pods that prefer Spot and are ready there.
fn home(started: &Started) -> i64 {
    let world = &started.engine.world;
    let preferring = lasting(started).filter(|party| party.prefers_spot);
    let count = |owner| {
        let pods = world.pods_of(owner).iter();
        pods.filter(|pod| is_home(world, **pod)).count()
    };
    let all: usize = preferring.map(|party| count(party.owner)).sum();
    i64::try_from(all).expect("fewer pods than that")
}
