//! What fits where: CPU and memory of pools and of workloads.
//!
//! All of it is arithmetic on requests, as the scheduler and the autoscaler do it.

use crate::config::{Mode, Spot};
use crate::plan::Amount;
use crate::plan::{NodePool, Plan, Workload};

/// What pods can request on one node of a pool.
pub(crate) fn of_node(pool: &NodePool) -> Option<Amount> {
    pool.free.as_ref().map(Amount::from)
}

/// How many pods of one size a node of a pool takes; none where that is not known, or there is no bound.
pub(crate) fn pods_on_node(pool: &NodePool, request: Amount) -> Option<i64> {
    let by_room = of_node(pool).and_then(|room| request.count_in(room));
    match (by_room, pool.max_pods) {
        (Some(by_room), Some(most)) => Some(by_room.min(most)),
        (Some(by_room), None) => Some(by_room),
        // Without its size nothing is known of a node.
        (None, _) => None,
    }
}

/// What pods can request on all nodes that a pool can have; none where it is not known.
pub(crate) fn of_pool(pool: &NodePool) -> Option<Amount> {
    Some(of_node(pool)?.times(pool.nodes?.max))
}

/// What pods can request on all nodes of several pools.
pub(crate) fn of_pools<'p>(pools: impl IntoIterator<Item = &'p NodePool>) -> Option<Amount> {
    let mut all = Amount::default();
    for pool in pools {
        all = all.plus(of_pool(pool)?);
    }
    Some(all)
}

/// The pools that workloads fail over to: on-demand ones that they tolerate; those of the system only where there are no
/// others.
pub(crate) fn failover_pools(plan: &Plan) -> Vec<&NodePool> {
    let pools = || {
        plan.node_pools
            .iter()
            .filter(|pool| !pool.is_spot() && plan.is_for_workloads(pool))
    };
    let user: Vec<&NodePool> = pools().filter(|pool| pool.mode == Mode::User).collect();
    if user.is_empty() {
        pools().collect()
    } else {
        user
    }
}

/// What stays of the Spot pools when all Spot is lost: the on-demand nodes of mixed ones. They have the labels and taints of
/// Spot, so they take the pods that may be on Spot, and no others.
pub(crate) fn left_of_spot(plan: &Plan) -> Vec<NodePool> {
    let pools = spot_pools(plan).into_iter();
    pools.filter_map(NodePool::without_spot).collect()
}

/// The Spot pools that workloads can run on.
pub(crate) fn spot_pools(plan: &Plan) -> Vec<&NodePool> {
    let pools = plan.node_pools.iter();
    pools
        .filter(|pool| pool.is_spot() && plan.is_for_workloads(pool))
        .collect()
}

/// What workloads request in all, and the largest CPU and memory of one pod. What says nothing counts for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Demand {
    pub all: Amount,
    pub largest: Amount,
    pub pods: i64,
    /// Whether each of them says what it requests.
    pub is_whole: bool,
    /// The Jobs and `CronJob`s among them, which are in none of these: what runs once in a while holds no room day and night.
    pub jobs: usize,
}

impl Demand {
    fn of<'p>(workloads: impl Iterator<Item = &'p Workload>) -> Self {
        let mut demand = Self {
            is_whole: true,
            ..Self::default()
        };
        for workload in workloads {
            demand.jobs += usize::from(workload.kind.is_job());
            if !workload.kind.is_counted() {
                continue;
            }
            let Some(requests) = workload.requests.as_ref().map(Amount::from) else {
                demand.is_whole = false;
                continue;
            };
            let pods = workload.most_replicas().unwrap_or(1);
            demand.all = demand.all.plus(requests.times(pods));
            demand.largest = demand.largest.max(requests);
            demand.pods = demand.pods.saturating_add(pods);
        }
        demand
    }
}

/// Of the workloads that prefer Spot, with all the replicas that their autoscalers allow.
pub(crate) fn preferring_spot(plan: &Plan) -> Demand {
    Demand::of(
        plan.workloads
            .iter()
            .filter(|workload| workload.prefers_spot() && !workload.is_kept_off_spot),
    )
}

/// Of everything that is on Spot while there is Spot.
pub(crate) fn on_spot(plan: &Plan) -> Demand {
    Demand::of(workloads_on_spot(plan))
}

/// Of everything that is on on-demand when there is no Spot.
pub(crate) fn without_spot(plan: &Plan) -> Demand {
    Demand::of(workloads_without_spot(plan))
}

/// Of what no node with the label of Spot takes, whatever that node is.
pub(crate) fn kept_off_spot(plan: &Plan) -> Demand {
    let workloads = plan.workloads.iter();
    Demand::of(workloads.filter(|workload| workload.placement.spot() == Some(Spot::Never)))
}

/// What is on Spot while there is Spot.
pub(crate) fn workloads_on_spot(plan: &Plan) -> impl Iterator<Item = &Workload> {
    let is_there = |workload: &&Workload| {
        matches!(
            workload.placement.spot(),
            Some(Spot::Preferred | Spot::Required)
        ) && !workload.is_kept_off_spot
    };
    plan.workloads.iter().filter(is_there)
}

/// What is on on-demand when there is no Spot.
pub(crate) fn workloads_without_spot(plan: &Plan) -> impl Iterator<Item = &Workload> {
    let is_there = |workload: &&Workload| {
        matches!(
            workload.placement.spot(),
            Some(Spot::Preferred | Spot::Never | Spot::Tolerated | Spot::Avoided)
        )
    };
    plan.workloads.iter().filter(is_there)
}

/// A workload with more pods than the nodes of some pools hold, though they have as much room in all: what is left of a
/// node is too little for one more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowd<'p> {
    pub workload: &'p Workload,
    pub pods: i64,
    pub held: i64,
}

impl<'p> Crowd<'p> {
    /// The worst of these workloads, were it alone on the nodes.
    pub(crate) fn worst(
        workloads: impl Iterator<Item = &'p Workload>,
        pools: &[&NodePool],
    ) -> Option<Self> {
        let crowds = workloads.filter_map(|workload| {
            let pods = workload.most_replicas()?;
            let held = held(pools, Amount::from(workload.requests.as_ref()?))?;
            let is_counted = workload.kind.is_counted();
            // What fits on no node at all is another fault.
            (is_counted && held > 0 && pods > held).then_some(Self {
                workload,
                pods,
                held,
            })
        });
        crowds.max_by_key(|crowd| crowd.pods - crowd.held)
    }
}

/// How many pods of one size all nodes of some pools hold; none where it is not known, or there is no bound.
fn held(pools: &[&NodePool], request: Amount) -> Option<i64> {
    let counts = pools
        .iter()
        .map(|pool| Some(pods_on_node(pool, request)?.saturating_mul(pool.nodes?.max)));
    counts.sum()
}
