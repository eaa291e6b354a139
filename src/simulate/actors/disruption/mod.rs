//! The disruption controller: how many of a budget's pods may be evicted now.
//!
//! It hears of every change to a pod and counts on; it never looks at all pods again. In a cluster it needs some
//! milliseconds for that, here none.
//! Source: kubernetes/kubernetes v1.36.3 pkg/controller/disruption/disruption.go.

use crate::simulate::world::{
    BudgetId, BudgetLimit, Change, Millis, OwnerId, OwnerKind, Phase, PodId, TemplateId, World,
    minutes,
};

/// How long an eviction counts whose pod is not asked to stop.
/// Source: the same file, `DeletionTimeout`.
const DELETION_TIMEOUT: Millis = minutes(2);

/// What the controller has counted.
#[derive(Clone, Debug, Default)]
pub struct Disruption {
    budgets: Vec<Count>,
    /// By pod.
    pods: Vec<Known>,
    /// By template: the budgets that select its pods, so far as they were asked for.
    selecting: Vec<Option<Vec<BudgetId>>>,
    /// Budgets whose status is to be calculated anew.
    dirty: Vec<BudgetId>,
}

/// What a budget selects.
#[derive(Clone, Debug, Default)]
struct Count {
    is_dirty: bool,
    pods: i64,
    healthy: i64,
    /// Owners of these pods, with how many of them.
    owners: Vec<(OwnerId, i64)>,
}

/// What has been counted of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    exists: bool,
    is_healthy: bool,
}

/// What the controller writes into the status of a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub expected: i64,
    pub desired: i64,
    pub allowed: i64,
}

/// `pods` are those that the budget selects, in whatever state; `scale` is what their controllers want together.
///
/// Both shares are rounded up: with a share of `maxUnavailable` one pod more may go, with one of `minAvailable` one less.
/// Source: the same file, `getExpectedPodCount` and `updatePdbStatus`.
pub fn status(limit: BudgetLimit, pods: i64, scale: i64, healthy: i64) -> Status {
    let share = |percent: i64| {
        percent
            .saturating_mul(scale)
            .saturating_add(99)
            .div_euclid(100)
    };
    let (expected, desired) = match limit {
        BudgetLimit::MaxUnavailable(most) => (scale, (scale - most).max(0)),
        BudgetLimit::MaxUnavailablePercent(percent) => (scale, (scale - share(percent)).max(0)),
        BudgetLimit::MinAvailable(least) => (pods, least),
        BudgetLimit::MinAvailablePercent(percent) => (scale, share(percent)),
    };
    let allowed = if expected <= 0 {
        0
    } else {
        (healthy - desired).max(0)
    };
    Status {
        expected,
        desired,
        allowed,
    }
}

impl Disruption {
    /// With what is there already. The status of every budget is calculated.
    pub fn new(world: &mut World) -> Self {
        let mut own = Self::default();
        own.sync(world);
        own
    }

    /// Takes note of a change. [`Self::sync`] then acts on it.
    pub fn observe(&mut self, world: &World, change: Change) {
        match change {
            Change::PodCreated(pod)
            | Change::PodBound(pod)
            | Change::PodReady(pod)
            | Change::PodTerminating(pod)
            | Change::PodUnready(pod)
            | Change::PodFinished(pod)
            | Change::PodDeleted(pod, _) => self.count(world, pod),
            Change::OwnerScaled(owner) => {
                for at in 0..self.budgets.len() {
                    if self.budgets[at].owners.iter().any(|(own, _)| *own == owner) {
                        self.mark(BudgetId::of(at));
                    }
                }
            }
            Change::NodeAdded(_) | Change::NodeUpdated(_) | Change::NodeDeleted(_) => {}
        }
    }

    /// Calculates the status of all budgets that something has changed for.
    /// Source: the same file, `trySync`.
    pub fn sync(&mut self, world: &mut World) {
        if self.budgets.len() < world.budgets.len() {
            self.begin(world);
        }
        for budget in world.take_unseen_budgets() {
            self.mark(budget);
        }
        for budget in std::mem::take(&mut self.dirty) {
            self.budgets[budget.index()].is_dirty = false;
            self.calculate(world, budget);
        }
    }

