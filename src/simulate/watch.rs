//! What happens in a run, kept for verdicts and pictures.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::actors::autoscaler::scale_down::soft_taint::{CANDIDATE, TO_BE_DELETED};
use super::actors::descheduler::seems_to_fit;
use super::actors::scheduler::{Reason, would_have_fitted};
use super::engine::{Component, Site};
use super::record::Record;
use super::world::{Change, Evictor, GroupId, Millis, NodeId, Note, OwnerId, PodId, World};

/// One that the run and its reader share.
pub type Shared = Rc<RefCell<Watch>>;

/// Everything that was seen.
#[derive(Debug, Default)]
pub struct Watch {
    /// Where the pods of each owner were, over time.
    pub record: Record,
    /// Each eviction, in order of time.
    pub evictions: Vec<Eviction>,
    /// Each node, by its number.
    pub nodes: Vec<NodeSpan>,
    /// Each pod that made way for another.
    pub preemptions: Vec<(Millis, PodId)>,
    /// Each pod that died with its machine: nothing had asked it to stop.
    pub killed: Vec<(Millis, PodId)>,
    /// Each pod that a taint had deleted.
    pub taint_evicted: Vec<(Millis, PodId)>,
    /// As those that were killed, where it was still stopping.
    pub cut_short: Vec<(Millis, PodId)>,
    /// How many pods each owner wants, from when on.
    pub wanted: Vec<(Millis, OwnerId, i64)>,
    /// When a pod or a node last came, moved or went.
    pub last_activity: Millis,
    /// By pod: until when it had no node; none for one that has none yet.
    bound: Vec<Option<Millis>>,
    /// How many rounds the descheduler has begun.
    rounds: u64,
    /// How much of the journal has been read.
    journal_read: usize,
    /// Evictions whose replacement is still to be made, by owner.
    awaited: BTreeMap<OwnerId, VecDeque<usize>>,
    /// By pod: the eviction that it makes up for.
    replaces: Vec<Option<usize>>,
}

/// One pod that was evicted.
#[derive(Clone, Debug)]
pub struct Eviction {
    pub at: Millis,
    pub by: Evictor,
    /// The round of the descheduler in which it was, or after which.
    pub round: u64,
    pub pod: PodId,
    pub owner: OwnerId,
    /// The node that it was on.
    pub from: Option<NodeId>,
    /// The pod in its place.
    pub replacement: Option<PodId>,
    /// When that one found a node, and which.
    pub to: Option<(Millis, NodeId)>,
    /// Why it is not on Spot, if it is not.
    pub missed: Option<Missed>,
}

/// Why a pod did not land on Spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missed {
    /// A Spot node would have taken it; the scheduler rated another node higher.
    RatedLower,
    /// The same, and each such node is one that the autoscaler marks as a candidate for deletion.
    CandidateForDeletion,
    /// Spot nodes are there, and have no room.
    NoRoom,
    /// Spot nodes are there, and all keep it off by a taint, a label or a rule about pods.
    NotAllowed,
    /// There is no Spot node, but for such as are about to go.
    NoNode,
}

/// The life of a node.
#[derive(Clone, Copy, Debug)]
pub struct NodeSpan {
    pub node: NodeId,
    pub group: Option<GroupId>,
    /// When its machine was asked for.
    pub asked: Millis,
    pub ready: Millis,
    pub cordoned: Option<Millis>,
    pub noticed: Option<Millis>,
    pub drained: Option<Millis>,
    pub lost: Option<Millis>,
    pub gone: Option<Millis>,
}

/// Watches for the engine, in the place of a scenario: it settles last.
pub struct Watcher(Shared);

impl Watcher {
    pub fn new(shared: &Shared) -> Self {
        Self(Rc::clone(shared))
    }
}

impl Component for Watcher {
    fn observe(&mut self, world: &World, change: Change) {
        self.0.borrow_mut().observe(world, change);
    }

