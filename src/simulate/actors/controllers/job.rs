//! Jobs: pods that have to succeed.

use std::collections::HashSet;

use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{Change, Millis, OwnerId, Phase, PodId, World};

/// What a Job asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobSpec {
    pub parallelism: i64,
    pub completions: i64,
    /// More failed pods than this, and the Job fails. The API's default is 6.
    pub backoff_limit: i64,
    /// `podFailurePolicy` with `Ignore` on the condition `DisruptionTarget`: a pod that was evicted, preempted or lost
    /// with its node is no failure. A replacement then waits until the old pod is gone.
    pub ignores_disruptions: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) spec: Option<JobSpec>,
    succeeded: i64,
    failed: i64,
    /// Failures since the last success; each doubles the pause.
    in_a_row: u32,
    last_failure: Millis,
    /// Pods that are counted as succeeded or failed; only ever asked for one.
    counted: HashSet<PodId>,
    retry: Option<Millis>,
}

impl State {
    /// Counts successes and failures, each pod once. Without a policy a pod that is asked to stop has failed already.
    /// Source: kubernetes/kubernetes `pkg/controller/job/job_controller.go`, `isPodFailed`; `pod_failure_policy.go`.
    pub(super) fn observe(&mut self, world: &World, change: Change) {
        let ignores = self.spec.is_some_and(|spec| spec.ignores_disruptions);
        match change {
            Change::PodFinished(pod) if world.pod(pod).phase == Phase::Succeeded => {
                self.counted.insert(pod);
                self.succeeded += 1;
                self.in_a_row = 0;
            }
            // What ends a pod from outside is always a disruption here: programs do not fail by themselves.
            Change::PodFinished(pod) | Change::PodTerminating(pod) | Change::PodDeleted(pod, _)
                if !ignores
                    && world.pod(pod).phase != Phase::Succeeded
                    && self.counted.insert(pod) =>
            {
                self.failed += 1;
                self.in_a_row += 1;
                self.last_failure = world.now;
            }
            _ => {}
        }
    }

    /// More of its pods have failed than it may, and it makes no more.
    pub(super) fn has_failed(&self) -> bool {
        self.spec.is_some_and(|spec| {
            self.failed > spec.backoff_limit && self.succeeded < spec.completions
        })
    }

    fn spec(&self, world: &World, owner: OwnerId) -> JobSpec {
        let replicas = world.owners[owner.index()].replicas;
        self.spec.unwrap_or(JobSpec {
            parallelism: replicas,
            completions: replicas,
            backoff_limit: 6,
            ignores_disruptions: false,
        })
    }

    /// Source: the same file, `syncJob` and `manageJob`.
    pub(super) fn sync(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        timings: &Timings,
        owner: OwnerId,
    ) {
        let spec = self.spec(world, owner);
        let is_over = self.failed > spec.backoff_limit || self.succeeded >= spec.completions;
        let counts = |world: &World, pod: PodId| {
            let state = world.pod(pod);
            // `podReplacementPolicy`: with a policy for failures, a pod that stops still holds its place.
            !state.is_finished() && (spec.ignores_disruptions || !state.is_terminating())
        };
        let own = world.pods_of(owner).iter().copied();
        let active: Vec<PodId> = own.filter(|pod| counts(world, *pod)).collect();
        let wanted = if is_over {
            0
        } else {
            spec.parallelism.min(spec.completions - self.succeeded)
        };
        let has = i64::try_from(active.len()).expect("fewer pods than that");
        if has > wanted {
            let surplus = usize::try_from(has - wanted).expect("more than wanted");
            let newest = active
                .iter()
                .rev()
                .filter(|pod| !world.pod(**pod).is_terminating());
            for pod in newest.copied().take(surplus).collect::<Vec<_>>() {
                self.counted.insert(pod);
                let grace = world.template_of(pod).grace;
                world.terminate(pod, grace);
            }
            return;
        }
        if has == wanted {
            return;
        }
        let until = self.last_failure + self.pause(timings);
        if self.in_a_row > 0 && world.now < until {
            if self.retry != Some(until) {
                self.retry = Some(until);
                agenda.at(until, Event::JobRetry(owner));
            }
            return;
        }
        for _ in has..wanted {
            world.create_pod(owner, None);
        }
    }

    /// Source: kubernetes/kubernetes `pkg/controller/job/backoff_utils.go`, `getRemainingTimeForFailuresCount`.
    fn pause(&self, timings: &Timings) -> Millis {
        let doublings = self.in_a_row.saturating_sub(1).min(30);
        (timings.job_backoff << doublings).min(timings.job_backoff_most)
    }
}
