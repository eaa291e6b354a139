//! What one phase of the model comes to, in the figures of the recordings.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Verdict;
use crate::simulate::record::{self, Doing, Place};
use crate::simulate::world::{
    Evictor, Millis, NodeState, Note, OwnerId, Phase as Stage, PodId, World, seconds,
};

/// How long the descheduler must have rested: three rounds of five minutes. With shorter ones the laboratory waited as long.
const REST: Millis = seconds(900);

/// How far apart the moments are that count as looks of the recorder, while pods are not ready; else they are a second apart.
pub(super) const GLANCE: Millis = 10;

/// How many of them one period of the recorder has.
const GLANCES: usize = 1000;

/// What one phase came to.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) verdict: Verdict,
    /// Since when all has been as it was at the end: where it converged, all pods on Spot.
    pub(super) took: i64,
    pub(super) evictions: BTreeMap<&'static str, i64>,
    /// Rounds of the descheduler that evicted.
    pub(super) rounds: i64,
    pub(super) last_eviction: Option<i64>,
    /// Evictions by the descheduler whose replacement went to on-demand.
    pub(super) back: i64,
    pub(super) killed: i64,
    /// By workload, what the recorder may have seen, which looked each 10 s and not at a known moment.
    pub(super) least_ready: BTreeMap<String, BTreeSet<i64>>,
    /// The same of all workloads together.
    pub(super) least_serving: BTreeSet<i64>,
    /// From the first announcement until all pods were ready, and stayed so until the descheduler moved the first.
    pub(super) all_ready: Option<i64>,
    pub(super) at_end: BTreeMap<String, BTreeMap<&'static str, i64>>,
}

/// A workload that prefers Spot, with the replicas that it began with.
#[derive(Clone, Debug)]
pub(super) struct App {
    pub(super) owner: OwnerId,
    pub(super) name: String,
    pub(super) replicas: i64,
}

/// Watches a phase, second by second.
#[derive(Debug)]
pub(super) struct Watch {
    began: Millis,
    noted: usize,
    /// Pods that were made before.
    made: usize,
    counts_dead: bool,
    /// So long after its drain began, a handler deletes pods.
    deletes_after: Option<Millis>,
    since_converged: Option<Millis>,
    signature: Vec<(usize, i64)>,
    since_same: Millis,
    /// By workload and by the moment of a look.
    least: Vec<[i64; GLANCES]>,
    least_of_all: [i64; GLANCES],
    /// Whether there are pods that are not ready, or more than are wanted.
    pub(super) is_changing: bool,
    is_short: bool,
    whole: Option<Millis>,
}

impl Watch {
    pub(super) fn new(
        world: &World,
        apps: &[App],
        counts_dead: bool,
        deletes_after: Option<Millis>,
    ) -> Self {
        Self {
            began: world.now,
            noted: world.journal().len(),
            made: world.pods.len(),
            counts_dead,
            deletes_after,
            since_converged: None,
            signature: Vec::new(),
            since_same: world.now,
            least: vec![[i64::MAX; GLANCES]; apps.len()],
            least_of_all: [i64::MAX; GLANCES],
            is_changing: true,
            is_short: false,
            whole: None,
        }
    }

    /// What the recorder may have seen at this moment: how many pods are ready, and how many should be.
    pub(super) fn glance(&mut self, world: &World, apps: &[App]) -> (i64, i64) {
        let passed = usize::try_from((world.now - self.began) / GLANCE).expect("time goes on");
        let moment = passed % GLANCES;
        let (mut sum, mut wanted) = (0, 0);
        self.is_changing = false;
        for (app, least) in apps.iter().zip(&mut self.least) {
            let ready = self.counts_dead.then(|| world.tally(app.owner).serving);
            let ready = ready.unwrap_or_else(|| called_ready(world, app.owner));
            least[moment] = least[moment].min(ready);
            self.is_changing |= ready != world.owners[app.owner.index()].replicas;
            sum += ready;
            wanted += app.replicas;
        }
        self.least_of_all[moment] = self.least_of_all[moment].min(sum);
        (sum, wanted)
    }

    /// One look, at a whole second.
    pub(super) fn look(&mut self, world: &World, apps: &[App]) {
        let (sum, wanted) = self.glance(world, apps);
        if !self.is_descheduled(world) {
            let is_short = sum < wanted;
            if is_short {
                self.whole = None;
            } else if self.is_short {
                self.whole = Some(world.now);
            }
            self.is_short = is_short;
        }
        let is_converged = apps.iter().all(|app| has_converged(world, app.owner));
        self.since_converged = self.since_converged.filter(|_| is_converged);
        if is_converged {
            self.since_converged = self.since_converged.or(Some(world.now));
        }
        if (world.now - self.began) % seconds(10) == 0 {
            let signature = signature(world);
            if signature != self.signature {
                self.signature = signature;
                self.since_same = world.now;
            }
        }
    }

    fn is_deleted(&self, world: &World, pod: PodId, when: Millis) -> bool {
        let began = |(began, note): &(Millis, Note)| match note {
            Note::DrainBegan(node) if Some(*node) == world.pod(pod).node => Some(*began),
            _ => None,
        };
        let mut notes = world.journal()[self.noted..].iter();
        let after = self.deletes_after.zip(notes.find_map(began));
        after.is_some_and(|(after, began)| when >= began + after)
    }

    fn is_descheduled(&self, world: &World) -> bool {
        let mut notes = world.journal()[self.noted..].iter();
        notes.any(|(_, note)| matches!(note, Note::Evicted(_, Evictor::Descheduler)))
    }