    fn settle(&mut self, site: &mut Site<'_>) {
        self.0.borrow_mut().settle(site);
    }

    fn start(&mut self, site: &mut Site<'_>) {
        let mut watch = self.0.borrow_mut();
        for node in site.world.present_nodes() {
            watch.see_node(site.world, node);
        }
        for (at, owner) in site.world.owners.iter().enumerate() {
            watch.wanted.push((0, OwnerId::of(at), owner.replicas));
        }
    }
}

impl Watch {
    fn observe(&mut self, world: &World, change: Change) {
        self.record.observe(world, change);
        match change {
            Change::NodeAdded(node) => {
                self.see_node(world, node);
                self.last_activity = world.now;
            }
            Change::NodeDeleted(node) => {
                self.see_node(world, node);
                self.nodes[node.index()].gone.get_or_insert(world.now);
                self.last_activity = world.now;
            }
            Change::PodCreated(pod) => {
                let owner = world.pod(pod).owner;
                let made_up = self.awaited.get_mut(&owner).and_then(VecDeque::pop_front);
                if let Some(eviction) = made_up {
                    self.evictions[eviction].replacement = Some(pod);
                    grow(&mut self.replaces, pod.index());
                    self.replaces[pod.index()] = Some(eviction);
                }
                self.touch(world, pod);
            }
            Change::PodBound(pod) => {
                grow(&mut self.bound, pod.index());
                self.bound[pod.index()] = Some(world.now);
                self.landed(world, pod);
                self.touch(world, pod);
            }
            Change::PodReady(pod)
            | Change::PodTerminating(pod)
            | Change::PodUnready(pod)
            | Change::PodFinished(pod)
            | Change::PodDeleted(pod, _) => self.touch(world, pod),
            Change::OwnerScaled(owner) => {
                let replicas = world.owners[owner.index()].replicas;
                self.wanted.push((world.now, owner, replicas));
            }
            Change::NodeUpdated(node) => {
                self.see_node(world, node);
                if world.node(node).is_cordoned {
                    self.nodes[node.index()].cordoned.get_or_insert(world.now);
                }
            }
        }
    }

    fn touch(&mut self, world: &World, _: PodId) {
        self.last_activity = world.now;
    }

    fn see_node(&mut self, world: &World, node: NodeId) {
        while self.nodes.len() <= node.index() {
            let node = NodeId::of(self.nodes.len());
            self.nodes.push(NodeSpan {
                node,
                group: world.node(node).group,
                asked: world.node(node).created,
                ready: world.node(node).created,
                cordoned: None,
                noticed: None,
                drained: None,
                lost: None,
                gone: None,
            });
        }
    }

    /// Reads what is new in the journal, and notes where the pods are.
    fn settle(&mut self, site: &mut Site<'_>) {
        let world = &*site.world;
        for at in self.journal_read..world.journal().len() {
            let (when, note) = world.journal()[at];
            self.read(world, when, note);
        }
        self.journal_read = world.journal().len();
        for span in self.nodes.iter_mut().rev() {
            let Some(instance) = site.cloud.of_node(span.node) else {
                break;
            };
            span.asked = site.cloud.get(instance).asked;
            if span.ready < world.now {
                break;
            }
        }
        self.record.sample(world.now);
    }

