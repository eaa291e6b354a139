//! One round as it runs: where it is, what has been evicted so far, and how much more may be.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/evictions/evictions.go, `EvictPod`.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::policy::Limits;
use super::round::{Evicted, Kept, Round};
use crate::simulate::actors::eviction::{evict, overtaken_until};
use crate::simulate::chance::Draws;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Evictor, Millis, NodeId, Note, PodId, Symbol, World};

/// Counters start anew with each round.
#[derive(Clone, Debug)]
pub(super) struct Cycle {
    pub(super) began: Millis,
    /// The nodes that plugins see: those that were ready when it began.
    pub(super) nodes: Rc<[NodeId]>,
    /// Draws the order of the pods of a node; else it is that in which they came.
    pub(super) order: Option<Draws>,
    /// The plugin whose turn it is, and how often it has looked.
    pub(super) plugin: usize,
    pub(super) turn: usize,
    /// The API server has been asked for the next eviction.
    is_asked: bool,
    /// What that plugin wants to evict.
    lists: VecDeque<List>,
    /// Only ever asked for one, never walked.
    per_node: HashMap<NodeId, u64>,
    per_namespace: HashMap<Symbol, u64>,
    total: u64,
    round: Round,
}

/// Pods that a plugin evicts one after the other. Once listed, they are not looked at again.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) plugin: &'static str,
    pub(super) pods: VecDeque<PodId>,
}

impl Cycle {
    pub(super) fn new(began: Millis, nodes: Vec<NodeId>, order: Option<Draws>) -> Self {
        let round = Round {
            is_skipped: nodes.len() <= 1,
            ..Round::default()
        };
        Self {
            began,
            nodes: nodes.into(),
            order,
            plugin: 0,
            turn: 0,
            is_asked: false,
            lists: VecDeque::new(),
            per_node: HashMap::new(),
            per_namespace: HashMap::new(),
            total: 0,
            round,
        }
    }

    pub(super) fn is_skipped(&self) -> bool {
        self.round.is_skipped
    }

    pub(super) fn into_round(self) -> Round {
        self.round
    }

    pub(super) fn keep(&mut self, pod: PodId, why: Kept) {
        self.round.kept.push((pod, why));
    }

    pub(super) fn add(&mut self, lists: impl IntoIterator<Item = List>) {
        self.lists.extend(lists);
    }

    /// The next pod that is to be evicted. What a limit keeps is passed over: nobody asks the API server for it.
    pub(super) fn next(&mut self, limits: Limits, world: &World) -> Option<PodId> {
        loop {
            let list = self.lists.front_mut()?;
            let Some(pod) = list.pods.front().copied() else {
                self.lists.pop_front();
                continue;
            };
            match self.reached(pod, limits, world) {
                None => return Some(pod),
                Some(Kept::NamespaceLimit) => {
                    self.keep(pod, Kept::NamespaceLimit);
                    self.lists[0].pods.pop_front();
                }
                Some(why) => {
                    let rest = self.lists.pop_front().into_iter();
                    let rest = rest.flat_map(|list| list.pods).map(|pod| (pod, why));
                    self.round.kept.extend(rest);
                    if why == Kept::TotalLimit {
                        self.lists.clear();
                        self.next_plugin();
                    }
                }
            }
        }
    }

    pub(super) fn next_plugin(&mut self) {
        self.plugin += 1;
        self.turn = 0;
    }

    /// The first limit that an eviction would exceed.
    fn reached(&self, pod: PodId, limits: Limits, world: &World) -> Option<Kept> {
        let reached = |count: u64, limit: Option<u64>| limit.is_some_and(|limit| count >= limit);
        let on_node = self.per_node.get(&node_of(pod, world));
        let in_namespace = self.per_namespace.get(&world.owner_of(pod).namespace);
        if reached(self.total, limits.total) {
            Some(Kept::TotalLimit)
        } else if reached(on_node.copied().unwrap_or_default(), limits.per_node) {
            Some(Kept::NodeLimit)
        } else if reached(
            in_namespace.copied().unwrap_or_default(),
            limits.per_namespace,
        ) {
            Some(Kept::NamespaceLimit)
        } else {
            None
        }
    }

    /// Asks for the eviction of the next pod; when the API server comes to it.
    pub(super) fn ask(&mut self, pod: PodId, world: &World, timings: &Timings) -> Millis {
        let order = self.order.as_mut();
        let held = order.and_then(|order| overtaken_until(world, timings, pod, order));
        self.is_asked = true;
        held.unwrap_or(world.now)
    }

    pub(super) fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// Evicts the next pod. What the API server refuses does not count for the limits, and is not tried again in this round.
    pub(super) fn evict_next(&mut self, grace: Option<Millis>, world: &mut World) {
        self.is_asked = false;
        let Some(list) = self.lists.front_mut() else {
            return;
        };
        let plugin = list.plugin;
        let Some(pod) = list.pods.pop_front() else {
            return;
        };
        if world.pod(pod).is_gone() {
            self.keep(pod, Kept::Gone);
            return;
        }
        // One that somebody else has asked to stop since it was listed counts, and is no other eviction for who watches.
        let is_new = !world.pod(pod).is_terminating();
        if let Err(refusal) = evict(world, pod, grace) {
            world.note(Note::Refused(pod, Evictor::Descheduler));
            self.keep(pod, Kept::Refused(refusal));
            return;
        }
        if is_new {
            world.note(Note::Evicted(pod, Evictor::Descheduler));
        }
        let node = node_of(pod, world);
        *self.per_node.entry(node).or_default() += 1;
        let namespace = world.owner_of(pod).namespace;
        *self.per_namespace.entry(namespace).or_default() += 1;
        self.total += 1;
        self.round.evicted.push(Evicted { pod, node, plugin });
    }
}

fn node_of(pod: PodId, world: &World) -> NodeId {
    world.pod(pod).node.expect("plugins look at pods on nodes")
}
