//! Taint eviction: pods are deleted from nodes whose `NoExecute` taints they do not tolerate, or not any longer.

use std::collections::HashMap;

use crate::kubernetes::Effect;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Change, Millis, NodeId, NodeTaint, Note, PodId, World};

/// Source: kubernetes/kubernetes `pkg/controller/tainteviction/taint_eviction.go`.
#[derive(Clone, Debug, Default)]
pub struct TaintEviction {
    nodes: Vec<NodeId>,
    pods: Vec<PodId>,
    /// By node: the taints that were last seen.
    seen: Vec<Vec<NodeTaint>>,
    /// Pods that will be deleted: since when that is known, and when. Only ever asked for one.
    leaving: HashMap<PodId, (Millis, Millis)>,
}

impl TaintEviction {
    pub fn observe(&mut self, change: Change) {
        match change {
            Change::NodeAdded(node) | Change::NodeUpdated(node) => self.nodes.push(node),
            Change::PodBound(pod) => self.pods.push(pod),
            Change::PodDeleted(pod, _) => {
                self.leaving.remove(&pod);
            }
            _ => {}
        }
    }

    pub fn settle(&mut self, world: &mut World, agenda: &mut Agenda) {
        for node in std::mem::take(&mut self.nodes) {
            self.node_changed(world, agenda, node);
        }
        for pod in std::mem::take(&mut self.pods) {
            let node = world.pod(pod).node.expect("it was bound");
            let is_known = self
                .seen
                .get(node.index())
                .is_some_and(|seen| !seen.is_empty());
            if is_known && !world.node(node).is_gone() && !world.pod(pod).is_gone() {
                self.weigh(world, agenda, pod, node);
            }
        }
    }

    /// Source: `handleNodeUpdate`. The deletion of a node cancels nothing.
    fn node_changed(&mut self, world: &mut World, agenda: &mut Agenda, node: NodeId) {
        if self.seen.len() <= node.index() {
            self.seen.resize(node.index() + 1, Vec::new());
        }
        let state = world.node(node);
        let executing = || {
            state
                .taints
                .iter()
                .filter(|taint| taint.effect == Effect::NoExecute)
        };
        if state.is_gone() || executing().eq(&self.seen[node.index()]) {
            return;
        }
        self.seen[node.index()] = executing().copied().collect();
        for pod in state.pods.clone() {
            self.weigh(world, agenda, pod, node);
        }
    }

    /// Source: `processPodOnNode`. A later look does not prolong a stay.
    fn weigh(&mut self, world: &mut World, agenda: &mut Agenda, pod: PodId, node: NodeId) {
        let taints = self.seen[node.index()].iter().copied();
        match world.template_of(pod).tolerations.stay(taints) {
            None => {
                self.leaving.remove(&pod);
            }
            Some(0) => {
                self.leaving.remove(&pod);
                delete(world, pod);
            }
            Some(stay) => {
                let since = self
                    .leaving
                    .get(&pod)
                    .map_or(world.now, |(since, _)| *since);
                let until = since + stay;
                if self
                    .leaving
                    .get(&pod)
                    .is_none_or(|(_, known)| *known != until)
                {
                    self.leaving.insert(pod, (since, until));
                    agenda.at(until.max(world.now), Event::TolerationOver(pod));
                }
            }
        }
    }

    /// [`Event::TolerationOver`].
    pub fn toleration_over(&mut self, world: &mut World, pod: PodId) {
        if self
            .leaving
            .get(&pod)
            .is_some_and(|(_, until)| *until <= world.now)
        {
            self.leaving.remove(&pod);
            delete(world, pod);
        }
    }
}

/// Source: `addConditionAndDeletePod`: a deletion, which no budget holds, with the pod's own grace.
fn delete(world: &mut World, pod: PodId) {
    let state = world.pod(pod);
    if !state.is_gone() && !state.is_terminating() {
        world.note(Note::TaintEvicted(pod));
        let grace = world.template_of(pod).grace;
        world.terminate(pod, grace);
    }
}
