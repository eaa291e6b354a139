//! Which machines run, and which pods serve: the API knows of a dead machine only later.

use super::{NodeId, OwnerId, Phase, PodId, Tally, World};

impl World {
    /// The machine of a node ends, at once. The API still has its node and calls its pods ready.
    pub fn lose_machine(&mut self, node: NodeId) {
        if !self.is_alive(node) {
            return;
        }
        for at in 0..self.nodes[node.index()].pods.len() {
            let pod = self.nodes[node.index()].pods[at];
            if self.is_serving(pod) {
                let owner = self.pod(pod).owner;
                self.tallies[owner.index()].serving -= 1;
            }
        }
        if self.lost.len() <= node.index() {
            self.lost.resize(node.index() + 1, false);
        }
        self.lost[node.index()] = true;
    }

    /// Whether the machine of a node runs.
    pub fn is_alive(&self, node: NodeId) -> bool {
        !self.lost.get(node.index()).copied().unwrap_or(false)
    }

    /// Whether a pod answers: it is ready, nothing has asked it to stop, and its machine runs.
    pub fn is_serving(&self, pod: PodId) -> bool {
        let pod = self.pod(pod);
        pod.phase == Phase::Ready
            && pod.deletion.is_none()
            && pod.node.is_some_and(|node| self.is_alive(node))
    }

    /// Whether a controller counts a pod.
    pub fn is_active(&self, pod: PodId) -> bool {
        let pod = self.pod(pod);
        pod.deletion.is_none() && !pod.is_gone() && !pod.is_finished()
    }

    pub fn tally(&self, owner: OwnerId) -> Tally {
        self.tallies[owner.index()]
    }

    /// Changes a pod and keeps the tally of its owner.
    pub(super) fn counted(&mut self, pod: PodId, change: impl FnOnce(&mut Self)) {
        let count = |world: &Self| {
            (
                i64::from(world.is_active(pod)),
                i64::from(world.is_serving(pod)),
            )
        };
        let before = count(self);
        change(self);
        let after = count(self);
        let owner = self.pod(pod).owner;
        let tally = &mut self.tallies[owner.index()];
        tally.active += after.0 - before.0;
        tally.serving += after.1 - before.1;
    }
}
