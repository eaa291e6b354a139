//! The rounds of the scheduler: it tries one pod after the other.
//! Source: kubernetes/kubernetes `pkg/scheduler/schedule_one.go`; pkg/scheduler/framework/preemption/preemption.go.

use super::filters::Attempt;
use super::preemption::{Candidate, Outcome};
use super::reason::Diagnosis;
use super::state::Scheduler;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Change, NodeId, Note, PodId, World};

impl Scheduler {
    /// Tries every pod that may be tried now, and puts the next round on the agenda.
    pub fn run(&mut self, world: &mut World, agenda: &mut Agenda) {
        self.let_go(world);
        self.queue.flush(world.now);
        while self.busy_until <= world.now
            && let Some(pod) = self.queue.pop(world.now)
        {
            let is_told = self.schedule(world, pod);
            if is_told && let Some(calls) = &mut world.calls {
                self.busy_until = world.now + calls.next_thousandths();
            }
        }
        if self.round.is_some_and(|round| round <= world.now) {
            self.round = None;
        }
        let leaving = self.leaving.front().map(|(when, _)| *when);
        let is_busy = self.busy_until > world.now;
        let queue = is_busy
            .then_some(self.busy_until)
            .or_else(|| self.queue.next_time());
        if let Some(next) = queue.into_iter().chain(leaving).min()
            && self.round.is_none_or(|round| next < round)
        {
            self.round = Some(next);
            agenda.at(next, Event::SchedulerRound);
        }
    }

    /// Asks those whose time has come, unless they are on their way already.
    fn let_go(&mut self, world: &mut World) {
        while let Some((when, victim)) = self.leaving.front().copied() {
            if when > world.now {
                break;
            }
            self.leaving.pop_front();
            let pod = world.pod(victim);
            if !pod.is_gone() && !pod.is_terminating() {
                self.ask_to_leave(world, victim);
            }
        }
    }

    fn ask_to_leave(&mut self, world: &mut World, victim: PodId) {
        let grace = world.template_of(victim).grace;
        world.terminate(victim, grace);
        world.note(Note::Preempted(victim));
        self.observe(world, Change::PodTerminating(victim));
    }

    /// One cycle. True if it ends with a request that the next cycle waits for: a pod that finds no node is told so where that
    /// is news. Source: `schedule_one.go`, `schedulePod`, `handleSchedulingFailure`, `updatePod`.
    fn schedule(&mut self, world: &mut World, pod: PodId) -> bool {
        let template = world.pod(pod).template;
        let attempt = Attempt::new(&mut self.snapshot, world, template);
        if let Some(diagnosis) = self.is_in_vain(world, &attempt, pod) {
            return self.put_back(world, pod, &diagnosis);
        }
        let start = self.next_start;
        self.find_feasible(world, &attempt, pod);
        if let Some(node) = self.choose(world, &attempt, pod) {
            self.queue.remove(pod);
            self.forget_nomination(pod);
            if let Some(diagnosis) = self.diagnoses.get_mut(pod.index()) {
                *diagnosis = None;
            }
            world.bind(pod, node);
            self.observe(world, Change::PodBound(pod));
            return false;
        }
        let mut diagnosis = Diagnosis::default();
        for (_, reason) in &self.rejected {
            diagnosis.add(*reason);
        }
        let is_news = self.put_back(world, pod, &diagnosis);
        let nominated = world.pod(pod).nominated;
        // From here on the order is that of the snapshot.
        let rejected = std::mem::take(&mut self.rejected);
        match self.find_victims(world, &attempt, pod, &rejected) {
            Outcome::NotEligible if world.template_of(pod).never_preempts => {
                self.remember(world, &attempt, pod, &rejected, (start, diagnosis));
            }
            Outcome::NotEligible => {}
            Outcome::NoCandidate => {
                self.remember(world, &attempt, pod, &rejected, (start, diagnosis));
                world.pod_mut(pod).nominated = None;
                self.forget_nomination(pod);
            }
            Outcome::Found(candidate) => self.preempt(world, pod, &candidate),
        }
        self.rejected = rejected;
        is_news || world.pod(pod).nominated != nominated
    }

    /// A pod that found no node waits on. True if why is news.
    fn put_back(&mut self, world: &World, pod: PodId, diagnosis: &Diagnosis) -> bool {
        self.queue.put_back(world.now, pod, diagnosis.filters());
        if self.diagnoses.len() <= pod.index() {
            self.diagnoses.resize(pod.index() + 1, None);
        }
        let known = &mut self.diagnoses[pod.index()];
        let is_news = known.as_ref() != Some(diagnosis);
        if is_news {
            *known = Some(diagnosis.clone());
        }
        is_news
    }

    /// Source: preemption.go, `prepareCandidateAsync`.
    fn preempt(&mut self, world: &mut World, pod: PodId, candidate: &Candidate) {
        let priority = world.template_of(pod).priority;
        let mut asked = Vec::new();
        for victim in &candidate.victims {
            if self.preempted.len() <= victim.index() {
                self.preempted.resize(victim.index() + 1, false);
            }
            if world.pod(*victim).is_terminating() {
                continue;
            }
            self.preempted[victim.index()] = true;
            asked.push(*victim);
            if self.preemption_takes == 0 {
                self.ask_to_leave(world, *victim);
            } else if !self.is_leaving(*victim) {
                let last = self.leaving.back().map_or(0, |(when, _)| *when);
                let when = last.max(world.now) + self.preemption_takes;
                self.leaving.push_back((when, *victim));
            }
        }
        if self.preemption_takes > 0 {
            self.held.hold(pod, asked);
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
}
