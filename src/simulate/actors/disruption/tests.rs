use super::*;
use crate::kubernetes::LabelSelector;
use crate::simulate::actors::eviction::{Refusal, evict};
use crate::simulate::world::{Budget, Owner, Selector, Template};

#[test]
fn shares_are_rounded_up_on_both_sides() {
    use BudgetLimit::{MaxUnavailable, MaxUnavailablePercent, MinAvailable, MinAvailablePercent};
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
    assert_eq!(evict(&mut stage.world, pending, Some(5)), Ok(()));
    // It has no machine that could stop it.
    assert_eq!(stage.world.pod(pending).deletion, Some(0));
    stage.world.finish(PodId(1), Phase::Failed);
    assert_eq!(stage.evict(1), Ok(()));
}

#[test]
fn a_budget_follows_the_scale_of_its_controllers() {
    let mut stage = Stage::new(
        OwnerKind::StatefulSet,
        4,
        &[BudgetLimit::MinAvailablePercent(50)],
    );
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
