//! Pods that have chosen who makes way, and wait until these have been asked.
//!
//! Source: kubernetes/kubernetes pkg/scheduler/framework/preemption/executor.go, `prepareCandidateAsync`,
//! `IsPodRunningPreemption`, and `framework/plugins/defaultpreemption/default_preemption.go`, `PreEnqueue`, `EventsToRegister`.

use std::collections::{BTreeMap, BTreeSet};

use crate::simulate::world::PodId;

#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    /// By pod: those that it has had asked.
    victims: BTreeMap<PodId, Vec<PodId>>,
    /// Pods that were turned back when something called them: from then on only the end of a pod does.
    /// Source: `backend/queue/scheduling_queue.go`, `movePodsToActiveOrBackoffQueue`: events of the plugin that gates a pod.
    gated: BTreeSet<PodId>,
}

impl Held {
    /// A pod has these asked to make way.
    pub(super) fn hold(&mut self, pod: PodId, victims: Vec<PodId>) {
        self.victims.insert(pod, victims);
    }

    /// Whether a pod that something calls stays where it is. `is_end`: a pod is gone; `is_leaving`: a pod has yet to be asked.
    pub(super) fn stays(
        &mut self,
        pod: PodId,
        is_end: bool,
        is_leaving: impl Fn(PodId) -> bool,
    ) -> bool {
        if self.gated.contains(&pod) && !is_end {
            return true;
        }
        let victims = self.victims.get(&pod);
        if victims.is_some_and(|victims| victims.iter().any(|victim| is_leaving(*victim))) {
            self.gated.insert(pod);
            return true;
        }
        self.forget(pod);
        false
    }

    pub(super) fn forget(&mut self, pod: PodId) {
        self.victims.remove(&pod);
        self.gated.remove(&pod);
    }
}
