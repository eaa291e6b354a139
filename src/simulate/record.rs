//! What a run shows from outside: where the pods of each owner are, whenever that changes.

use super::world::{Change, Millis, NodeId, OwnerId, Phase, PodId, World};

/// What a pod is doing, as far as a picture shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doing {
    Pending,
    Starting,
    Ready,
    /// The API calls it ready, and its machine does not run any more.
    Dead,
    Terminating,
}

/// Where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Nowhere,
    Spot,
    OnDemand,
}

pub const DOINGS: [Doing; 5] = [
    Doing::Pending,
    Doing::Starting,
    Doing::Ready,
    Doing::Dead,
    Doing::Terminating,
];

/// How many pods of one owner do what, where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([[i64; 3]; DOINGS.len()]);

impl Counts {
    pub fn get(&self, doing: Doing, place: Place) -> i64 {
        self.0[doing as usize][place as usize]
    }

    /// Of all places.
    pub fn all(&self, doing: Doing) -> i64 {
        self.0[doing as usize].iter().sum()
    }

    fn add(&mut self, (doing, place): (Doing, Place), count: i64) {
        self.0[doing as usize][place as usize] += count;
    }
}

/// The counts of an owner from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub from: Millis,
    pub owner: OwnerId,
    pub counts: Counts,
}

/// Keeps the counts, and what they were.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// By pod: what it was last seen to do.
    seen: Vec<Option<(Doing, Place)>>,
    counts: Vec<Counts>,
    samples: Vec<Sample>,
    /// Owners whose counts have changed since the last sample.
    changed: Vec<OwnerId>,
}

impl Record {
    /// Looks at the pod that changed, or at all pods of the node that did.
    pub fn observe(&mut self, world: &World, change: Change) {
        match change {
            Change::PodCreated(pod)
            | Change::PodBound(pod)
            | Change::PodReady(pod)
            | Change::PodTerminating(pod)
            | Change::PodUnready(pod)
            | Change::PodFinished(pod)
            | Change::PodDeleted(pod, _) => self.look(world, pod),
            Change::NodeAdded(_)
            | Change::NodeUpdated(_)
            | Change::NodeDeleted(_)
            | Change::OwnerScaled(_) => {}
        }
    }

    /// The machine of a node has ended.
    pub fn machine_lost(&mut self, world: &World, node: NodeId) {
        for pod in &world.node(node).pods {
            self.look(world, *pod);
        }
    }

    fn look(&mut self, world: &World, pod: PodId) {
        let now = doing(world, pod);
        if self.seen.len() <= pod.index() {
            self.seen.resize(pod.index() + 1, None);
        }
        let before = std::mem::replace(&mut self.seen[pod.index()], now);
        if before == now {
            return;
        }
        let owner = world.pod(pod).owner;
        if self.counts.len() <= owner.index() {
            self.counts.resize(owner.index() + 1, Counts::default());
        }
        let counts = &mut self.counts[owner.index()];
        if let Some(before) = before {
            counts.add(before, -1);
        }
        if let Some(now) = now {
            counts.add(now, 1);
        }
        if !self.changed.contains(&owner) {
            self.changed.push(owner);
        }
    }

    /// Everything that was due at this moment has happened: notes what it came to.
    pub fn sample(&mut self, now: Millis) {
        for owner in self.changed.drain(..) {
            let counts = self.counts[owner.index()];
            self.samples.push(Sample {
                from: now,
                owner,
                counts,
            });
        }
    }

    pub fn counts(&self, owner: OwnerId) -> Counts {
        self.counts.get(owner.index()).copied().unwrap_or_default()
    }

    /// In order of time.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }
}

/// `None` for a pod that is gone or has ended.
pub fn doing(world: &World, pod: PodId) -> Option<(Doing, Place)> {
    let state = world.pod(pod);
    if state.is_gone() || state.is_finished() {
        return None;
    }
    let Some(node) = state.node else {
        return Some((Doing::Pending, Place::Nowhere));
    };
    let group = world.node(node).group;
    let is_spot = group.is_some_and(|group| world.groups[group.index()].is_spot);
    let place = if is_spot {
        Place::Spot
    } else {
        Place::OnDemand
    };
    let doing = match state.phase {
        _ if state.deletion.is_some() => Doing::Terminating,
        _ if !world.is_alive(node) => Doing::Dead,
        Phase::Ready => Doing::Ready,
        Phase::Unready => Doing::Dead,
        _ => Doing::Starting,
    };
    Some((doing, place))
}
