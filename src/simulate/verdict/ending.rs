//! When a run is over, and which word is for it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::goal::{Goal, goal, is_home, lasting};
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::scenario::Scenario;
use crate::simulate::start::{Role, Started};
use crate::simulate::world::{Evictor, Millis, OwnerId, minutes};

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every pod that prefers Spot and fits there is ready there, and the descheduler evicted nobody in three rounds, at least
    /// 15 minutes.
    Converged,
    /// All pods are ready, and some that would fit on Spot are elsewhere when nothing changes any more, or the watching ends.
    Quiet,
    /// Pods are evicted again and again and are not better off.
    Loops,
    /// Pods are not ready when nothing changes any more, or the watching ends; those of Jobs, and those of a rollout, are
    /// without a node.
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub verdict: Verdict,
    /// When it was clear.
    pub at: Millis,
    pub goal: Goal,
    /// The watching ended before the cluster was at rest: what would have come of it is not known.
    pub is_cut: bool,
}

/// Rounds of the descheduler that must pass without an eviction, and how long that has to be at least: the autoscaler
/// removes what it does not need after 10 minutes, and with it what the pods have come back to.
const ROUNDS: Millis = 3;
const LEAST: Millis = minutes(15);
/// A descheduler's usual interval, for clusters that have none.
const INTERVAL: Millis = minutes(5);
const LOOK: Millis = minutes(1);
/// What a loop is told from a slow return by: rounds in which pods were moved, and were not better off.
const LOOPED: usize = 3;
/// For how long a run is watched after its last step, where the scenario does not say: failback at two pods a round takes
/// hours, and longer where the rounds are further apart.
const WATCHED_ROUNDS: Millis = 24 * 60 / 5;
/// Nodes that come and go for ever are no rest; pods that do not change meanwhile for so many times the patience are.
const UNMOVED: Millis = 3;

/// What has been seen up to a moment.
struct Seen {
    last_eviction: Millis,
    last_activity: Millis,
    /// Rounds of the descheduler since most pods were home in which one was moved back.
    moved_back: usize,
    /// The same in which one was moved again: more pods of its workload had been moved before than it has.
    moved_again: usize,
}

/// Watches a cluster after the last step of a scenario, until it is clear what comes of it.
pub fn judge(
    started: &mut Started,
    scenario: &Scenario,
    options: &Options,
    tick: &mut dyn FnMut(Millis),
) -> Ending {
    let began = started.engine.world.now;
    let interval = started.descheduler_interval.unwrap_or(INTERVAL);
    let rounds = (ROUNDS * interval).max(LEAST);
    // What may still be under way unseen: a pause of the autoscaler, and a machine that does not come; pods that are too
    // young for the descheduler, and its rounds after that.
    let unseen = options.max_backoff + options.max_node_provision_time + minutes(10);
    let patience = unseen.max(started.descheduler_age + rounds);
    let usual = (WATCHED_ROUNDS * interval.max(INTERVAL)).max(ROUNDS * patience);
    let until = began + scenario.watched.unwrap_or(usual);
    let mut best = (home(started), began);
    loop {
        let now = (started.engine.world.now + LOOK).min(until);
        started.engine.run_until(now);
        tick(now - started.zero);
        let home = home(started);
        if home > best.0 {
            best = (home, now);
        }
        let seen = seen(started, best.1.max(began));
        let end = |verdict, goal, is_cut| Ending {
            verdict,
            at: now,
            goal,
            is_cut,
        };
        let is_quiet = now - seen.last_eviction.max(began) >= rounds;
        if is_quiet && !started.engine.cloud.awaits_end() {
            let goal = goal(started);
            if goal.unready == 0 && goal.pending == 0 && goal.away == 0 {
                return end(Verdict::Converged, goal, false);
            }
        }
        if seen.moved_back >= LOOPED && now - best.1 >= patience {
            return end(Verdict::Loops, goal(started), false);
        }
        let rests = now - seen.last_activity.max(began) >= patience
            || is_unmoved(started, now - UNMOVED * patience, began);
        if rests || now >= until {
            let goal = goal(started);
            let has_looped = seen.moved_back >= LOOPED || seen.moved_again >= LOOPED;
            let verdict = if !rests && has_looped {
                Verdict::Loops
            } else if goal.unready > 0 || goal.pending > 0 {
                Verdict::Stuck
            } else if !rests || goal.away_and_fit > 0 {
                Verdict::Quiet
            } else {
                Verdict::Converged
            };
            return end(verdict, goal, !rests && verdict != Verdict::Loops);
        }
    }
}

fn seen(started: &Started, since: Millis) -> Seen {
    let watch = started.watch.borrow();
    let all = watch.evictions.iter();
    let evictions = all.filter(|own| own.by == Evictor::Descheduler);
    let count = |mut rounds: Vec<u64>| {
        rounds.dedup();
        rounds.len()
    };
    let is_app = |owner: OwnerId| started.parties[owner.index()].role == Role::Workload;
    let mut moved = BTreeMap::<OwnerId, i64>::new();
    let moved_again = evictions
        .clone()
        .filter(|own| own.at > since && is_app(own.owner))
        .filter(|own| {
            let moved = moved.entry(own.owner).or_default();
            *moved += 1;
            *moved > started.engine.world.owners[own.owner.index()].replicas
        });
    let moved_again = moved_again.map(|own| own.round).collect();
    let moved_back = watch.back_moves().filter(|own| own.at > since);
    Seen {
        last_eviction: evictions.clone().next_back().map_or(0, |own| own.at),
        last_activity: watch.last_activity,
        moved_back: count(moved_back.map(|own| own.round).collect()),
        moved_again: count(moved_again),
    }
}

/// Whether no pod of a workload has changed since a moment after the last step.
fn is_unmoved(started: &Started, since: Millis, began: Millis) -> bool {
    if since < began {
        return false;
    }
    let watch = started.watch.borrow();
    let latest = watch.record.samples().iter().rev();
    let mut latest = latest.take_while(|own| own.from > since);
    !latest.any(|own| started.parties[own.owner.index()].role == Role::Workload)
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
