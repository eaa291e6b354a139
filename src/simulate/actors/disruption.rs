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
    let share = |percent: i64| percent.saturating_mul(scale).saturating_add(99).div_euclid(100);
    let (expected, desired) = match limit {
        BudgetLimit::MaxUnavailable(most) => (scale, (scale - most).max(0)),
        BudgetLimit::MaxUnavailablePercent(percent) => (scale, (scale - share(percent)).max(0)),
        BudgetLimit::MinAvailable(least) => (pods, least),
        BudgetLimit::MinAvailablePercent(percent) => (scale, share(percent)),
    };
    let allowed = if expected <= 0 { 0 } else { (healthy - desired).max(0) };
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
                OwnerKind::ReplicaSet
                | OwnerKind::StatefulSet
                | OwnerKind::ParallelStatefulSet => scale += owner.replicas,
            }
        }
        Some(scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::LabelSelector;
    use crate::simulate::actors::eviction::{Refusal, evict};
    use crate::simulate::world::{Budget, Owner, Selector, Template};

    #[test]
    fn shares_are_rounded_up_on_both_sides() {
        use BudgetLimit::{
            MaxUnavailable, MaxUnavailablePercent, MinAvailable, MinAvailablePercent,
        };
        for (limit, replicas, healthy, desired, allowed) in [
            (MaxUnavailable(1), 3, 3, 2, 1),
            (MaxUnavailable(1), 3, 2, 2, 0),
            (MaxUnavailable(5), 3, 3, 0, 3),
            (MaxUnavailable(0), 3, 3, 3, 0),
            (MaxUnavailablePercent(25), 3, 3, 2, 1),
            (MaxUnavailablePercent(25), 4, 4, 3, 1),
            (MaxUnavailablePercent(25), 5, 5, 3, 2),
            (MaxUnavailablePercent(1), 1, 1, 0, 1),
            (MaxUnavailablePercent(0), 4, 4, 4, 0),
            (MinAvailable(2), 3, 3, 2, 1),
            (MinAvailable(2), 2, 2, 2, 0),
            (MinAvailablePercent(50), 1, 1, 1, 0),
            (MinAvailablePercent(75), 3, 3, 3, 0),
            (MinAvailablePercent(50), 5, 5, 3, 2),
            (MinAvailablePercent(28), 7, 7, 2, 5),
            (MaxUnavailable(1), 0, 3, 0, 0),
        ] {
            let status = status(limit, replicas, replicas, healthy);
            let found = (status.desired, status.allowed);
            assert_eq!(found, (desired, allowed), "{limit:?} of {replicas}");
        }
    }

    struct Stage {
        world: World,
        own: Disruption,
    }

    impl Stage {
        /// So many replicas, all ready, and a budget over them.
        fn new(kind: OwnerKind, replicas: i64, limits: &[BudgetLimit]) -> Self {
            let mut world = World::default();
            let namespace = world.symbols.of("shop");
            let template = world.add_template(Template {
                namespace: Some(namespace),
                ..Template::default()
            });
            let owner = world.add_owner(Owner {
                kind,
                namespace,
                name: namespace,
                template,
                replicas,
            });
            for limit in limits {
                let labels = LabelSelector::default();
                let selector = world.selectors.of(Selector { namespace, labels });
                world.add_budget(Budget {
                    namespace,
                    name: namespace,
                    selector,
                    limit: *limit,
                    always_allows_unhealthy: false,
                    allowed: 0,
                    healthy: 0,
                    desired: 0,
                });
            }
            for _ in 0..replicas {
                let pod = world.create_pod(owner, None);
                world.set_ready(pod);
            }
            world.take_changes();
            let own = Disruption::new(&mut world);
            Self { world, own }
        }

        fn sync(&mut self) {
            for change in self.world.take_changes() {
                self.own.observe(&self.world, change);
            }
            self.own.sync(&mut self.world);
        }

        fn status(&self) -> (i64, i64, i64) {
            let budget = &self.world.budgets[0];
            (budget.healthy, budget.desired, budget.allowed)
        }

        fn evict(&mut self, pod: u32) -> Result<(), Refusal> {
            evict(&mut self.world, PodId(pod), None)
        }
    }

    const ONE: BudgetLimit = BudgetLimit::MaxUnavailable(1);

    #[test]
    fn an_eviction_takes_from_the_budget_at_once_and_a_replacement_gives_back() {
        let mut stage = Stage::new(OwnerKind::ReplicaSet, 3, &[ONE]);
        assert_eq!(stage.status(), (3, 2, 1));
        assert_eq!(stage.evict(0), Ok(()));
        // The controller has not seen it yet.
        assert_eq!(stage.status(), (3, 2, 0));
        assert_eq!(stage.evict(1), Err(Refusal::Budget));
        stage.sync();
        assert_eq!(stage.status(), (2, 2, 0));
        assert!(stage.world.disrupted(BudgetId(0)).is_empty());
        stage.world.delete_pod(PodId(0));
        let new = stage.world.create_pod(OwnerId(0), None);
        stage.sync();
        assert_eq!(stage.status(), (2, 2, 0));
        stage.world.set_ready(new);
        stage.sync();
        assert_eq!(stage.status(), (3, 2, 1));
        // What is asked to stop already may be asked again.
        assert_eq!(stage.evict(1), Ok(()));
        assert_eq!(stage.evict(1), Ok(()));
        assert_eq!(stage.evict(2), Err(Refusal::Budget));
    }

    #[test]
    fn pods_that_are_not_ready_may_go_where_the_budget_is_met() {
        let mut stage = Stage::new(OwnerKind::ReplicaSet, 3, &[ONE]);
        stage.world.set_unready(PodId(0));
        stage.sync();
        assert_eq!(stage.status(), (2, 2, 0));
        // It costs nothing.
        assert_eq!(stage.evict(0), Ok(()));
        assert_eq!(stage.status(), (2, 2, 0));
        stage.world.set_unready(PodId(1));
        stage.sync();
        assert_eq!(stage.status(), (1, 2, 0));
        assert_eq!(stage.evict(1), Err(Refusal::Budget));
        stage.world.budgets[0].always_allows_unhealthy = true;
        assert_eq!(stage.evict(1), Ok(()));
        assert_eq!(stage.evict(2), Err(Refusal::Budget));
    }

    #[test]
    fn where_none_must_be_healthy_a_pod_that_is_not_ready_asks_the_budget() {
        let most = BudgetLimit::MaxUnavailable(3);
        let mut stage = Stage::new(OwnerKind::ReplicaSet, 3, &[most]);
        for pod in 0..3 {
            stage.world.set_unready(PodId(pod));
        }
        stage.sync();
        assert_eq!(stage.status(), (0, 0, 0));
        assert_eq!(stage.evict(0), Err(Refusal::Budget));
    }

    #[test]
    fn two_budgets_refuse_and_pods_that_serve_nobody_ask_none() {
        let mut stage = Stage::new(OwnerKind::ReplicaSet, 3, &[ONE, ONE]);
        assert_eq!(stage.evict(0), Err(Refusal::SeveralBudgets));
        let pending = stage.world.create_pod(OwnerId(0), None);
        assert_eq!(evict(&mut stage.world, pending, None), Ok(()));
        stage.world.finish(PodId(1), Phase::Failed);
        assert_eq!(stage.evict(1), Ok(()));
    }

    #[test]
    fn a_budget_follows_the_scale_of_its_controllers() {
        let mut stage = Stage::new(OwnerKind::StatefulSet, 4, &[BudgetLimit::MinAvailablePercent(50)]);
        assert_eq!(stage.status(), (4, 2, 2));
        stage.world.scale(OwnerId(0), 8);
        stage.sync();
        assert_eq!(stage.status(), (4, 4, 0));
        stage.world.scale(OwnerId(0), 0);
        stage.sync();
        assert_eq!(stage.status(), (4, 0, 0));
    }

    #[test]
    fn controllers_without_a_scale_allow_nothing_unless_a_number_is_given() {
        let stage = Stage::new(OwnerKind::DaemonSet, 4, &[ONE]);
        assert_eq!(stage.status(), (0, 0, 0));
        let stage = Stage::new(OwnerKind::DaemonSet, 4, &[BudgetLimit::MinAvailable(3)]);
        assert_eq!(stage.status(), (4, 3, 1));
        // Nobody wants these pods.
        let stage = Stage::new(OwnerKind::None, 4, &[ONE]);
        assert_eq!(stage.status(), (4, 0, 0));
    }

    #[test]
    fn nothing_is_evicted_until_the_controller_has_seen_a_change_of_the_budget() {
        let mut stage = Stage::new(OwnerKind::ReplicaSet, 3, &[ONE]);
        stage.world.change_budget(BudgetId(0), |budget| {
            budget.limit = BudgetLimit::MaxUnavailable(2);
        });
        assert_eq!(stage.evict(0), Err(Refusal::Budget));
        stage.sync();
        assert_eq!(stage.status(), (3, 1, 2));
        assert_eq!(stage.evict(0), Ok(()));
    }

    #[test]
    fn an_eviction_that_comes_to_nothing_counts_for_two_minutes() {
        let mut stage = Stage::new(OwnerKind::ReplicaSet, 3, &[ONE]);
        stage.world.disrupt(BudgetId(0), PodId(0));
        stage.own.mark(BudgetId(0));
        stage.sync();
        assert_eq!(stage.status(), (2, 2, 0));
        stage.world.now = minutes(2) + 1;
        stage.own.mark(BudgetId(0));
        stage.sync();
        assert_eq!(stage.status(), (3, 2, 1));
    }
}
