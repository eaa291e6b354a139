//! Deployments: the change from one template to another.

use super::replica_set;
use crate::simulate::timings::Timings;
use crate::simulate::world::{OwnerId, Phase, PodId, TemplateId, World};

/// `strategy` of a Deployment, its percentages resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollout {
    Rolling {
        max_surge: i64,
        max_unavailable: i64,
    },
    /// No new pod before the last old one is gone.
    Recreate,
}

impl Rollout {
    /// A quarter of the replicas each, which is the API's default: more pods rounded up, fewer rounded down.
    pub fn quarter(replicas: i64) -> Self {
        Self::percent(replicas, 25, 25)
    }

    /// Percentages of the replicas. Both zero would never get on: then one may be missing.
    /// Source: kubernetes/kubernetes `pkg/controller/deployment/util/deployment_util.go`, `ResolveFenceposts`.
    pub fn percent(replicas: i64, surge: i64, unavailable: i64) -> Self {
        Self::rolling((replicas * surge + 99) / 100, replicas * unavailable / 100)
    }

    /// Numbers, with the same rule.
    pub fn rolling(max_surge: i64, max_unavailable: i64) -> Self {
        let neither = max_surge == 0 && max_unavailable == 0;
        Self::Rolling {
            max_surge,
            max_unavailable: if neither { 1 } else { max_unavailable },
        }
    }
}

/// A Deployment and its `ReplicaSet`s.
#[derive(Clone, Debug)]
pub(super) struct State {
    rollout: Rollout,
    /// The default follows the replicas.
    is_default: bool,
    /// `spec.replicas` of each `ReplicaSet` that is not empty, the newest last.
    sets: Vec<(TemplateId, i64)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            rollout: Rollout::quarter(1),
            is_default: true,
            sets: Vec::new(),
        }
    }
}

impl State {
    pub(super) fn set(&mut self, rollout: Rollout) {
        self.rollout = rollout;
        self.is_default = false;
    }

    /// Whether old pods are still to be replaced.
    pub(super) fn is_under_way(&self) -> bool {
        self.sets.len() > 1
    }

    pub(super) fn sync(&mut self, world: &mut World, timings: &Timings, owner: OwnerId) {
        let (template, replicas) = {
            let owner = &world.owners[owner.index()];
            (owner.template, owner.replicas)
        };
        if self
            .sets
            .last()
            .is_none_or(|(newest, _)| *newest != template)
        {
            // An old template that comes back is the newest again.
            let known = self.sets.iter().position(|(known, _)| *known == template);
            let set = known.map_or((template, 0), |at| self.sets.remove(at));
            self.sets.push(set);
        }
        if !self.is_under_way() {
            self.sets[0].1 = replicas;
            // Without a rollout every active pod is of this template.
            if world.tally(owner).active != replicas {
                replica_set::sync(world, timings, owner, template, replicas);
            }
            return;
        }
        if self.is_default {
            self.rollout = Rollout::quarter(replicas);
        }
        match self.rollout {
            Rollout::Recreate => self.recreate(world, owner, replicas),
            Rollout::Rolling {
                max_surge,
                max_unavailable,
            } => while self.roll(world, owner, replicas, max_surge, max_unavailable) {},
        }
        let newest = self.sets.len() - 1;
        for at in 0..=newest {
            replica_set::sync(world, timings, owner, self.sets[at].0, self.sets[at].1);
        }
        // What is recreated waits for the old pods; what rolls has let go of them.
        let waits = self.rollout == Rollout::Recreate && old_runs(world, owner, template);
        self.sets
            .retain(|(own, wanted)| *own == template || *wanted > 0 || waits);
    }

    /// Source: kubernetes/kubernetes pkg/controller/deployment/recreate.go, `rolloutRecreate`.
    fn recreate(&mut self, world: &World, owner: OwnerId, replicas: i64) {
        let newest = self.sets.len() - 1;
        for old in &mut self.sets[..newest] {
            old.1 = 0;
        }
        if !old_runs(world, owner, self.sets[newest].0) {
            self.sets[newest].1 = replicas;
        }
    }

    /// One step of a rolling update; whether it changed anything.
    /// Scaling a Deployment while it rolls is not spread over its `ReplicaSet`s in proportion: the newest takes it.
    /// Source: kubernetes/kubernetes pkg/controller/deployment/rolling.go, `rolloutRolling`.
    fn roll(
        &mut self,
        world: &World,
        owner: OwnerId,
        replicas: i64,
        max_surge: i64,
        max_unavailable: i64,
    ) -> bool {
        let before = self.sets.clone();
        let newest = self.sets.len() - 1;
        let total: i64 = self.sets.iter().map(|(_, wanted)| *wanted).sum();
        // util/deployment_util.go, `NewRSNewReplicas`.
        let new = self.sets[newest].1;
        self.sets[newest].1 = if new > replicas {
            replicas
        } else {
            new + (replicas + max_surge - total).min(replicas - new).max(0)
        };
        // `reconcileOldReplicaSets`.
        let available: Vec<i64> = self
            .sets
            .iter()
            .map(|(own, _)| available(world, owner, *own))
            .collect();
        let total: i64 = self.sets.iter().map(|(_, wanted)| *wanted).sum();
        let least = replicas - max_unavailable;
        let new_unavailable = self.sets[newest].1 - available[newest];
        let mut cleans = total - least - new_unavailable;
        if cleans <= 0 {
            return before != self.sets;
        }
        // `cleanupUnhealthyReplicas`.
        for ((_, wanted), available) in self.sets[..newest].iter_mut().zip(&available) {
            let unhealthy = (*wanted - available).min(cleans).max(0);
            *wanted -= unhealthy;
            cleans -= unhealthy;
        }
        // `scaleDownOldReplicaSetsForRollingUpdate`; what a step before has taken away is not available any more.
        let still = self.sets.iter().zip(&available);
        let ready: i64 = still
            .map(|((_, wanted), available)| *available.min(wanted))
            .sum();
        let mut spare = (ready - least).max(0);
        for (_, wanted) in &mut self.sets[..newest] {
            let goes = (*wanted).min(spare);
            *wanted -= goes;
            spare -= goes;
        }
        before != self.sets
    }
}

/// Source: the same file, `oldPodsRunning`: pods that stop count.
fn old_runs(world: &World, owner: OwnerId, newest: TemplateId) -> bool {
    world.pods_of(owner).iter().any(|pod| {
        let pod = world.pod(*pod);
        pod.template != newest && !pod.is_finished()
    })
}

/// Ready pods that nothing has asked to stop. `minReadySeconds` is not modelled.
fn available(world: &World, owner: OwnerId, template: TemplateId) -> i64 {
    let is_available = |pod: &&PodId| {
        let state = world.pod(**pod);
        state.template == template && state.phase == Phase::Ready && world.is_active(**pod)
    };
    i64::try_from(world.pods_of(owner).iter().filter(is_available).count())
        .expect("fewer pods than that")
}