    pub(super) fn end(self, world: &World, apps: &[App]) -> Figures {
        let notes = &world.journal()[self.noted..];
        let is_app = |pod: PodId| apps.iter().any(|app| app.owner == world.pod(pod).owner);
        let announced = notes
            .iter()
            .find(|(_, note)| matches!(note, Note::Noticed(_)))
            .map(|(when, _)| *when);
        let mut evictions = BTreeMap::new();
        let mut rounds = BTreeSet::new();
        let (mut round, mut last) = (0, None);
        let (mut killed, mut back) = (0, 0);
        let mut replaced = BTreeSet::new();
        for (when, note) in notes {
            match note {
                // What a handler deletes is no eviction.
                Note::Evicted(pod, Evictor::Handler) if self.is_deleted(world, *pod, *when) => {}
                Note::Evicted(pod, by) => {
                    let name = match by {
                        Evictor::Handler => "handler",
                        Evictor::Autoscaler => "autoscaler",
                        Evictor::Descheduler => "descheduler",
                        Evictor::Upgrade => "upgrade",
                    };
                    *evictions.entry(name).or_default() += 1;
                    let new = replacement(world, *pod, *when, self.made, &replaced);
                    replaced.extend(new);
                    if *by == Evictor::Descheduler {
                        rounds.insert(round);
                        last = Some(*when);
                        let is_there = |pod: PodId| place(world, pod) == Some(Place::Spot);
                        back += i64::from(!new.is_some_and(is_there));
                    }
                }
                Note::DeschedulerRound => round += 1,
                Note::Killed(pod) if is_app(*pod) => killed += 1,
                _ => {}
            }
        }
        let rests_since = last.unwrap_or(self.began);
        let verdict = match self.since_converged {
            Some(_) => Verdict::Converged,
            None if world.now - rests_since > REST => Verdict::Quiet,
            None => Verdict::Loops,
        };
        let took = self.since_converged.unwrap_or(self.since_same) - self.began;
        let names = || apps.iter().map(|app| app.name.clone());
        let seen = |least: &[i64; GLANCES]| -> BTreeSet<i64> {
            let looks = least.iter().copied();
            looks.filter(|one| *one != i64::MAX).collect()
        };
        Figures {
            verdict,
            took: took / 1000,
            evictions,
            rounds: i64::try_from(rounds.len()).expect("few"),
            last_eviction: last.map(|when| (when - self.began) / 1000),
            back,
            killed,
            least_ready: names().zip(self.least.iter().map(seen)).collect(),
            least_serving: seen(&self.least_of_all),
            all_ready: self
                .whole
                .zip(announced)
                .map(|(whole, announced)| (whole - announced) / 1000),
            at_end: names()
                .zip(apps.iter().map(|app| places(world, app.owner)))
                .collect(),
        }
    }
}

/// The pod that was made for one that was evicted: the next of its workload.
fn replacement(
    world: &World,
    evicted: PodId,
    when: Millis,
    made: usize,
    replaced: &BTreeSet<PodId>,
) -> Option<PodId> {
    let owner = world.pod(evicted).owner;
    (made..world.pods.len()).map(PodId::of).find(|new| {
        let pod = world.pod(*new);
        pod.owner == owner && pod.created >= when && !replaced.contains(new)
    })
}

fn place(world: &World, pod: PodId) -> Option<Place> {
    let group = world.node(world.pod(pod).node?).group;
    let is_spot = group.is_some_and(|group| world.groups[group.index()].is_spot);
    Some(if is_spot {
        Place::Spot
    } else {
        Place::OnDemand
    })
}

/// Pods that the API calls ready, and that nothing has asked to stop.
fn called_ready(world: &World, owner: OwnerId) -> i64 {
    let is_ready = |pod: &&PodId| {
        let pod = world.pod(**pod);
        pod.phase == Stage::Ready && pod.deletion.is_none()
    };
    i64::try_from(world.pods_of(owner).iter().filter(is_ready).count()).expect("few")
}

/// Whether all pods are ready on Spot, and there are no others.
fn has_converged(world: &World, owner: OwnerId) -> bool {
    let pods = world.pods_of(owner);
    i64::try_from(pods.len()) == Ok(world.owners[owner.index()].replicas)
        && pods
            .iter()
            .all(|pod| record::doing(world, *pod) == Some((Doing::Ready, Place::Spot)))
}

/// Pods that nothing has asked to stop, by where they are.
fn places(world: &World, owner: OwnerId) -> BTreeMap<&'static str, i64> {
    let mut places = BTreeMap::new();
    for pod in world.pods_of(owner) {
        let place = match record::doing(world, *pod) {
            None | Some((Doing::Terminating, _)) => continue,
            Some((_, Place::Nowhere)) => "pending",
            Some((_, Place::Spot)) => "spot",
            Some((_, Place::OnDemand)) => "od",
        };
        *places.entry(place).or_default() += 1;
    }
    places
}

/// Everything that the laboratory watched for a change: pods by state and place, nodes by state.
fn signature(world: &World) -> Vec<(usize, i64)> {
    let mut counts: BTreeMap<usize, i64> = BTreeMap::new();
    for at in 0..world.owners.len() {
        for pod in world.pods_of(OwnerId::of(at)) {
            if let Some((doing, place)) = record::doing(world, *pod) {
                let key = (at * 5 + doing as usize) * 3 + place as usize;
                *counts.entry(key).or_default() += 1;
            }
        }
    }
    let pods = world.owners.len() * 15;
    for node in world.present_nodes() {
        let node = world.node(node);
        let group = node.group.map_or(0, |group| group.index() + 1);
        let state = match node.state {
            NodeState::Ready => 0,
            _ => 1,
        };
        let key = pods + (group * 2 + state) * 2 + usize::from(node.is_cordoned);
        *counts.entry(key).or_default() += 1;
    }
    counts.into_iter().collect()
}
