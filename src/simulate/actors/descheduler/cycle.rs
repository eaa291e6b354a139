//! One round: what has been evicted so far, and how much more may be.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/evictions/evictions.go, `EvictPod`.

use std::collections::HashMap;

use super::policy::Policy;
use super::round::{Evicted, Kept, Round};
use crate::simulate::actors::eviction::evict;
use crate::simulate::chance::Draws;
use crate::simulate::world::{NodeId, PodId, Symbol, World};

/// Counters start anew with each round.
pub(super) struct Cycle<'p> {
    policy: &'p Policy,
    /// The nodes that plugins see.
    pub(super) nodes: Vec<NodeId>,
    /// Draws the order of the pods of a node; else it is that in which they came.
    pub(super) order: Option<Draws>,
    /// Only ever asked for one, never walked.
    per_node: HashMap<NodeId, u64>,
    per_namespace: HashMap<Symbol, u64>,
    total: u64,
    round: Round,
}

/// Whether a plugin goes on after it tried to evict a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Next,
    /// This node has reached its limit.
    NextNode,
    /// The round has reached its limit.
    End,
}

impl<'p> Cycle<'p> {
    pub(super) fn new(policy: &'p Policy, nodes: Vec<NodeId>) -> Self {
        Self {
            policy,
            nodes,
            order: None,
            per_node: HashMap::new(),
            per_namespace: HashMap::new(),
            total: 0,
            round: Round::default(),
        }
    }

    pub(super) fn into_round(self) -> Round {
        self.round
    }

    pub(super) fn keep(&mut self, pod: PodId, why: Kept) {
        self.round.kept.push((pod, why));
    }

    /// What the API server refuses does not count for the limits, and is not tried again in this round.
    pub(super) fn evict(&mut self, world: &mut World, pod: PodId, plugin: &'static str) -> Then {
        let limits = self.policy.limits;
        let reached = |count: u64, limit: Option<u64>| limit.is_some_and(|limit| count >= limit);
        if reached(self.total, limits.total) {
            self.keep(pod, Kept::TotalLimit);
            return Then::End;
        }
        let node = world.pod(pod).node.expect("plugins look at pods on nodes");
        let on_node = self.per_node.get(&node).copied().unwrap_or_default();
        if reached(on_node, limits.per_node) {
            self.keep(pod, Kept::NodeLimit);
            return Then::NextNode;
        }
        let namespace = world.owner_of(pod).namespace;
        let in_namespace = self
            .per_namespace
            .get(&namespace)
            .copied()
            .unwrap_or_default();
        if reached(in_namespace, limits.per_namespace) {
            self.keep(pod, Kept::NamespaceLimit);
            return Then::Next;
        }
        if let Err(refusal) = evict(world, pod, self.policy.grace) {
            self.keep(pod, Kept::Refused(refusal));
            return Then::Next;
        }
        self.per_node.insert(node, on_node + 1);
        self.per_namespace.insert(namespace, in_namespace + 1);
        self.total += 1;
        self.round.evicted.push(Evicted { pod, node, plugin });
        Then::Next
    }
}
