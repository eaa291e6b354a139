//! What the workloads that prefer Spot ask of the headroom.

use super::super::overprovisioner::spot_pools;
use crate::numbers::budget;
use crate::numbers::room::{self, Amount};
use crate::plan::{NodePool, Workload};

/// The workloads that prefer Spot and run all the time.
pub(super) fn running(workloads: &[Workload]) -> impl Iterator<Item = &Workload> {
    workloads
        .iter()
        .filter(|workload| workload.prefers_spot() && workload.kind.is_counted())
}

/// What those workloads request.
#[derive(Debug, Default)]
pub(super) struct Demand {
    /// Of the replicas that there usually are.
    pub(super) usual: Amount,
    /// How many those are.
    pub(super) usual_pods: i64,
    /// Of the replicas that autoscalers make at most.
    pub(super) most: Amount,
    pub(super) most_pods: i64,
    /// The pods that budgets let go at once, which is how many can come to on-demand at once.
    pub(super) at_once: i64,
    /// The largest CPU and the largest memory of one pod.
    pub(super) largest: Amount,
    /// Whether a workload has more than one replica.
    pub(super) is_replicated: bool,
    /// Whether a workload has an autoscaler that changes its replicas.
    pub(super) varies: bool,
}

impl Demand {
    /// `None` when none of them says what it requests: then nobody can tell how much room they need. Pods that fit on no
    /// Spot node do not count: they stay on on-demand, and a placeholder of their size would stay pending.
    pub(super) fn of(workloads: &[Workload], pools: &[NodePool]) -> Option<Self> {
        let fits = |requests: Amount| {
            let mut spot = spot_pools(pools).peekable();
            spot.peek().is_none()
                || spot.any(|pool| room::of_node(pool).is_none_or(|room| requests.fits(room)))
        };
        let mut demand = Self::default();
        for workload in running(workloads) {
            let requests = workload.requests.as_ref().map(Amount::from);
            let Some(requests) = requests.filter(|requests| fits(*requests)) else {
                continue;
            };
            let usual = workload.usual_replicas().unwrap_or(1);
            let most = workload.most_replicas().unwrap_or(1);
            demand.usual = demand.usual.plus(requests.times(usual));
            demand.usual_pods += usual;
            demand.most = demand.most.plus(requests.times(most));
            demand.most_pods += most;
            demand.at_once += workload.disruption_budget.as_ref().map_or(usual, |budget| {
                budget::allowed(budget.min_available, budget.max_unavailable, usual)
            });
            demand.largest = demand.largest.max(requests);
            demand.is_replicated |= most > 1;
            demand.varies |= workload
                .autoscaling
                .is_some_and(|range| range.max.get() > range.min.get());
        }
        (demand.most_pods > 0 && demand.largest != Amount::default()).then_some(demand)
    }
}