    /// Counts everything anew, since there are new budgets.
    fn begin(&mut self, world: &World) {
        *self = Self {
            budgets: vec![Count::default(); world.budgets.len()],
            ..Self::default()
        };
        for at in 0..world.budgets.len() {
            self.mark(BudgetId::of(at));
        }
        for pod in world.present_pods() {
            self.count(world, pod);
        }
    }

    fn mark(&mut self, budget: BudgetId) {
        let count = &mut self.budgets[budget.index()];
        if !count.is_dirty {
            count.is_dirty = true;
            self.dirty.push(budget);
        }
    }

    fn count(&mut self, world: &World, id: PodId) {
        let pod = world.pod(id);
        let now = Known {
            exists: !pod.is_gone(),
            is_healthy: pod.phase == Phase::Ready && !pod.is_terminating(),
        };
        if self.pods.len() <= id.index() {
            self.pods.resize(id.index() + 1, Known::default());
        }
        let was = std::mem::replace(&mut self.pods[id.index()], now);
        if was == now {
            return;
        }
        let more = |now: bool, was: bool| i64::from(now) - i64::from(was);
        let (pods, healthy) = (
            more(now.exists, was.exists),
            more(now.is_healthy, was.is_healthy),
        );
        for at in 0..self.selecting(world, pod.template).len() {
            let budget = self.selecting(world, pod.template)[at];
            self.budgets[budget.index()].add(pod.owner, pods, healthy);
            self.mark(budget);
        }
    }

    fn selecting(&mut self, world: &World, template: TemplateId) -> &[BudgetId] {
        let at = template.index();
        if self.selecting.len() <= at {
            self.selecting.resize(at + 1, None);
        }
        self.selecting[at].get_or_insert_with(|| {
            let all = world.budgets.iter().enumerate();
            all.filter(|(_, budget)| world.selectors.selects(budget.selector, template))
                .map(|(at, _)| BudgetId::of(at))
                .collect()
        })
    }

    fn calculate(&self, world: &mut World, id: BudgetId) {
        let now = world.now;
        // Source: the same file, `buildDisruptedPodMap`.
        world.retain_disrupted(id, |world, pod, when| {
            let pod = world.pod(pod);
            !pod.is_gone() && !pod.is_terminating() && when + DELETION_TIMEOUT >= now
        });
        let is_counted = |(pod, when): &&(PodId, Millis)| {
            self.pods[pod.index()].is_healthy && when + DELETION_TIMEOUT > now
        };
        let going = world.disrupted(id).iter().filter(is_counted).count();
        let count = &self.budgets[id.index()];
        let healthy = count.healthy - i64::try_from(going).unwrap_or(0);
        let scale = count.scale(world);
        let budget = &mut world.budgets[id.index()];
        let scale = match budget.limit {
            BudgetLimit::MinAvailable(_) => Some(0),
            _ => scale,
        };
        let Some(scale) = scale else {
            // Source: the same file, `failSafe`.
            budget.allowed = 0;
            return;
        };
        let status = status(budget.limit, count.pods, scale, healthy);
        budget.healthy = healthy;
        budget.desired = status.desired;
        budget.allowed = status.allowed;
    }
}

impl Count {
    fn add(&mut self, owner: OwnerId, pods: i64, healthy: i64) {
        self.pods += pods;
        self.healthy += healthy;
        match self.owners.iter_mut().find(|(own, _)| *own == owner) {
            Some((_, count)) => *count += pods,
            None => self.owners.push((owner, pods)),
        }
        self.owners.retain(|(_, count)| *count > 0);
    }

    /// What the controllers of the pods want together; pods without one count nothing. `None`: one has no scale, and then
    /// the controller of budgets gives up.
    /// Source: the same file, `getExpectedScale` and `getScaleController`.
    fn scale(&self, world: &World) -> Option<i64> {
        let mut scale = 0;
        for (owner, _) in &self.owners {
            let owner = &world.owners[owner.index()];
            match owner.kind {
                OwnerKind::None => {}
                OwnerKind::DaemonSet | OwnerKind::Job => return None,
                OwnerKind::ReplicaSet | OwnerKind::StatefulSet | OwnerKind::ParallelStatefulSet => {
                    scale += owner.replicas;
                }
            }
        }
        Some(scale)
    }
}

#[cfg(test)]
mod tests;
