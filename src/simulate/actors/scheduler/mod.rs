//! The kube-scheduler, as of Kubernetes 1.36: which node each pending pod gets, and who makes way for it.
//!
//! Binding takes no time. Not modelled: volumes other than a zone they pin a pod to, extenders, pod groups, dynamic
//! resources, several profiles.

mod filters;
mod hints;
mod memory;
mod preemption;
mod queue;
mod reason;
mod scores;
mod search;
mod snapshot;
mod ties;

pub use filters::{Attempt, Supposed, node_alone};
pub use preemption::Candidate;
pub use queue::Backoff;
pub use reason::{Diagnosis, Filter, Filters, Reason, Shortage};
pub use scores::PLUGINS;
pub use snapshot::{Place, Snapshot};

use memory::Memory;
use preemption::Outcome;
use queue::Queue;
use scores::{Scoring, Scratch};
use snapshot::Happening;

use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Change, Millis, NodeId, Phase, PodId, TemplateId, World};
use crate::values::Version;

/// From this version on a pod does not wait for its back-off while the scheduler has nothing else to try.
/// Source: kubernetes/kubernetes `pkg/features/kube_features.go`, `SchedulerPopFromBackoffQ`.
const POPS_EARLY_SINCE: (u16, u16) = (1, 33);

#[derive(Clone, Debug)]
pub struct Scheduler {
    version: Version,
    snapshot: Snapshot,
    queue: Queue,
    /// Where the next search for nodes starts. Source: `schedule_one.go`, `nextStartNodeIndex`.
    next_start: usize,
    /// Pods that are promised a node, oldest first.
    nominated: Vec<(NodeId, PodId)>,
    /// By pod: it has been asked to make way.
    preempted: Vec<bool>,
    /// By pod that waits: why it found no node.
    diagnoses: Vec<Option<Diagnosis>>,
    /// The round that the agenda has.
    round: Option<Millis>,
    feasible: Vec<NodeId>,
    rejected: Vec<(NodeId, Reason)>,
    memory: Memory,
    /// It tries everything anew each time, as upstream does.
    forgets: bool,
    scratch: Scratch,
    heap: Vec<u32>,
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
            diagnoses: Vec::new(),
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
        self.queue.move_if(world.now, helps);
    }

    /// Tries every pod that may be tried now, and puts the next round on the agenda.
    pub fn run(&mut self, world: &mut World, agenda: &mut Agenda) {
        self.queue.flush(world.now);
        while let Some(pod) = self.queue.pop(world.now) {
            self.schedule(world, pod);
        }
        if self.round.is_some_and(|round| round <= world.now) {
            self.round = None;
        }
        if let Some(next) = self.queue.next_time()
            && self.round.is_none_or(|round| next < round)
        {
            self.round = Some(next);
            agenda.at(next, Event::SchedulerRound);
        }
    }

    /// One cycle. Source: `schedule_one.go`, `schedulePod`, `handleSchedulingFailure`.
    fn schedule(&mut self, world: &mut World, pod: PodId) {
        let template = world.pod(pod).template;
        let attempt = Attempt::new(&mut self.snapshot, world, template);
        self.find_feasible(world, &attempt, pod);
        if let Some(node) = self.choose(world, &attempt) {
            self.queue.remove(pod);
            self.forget_nomination(pod);
            if let Some(diagnosis) = self.diagnoses.get_mut(pod.index()) {
                *diagnosis = None;
            }
            world.bind(pod, node);
            self.observe(world, Change::PodBound(pod));
            return;
        }
        let mut diagnosis = Diagnosis::default();
        for (_, reason) in &self.rejected {
            diagnosis.add(*reason);
        }
        self.queue.put_back(world.now, pod, diagnosis.filters());
        if self.diagnoses.len() <= pod.index() {
            self.diagnoses.resize(pod.index() + 1, None);
        }
        self.diagnoses[pod.index()] = Some(diagnosis);
        // From here on the order is that of the snapshot.
        let rejected = std::mem::take(&mut self.rejected);
        match self.find_victims(world, &attempt, pod, &rejected) {
            Outcome::NotEligible if world.template_of(pod).never_preempts => {
                self.remember(world, &attempt, pod, &rejected);
            }
            Outcome::NotEligible => {}
            Outcome::NoCandidate => {
                self.remember(world, &attempt, pod, &rejected);
                world.pod_mut(pod).nominated = None;
                self.forget_nomination(pod);
            }
            Outcome::Found(candidate) => self.preempt(world, pod, &candidate),
        }
        self.rejected = rejected;
    }

    /// Source: preemption.go, `prepareCandidateAsync`.
    fn preempt(&mut self, world: &mut World, pod: PodId, candidate: &Candidate) {
        let priority = world.template_of(pod).priority;
        for victim in &candidate.victims {
            if self.preempted.len() <= victim.index() {
                self.preempted.resize(victim.index() + 1, false);
            }
            if world.pod(*victim).is_terminating() {
                continue;
            }
            self.preempted[victim.index()] = true;
            let grace = world.template_of(*victim).grace;
            world.terminate(*victim, grace);
            self.observe(world, Change::PodTerminating(*victim));
        }
        let lower = |(on, other): &&(NodeId, PodId)| {
            *on == candidate.node && world.template_of(*other).priority < priority
        };
        let lose: Vec<PodId> = self
            .nominated
            .iter()
            .filter(lower)
            .map(|(_, other)| *other)
            .collect();
        for other in lose {
            world.pod_mut(other).nominated = None;
            self.forget_nomination(other);
        }
        world.pod_mut(pod).nominated = Some(candidate.node);
        self.nominate(pod, candidate.node);
    }

    fn nominate(&mut self, pod: PodId, node: NodeId) {
        self.forget_nomination(pod);
        self.nominated.push((node, pod));
        self.snapshot.touch(node);
    }

    fn forget_nomination(&mut self, pod: PodId) {
        if let Some(at) = self.nominated.iter().position(|(_, other)| *other == pod) {
            let (node, _) = self.nominated.remove(at);
            self.snapshot.touch(node);
        }
    }

    fn is_preempted(&self, pod: PodId) -> bool {
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

    /// The points of each plugin of [`PLUGINS`] for nodes that could take a pod of the template, without placing one.
    pub fn points(
        &mut self,
        world: &World,
        template: TemplateId,
    ) -> Vec<(NodeId, Result<[i64; 6], Reason>)> {
        let attempt = Attempt::new(&mut self.snapshot, world, template);
        let nodes = self.snapshot.nodes();
        let checked: Vec<_> = nodes
            .iter()
            .map(|node| (*node, attempt.check(world, &self.snapshot, *node, None)))
            .collect();
        let feasible = checked.iter().filter(|(_, checked)| checked.is_ok());
        let feasible: Vec<NodeId> = feasible.map(|(node, _)| *node).collect();
        let scoring = Scoring {
            world,
            snapshot: &self.snapshot,
            attempt: &attempt,
            nodes: &feasible,
            version: self.version,
        };
        let mut points = scores::by_plugin(&scoring).into_iter();
        let mut of_next = || points.next().expect("points for each feasible node");
        checked
            .into_iter()
            .map(|(node, checked)| (node, checked.map(|()| of_next())))
            .collect()
    }
}

/// Whether a node of the world takes a pod of the template by all filters, nominated pods aside.
///
/// Where many are asked, keep a [`Snapshot`] and an [`Attempt`] instead: this takes all of the world in anew if the
/// template, or any pod's anti-affinity, looks at other pods.
///
/// # Errors
/// Why not.
pub fn fits(world: &World, template: TemplateId, node: NodeId) -> Result<(), Reason> {
    let mut alone = Snapshot::default();
    alone.see_node(world, node);
    for pod in &world.node(node).pods {
        alone.see_pod(world, *pod);
    }
    let attempt = Attempt::new(&mut alone, world, template);
    if !attempt.questions.look_at_pods() {
        return attempt.check(world, &alone, node, None);
    }
    let mut all = Snapshot::new(world);
    let attempt = Attempt::new(&mut all, world, template);
    attempt.check(world, &all, node, None)
}

#[cfg(test)]
mod tests;
