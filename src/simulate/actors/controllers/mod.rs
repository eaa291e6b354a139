//! The controllers of workloads: they make pods, and take them away.

mod daemon_set;
mod job;
mod load;
mod replica_set;
mod rollout;
mod stateful_set;

#[cfg(test)]
mod tests;

pub use job::JobSpec;
pub use load::Curve;
pub use rollout::Rollout;

use crate::simulate::agenda::Agenda;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Change, OwnerId, OwnerKind, World};

/// All of them. Each acts at once on what it sees: a step of the API is not worth a moment of the model.
#[derive(Clone, Debug, Default)]
pub struct Controllers {
    /// By owner.
    rollouts: Vec<rollout::State>,
    jobs: Vec<job::State>,
    daemon_sets: daemon_set::DaemonSets,
    curves: Vec<Curve>,
    dirty: Vec<OwnerId>,
    /// By owner: it is in `dirty`.
    is_dirty: Vec<bool>,
}

impl Controllers {
    /// How an owner of replicas replaces its pods when their template changes.
    pub fn set_rollout(&mut self, owner: OwnerId, rollout: Rollout) {
        self.grow(owner.index() + 1);
        self.rollouts[owner.index()].set(rollout);
    }

    /// What a Job asks for. Without it, every replica has to succeed once, all at a time.
    pub fn set_job(&mut self, owner: OwnerId, spec: JobSpec) {
        self.grow(owner.index() + 1);
        self.jobs[owner.index()].spec = Some(spec);
    }

    /// Whether a Job has failed for good.
    pub fn has_failed(&self, owner: OwnerId) -> bool {
        let job = self.jobs.get(owner.index());
        job.is_some_and(job::State::has_failed)
    }

    /// A load that changes with time.
    pub fn add_curve(&mut self, curve: Curve) {
        self.curves.push(curve);
    }

    /// Looks at every owner, at the start or when one was added.
    pub fn start(&mut self, world: &mut World, agenda: &mut Agenda) {
        self.grow(world.owners.len());
        self.daemon_sets.start(world);
        for at in 0..world.owners.len() {
            self.mark(OwnerId::of(at));
        }
        load::start(&self.curves, world, agenda);
    }

    /// [`crate::simulate::agenda::Event::LoadStep`].
    pub fn load_step(&self, world: &mut World, agenda: &mut Agenda, owner: OwnerId) {
        load::step(&self.curves, world, agenda, owner);
    }

    /// [`crate::simulate::agenda::Event::JobRetry`].
    pub fn job_retry(&mut self, owner: OwnerId) {
        self.mark(owner);
    }

    pub fn observe(&mut self, world: &World, change: Change) {
        match change {
            Change::PodTerminating(pod) | Change::PodFinished(pod) | Change::PodDeleted(pod, _) => {
                let owner = world.pod(pod).owner;
                self.grow(owner.index() + 1);
                match world.owners[owner.index()].kind {
                    OwnerKind::Job => self.jobs[owner.index()].observe(world, change),
                    OwnerKind::DaemonSet => self.daemon_sets.pod_went(world, pod),
                    _ => {}
                }
                self.mark(owner);
            }
            Change::PodReady(pod) | Change::PodUnready(pod) => {
                let owner = world.pod(pod).owner;
                self.grow(owner.index() + 1);
                let waits = match world.owners[owner.index()].kind {
                    OwnerKind::StatefulSet | OwnerKind::ParallelStatefulSet => true,
                    OwnerKind::ReplicaSet => self.rollouts[owner.index()].is_under_way(),
                    OwnerKind::DaemonSet => self.daemon_sets.is_rolling(owner),
                    _ => false,
                };
                if waits {
                    self.mark(owner);
                }
            }
            Change::OwnerScaled(owner) => {
                if world.owners[owner.index()].kind == OwnerKind::DaemonSet {
                    self.daemon_sets.owner_scaled(owner);
                }
                self.mark(owner);
            }
            Change::NodeAdded(node) | Change::NodeUpdated(node) => {
                self.daemon_sets.node_changed(node);
            }
            Change::PodCreated(_) | Change::PodBound(_) | Change::NodeDeleted(_) => {}
        }
    }

    pub fn settle(&mut self, world: &mut World, agenda: &mut Agenda, timings: &Timings) -> bool {
        let mut at = 0;
        while at < self.dirty.len() {
            let owner = self.dirty[at];
            at += 1;
            self.is_dirty[owner.index()] = false;
            match world.owners[owner.index()].kind {
                OwnerKind::ReplicaSet => self.rollouts[owner.index()].sync(world, timings, owner),
                OwnerKind::StatefulSet => stateful_set::sync(world, owner, true),
                OwnerKind::ParallelStatefulSet => stateful_set::sync(world, owner, false),
                OwnerKind::Job => self.jobs[owner.index()].sync(world, agenda, timings, owner),
                OwnerKind::DaemonSet => self.daemon_sets.roll(world, owner),
                OwnerKind::None => {}
            }
        }
        self.dirty.clear();
        self.daemon_sets.settle(world)
    }

    fn grow(&mut self, owners: usize) {
        if self.is_dirty.len() < owners {
            self.is_dirty.resize(owners, false);
            self.rollouts.resize_with(owners, rollout::State::default);
            self.jobs.resize_with(owners, job::State::default);
        }
    }

    fn mark(&mut self, owner: OwnerId) {
        self.grow(owner.index() + 1);
        if !self.is_dirty[owner.index()] {
            self.is_dirty[owner.index()] = true;
            self.dirty.push(owner);
        }
    }
}