    fn read(&mut self, world: &World, when: Millis, entry: Note) {
        match entry {
            Note::Noticed(node) => self.nodes[node.index()].noticed = Some(when),
            Note::DrainBegan(node) => self.nodes[node.index()].drained = Some(when),
            Note::MachineLost(node) => {
                self.nodes[node.index()].lost = Some(when);
                self.record.machine_lost(world, node);
            }
            Note::Killed(pod) => self.killed.push((when, pod)),
            Note::CutShort(pod) => self.cut_short.push((when, pod)),
            Note::Preempted(pod) => self.preemptions.push((when, pod)),
            Note::Evicted(pod, by) => {
                let state = world.pod(pod);
                self.awaited
                    .entry(state.owner)
                    .or_default()
                    .push_back(self.evictions.len());
                self.evictions.push(Eviction {
                    at: when,
                    by,
                    round: self.rounds,
                    pod,
                    owner: state.owner,
                    from: state.node,
                    replacement: None,
                    to: None,
                    missed: None,
                });
            }
            Note::DeschedulerRound => self.rounds += 1,
            Note::TaintEvicted(pod) => self.taint_evicted.push((when, pod)),
            Note::Unhandled(_)
            | Note::DrainGaveUp(_)
            | Note::UpgradeGaveUp(_)
            | Note::Refused(..)
            | Note::Collected(_) => {}
        }
    }

    /// The replacement of an evicted pod has found a node.
    fn landed(&mut self, world: &World, pod: PodId) {
        let replaced = self.replaces.get(pod.index()).copied().flatten();
        let Some((eviction, node)) = replaced.zip(world.pod(pod).node) else {
            return;
        };
        let eviction = &mut self.evictions[eviction];
        eviction.to = Some((world.now, node));
        if eviction.by == Evictor::Descheduler && !is_spot(world, node) {
            eviction.missed = Some(missed(world, pod));
        }
    }

    /// When a pod got a node, if it has got one.
    pub fn bound(&self, pod: PodId) -> Option<Millis> {
        self.bound.get(pod.index()).copied().flatten()
    }

    /// Evictions by the descheduler whose replacement is on on-demand again.
    pub fn back_moves(&self) -> impl Iterator<Item = &Eviction> {
        self.evictions.iter().filter(|own| own.missed.is_some())
    }
}

/// Whether a node is one of Spot.
pub fn is_spot(world: &World, node: NodeId) -> bool {
    let group = world.node(node).group;
    group.is_some_and(|group| world.groups[group.index()].is_spot)
}

/// Why a pod that has just been bound elsewhere is not on Spot.
fn missed(world: &World, pod: PodId) -> Missed {
    let mut spot = world
        .present_nodes()
        .filter(|node| {
            let own = world.node(*node);
            is_spot(world, *node)
                && own.is_ready()
                && world.is_alive(*node)
                && !is_leaving(world, *node)
        })
        .peekable();
    if spot.peek().is_none() {
        return Missed::NoNode;
    }
    let is_candidate = |node: NodeId| {
        let mut taints = world.node(node).taints.iter();
        taints.any(|taint| world.symbols.text(taint.key) == CANDIDATE)
    };
    let mut best = Missed::NotAllowed;
    let mut is_refused_unseen = false;
    for (node, fits) in would_have_fitted(world, pod, spot) {
        match fits {
            Ok(()) if is_candidate(node) => best = best.min(Missed::CandidateForDeletion),
            Ok(()) => return Missed::RatedLower,
            Err(Reason::Resources(short)) if !short.is_final => best = best.min(Missed::NoRoom),
            Err(_) => is_refused_unseen |= seems_to_fit(world.pod(pod).template, node, world),
        }
    }
    // The descheduler looks for room, and not for ports, spread, pods to be beside and the anti-affinity of others: it is for
    // such a node that it evicted the pod.
    // Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `NodeFit`.
    if is_refused_unseen && best == Missed::NoRoom {
        return Missed::NotAllowed;
    }
    best
}

/// Whether a node takes no pod any more: it is about to go, and what it lets on says nothing about Spot.
fn is_leaving(world: &World, node: NodeId) -> bool {
    let node = world.node(node);
    let mut taints = node.taints.iter();
    node.is_cordoned || taints.any(|taint| world.symbols.text(taint.key) == TO_BE_DELETED)
}

fn grow<T: Clone>(list: &mut Vec<Option<T>>, at: usize) {
    if list.len() <= at {
        list.resize(at + 1, None);
    }
}
