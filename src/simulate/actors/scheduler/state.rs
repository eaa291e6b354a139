//! What the scheduler knows, and how it follows the world.

use std::collections::VecDeque;

use super::backoff::Backoff;
use super::held::Held;
use super::hints;
use super::memory::Memory;
use super::queue::Queue;
use super::reason::{Diagnosis, Reason};
use super::scores::Scratch;
use super::snapshot::{Happening, Snapshot};
use crate::simulate::world::{Change, Millis, NodeId, Phase, PodId, World};
use crate::values::Version;

/// From this version on a pod does not wait for its back-off while the scheduler has nothing else to try.
/// Source: kubernetes/kubernetes `pkg/features/kube_features.go`, `SchedulerPopFromBackoffQ`.
const POPS_EARLY_SINCE: (u16, u16) = (1, 33);

#[derive(Clone, Debug)]
pub struct Scheduler {
    pub(super) version: Version,
    pub(super) snapshot: Snapshot,
    pub(super) queue: Queue,
    /// Where the next search for nodes starts. Source: kubernetes/kubernetes
    /// `pkg/scheduler/schedule_one.go`, `nextStartNodeIndex`.
    pub(super) next_start: usize,
    /// Pods that are promised a node, oldest first.
    pub(super) nominated: Vec<(NodeId, PodId)>,
    /// By pod: it has been asked to make way.
    pub(super) preempted: Vec<bool>,
    /// How long it takes to ask a pod to make way, one after the other.
    pub(super) preemption_takes: Millis,
    /// Pods that are about to be asked, and when.
    pub(super) leaving: VecDeque<(Millis, PodId)>,
    pub(super) held: Held,
    /// By pod that waits: why it found no node.
    pub(super) diagnoses: Vec<Option<Diagnosis>>,
    /// Until when it waits for the API before it tries the next pod.
    pub(super) busy_until: Millis,
    /// The round that the agenda has.
    pub(super) round: Option<Millis>,
    pub(super) feasible: Vec<NodeId>,
    pub(super) rejected: Vec<(NodeId, Reason)>,
    pub(super) memory: Memory,
    /// It tries everything anew each time, as upstream does.
    pub(super) forgets: bool,
    pub(super) scratch: Scratch,
    pub(super) heap: Vec<u32>,
}

impl Scheduler {
    pub fn new(version: Version) -> Self {
        let (major, minor) = POPS_EARLY_SINCE;
        Self {
            version,
            snapshot: Snapshot::default(),
            queue: Queue::new(Backoff::DEFAULT, version.at_least(major, minor)),
            next_start: 0,
            nominated: Vec::new(),
            preempted: Vec::new(),
            preemption_takes: 0,
            leaving: VecDeque::new(),
            held: Held::default(),
            diagnoses: Vec::new(),
            busy_until: 0,
            round: None,
            feasible: Vec::new(),
            rejected: Vec::new(),
            memory: Memory::default(),
            forgets: false,
            scratch: Scratch::default(),
            heap: Vec::new(),
        }
    }

    /// With another back-off than the default.
    #[must_use]
    pub fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.queue.set_backoff(backoff);
        self
    }

    /// With preemptions that take time.
    #[must_use]
    pub fn with_slow_preemption(mut self, takes: Millis) -> Self {
        self.preemption_takes = takes;
        self
    }

    /// Takes in what is there already, as when the scheduler starts.
    pub fn see_all(&mut self, world: &World) {
        for node in world.present_nodes() {
            self.observe(world, Change::NodeAdded(node));
        }
        for pod in world.present_pods() {
            self.observe(world, Change::PodCreated(pod));
        }
    }

    /// Takes in a change. One that is told twice counts once.
    pub fn observe(&mut self, world: &World, change: Change) {
        let happening = match change {
            Change::NodeAdded(node) | Change::NodeUpdated(node) | Change::NodeDeleted(node) => {
                self.snapshot.see_node(world, node)
            }
            Change::PodCreated(pod)
            | Change::PodBound(pod)
            | Change::PodTerminating(pod)
            | Change::PodFinished(pod)
            | Change::PodDeleted(pod, _) => self.see_pod(world, pod),
            Change::PodReady(_) | Change::PodUnready(_) | Change::OwnerScaled(_) => None,
        };
        if let Some(happening) = happening {
            self.wake(world, happening);
        }
    }

    fn see_pod(&mut self, world: &World, id: PodId) -> Option<Happening> {
        let pod = world.pod(id);
        if pod.phase == Phase::Pending && pod.node.is_none() && !pod.is_terminating() {
            let priority = world.template_of(id).priority;
            self.queue.add(world.now, id, pod.template, priority);
            if let Some(node) = pod.nominated {
                self.nominate(id, node);
            }
        } else {
            self.queue.remove(id);
            self.held.forget(id);
            self.forget_nomination(id);
            if let Some(diagnosis) = self.diagnoses.get_mut(id.index()) {
                *diagnosis = None;
            }
        }
        self.snapshot.see_pod(world, id)
    }

    fn wake(&mut self, world: &World, happening: Happening) {
        let snapshot = &self.snapshot;
        let helps = |template, by| hints::helps(world, snapshot, happening, template, by);
        let is_end = matches!(happening, Happening::PodGone(..));
        let leaving = &self.leaving;
        let is_leaving = |pod| leaving.iter().any(|(_, other)| *other == pod);
        let held = &mut self.held;
        let stays = |pod| held.stays(pod, is_end, is_leaving);
        self.queue.move_if(world.now, helps, stays);
    }

    pub(super) fn nominate(&mut self, pod: PodId, node: NodeId) {
        self.forget_nomination(pod);
        self.nominated.push((node, pod));
        self.snapshot.touch(node);
    }

    pub(super) fn forget_nomination(&mut self, pod: PodId) {
        if let Some(at) = self.nominated.iter().position(|(_, other)| *other == pod) {
            let (node, _) = self.nominated.remove(at);
            self.snapshot.touch(node);
        }
    }

    /// Whether it is about to be asked to make way.
    pub(super) fn is_leaving(&self, pod: PodId) -> bool {
        self.leaving.iter().any(|(_, other)| *other == pod)
    }

    pub(super) fn is_preempted(&self, pod: PodId) -> bool {
        self.preempted.get(pod.index()).copied().unwrap_or(false)
    }

    /// Why a pod that waits has found no node.
    pub fn diagnosis(&self, pod: PodId) -> Option<&Diagnosis> {
        self.diagnoses.get(pod.index())?.as_ref()
    }

    /// How often a pod that waits has been tried.
    pub fn attempts(&self, pod: PodId) -> Option<u32> {
        self.queue.attempts(pod)
    }

    /// The scheduler's picture of the cluster.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}
