//! The headroom that workloads which prefer Spot need.

use crate::components::overprovisioner::pools::spot_pools;
use crate::kubernetes::Resources;
use crate::model::alike::Answers;
use crate::model::{WorkloadView, capacity};
use crate::plan::Amount;
use crate::plan::{NodePool, Workload};

/// The workloads that prefer Spot and always run. What its own manifest keeps off every Spot pool never needs room there, and
/// never fails over.
pub(super) fn running(workloads: &[Workload]) -> impl Iterator<Item = &Workload> {
    workloads
        .iter()
        .filter(|workload| workload.prefers_spot() && !workload.is_kept_off_spot)
        .filter(|workload| workload.kind.is_counted())
}

/// The requests of those workloads.
#[derive(Debug, Default)]
pub(super) struct Demand {
    /// The requests of the usual number of replicas.
    pub(super) usual: Amount,
    /// The usual number of replicas.
    pub(super) usual_pods: i64,
    /// The requests of the maximum number of replicas of autoscalers.
    pub(super) most: Amount,
    pub(super) most_pods: i64,
    /// The same by workload: the size of a pod and the number of pods.
    pub(super) groups: Vec<(Amount, i64)>,
    /// How many pods budgets allow to be evicted at once, and thus how many can move to on-demand at once.
    pub(super) at_once: i64,
    /// The largest CPU and the largest memory of one pod.
    pub(super) largest: Amount,
    /// Whether any workload has more than one replica.
    pub(super) is_replicated: bool,
    /// Whether any workload has an autoscaler that changes its replicas.
    pub(super) varies: bool,
}

/// Why the demand of workloads is unknown. Later variants are closer to knowing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Missing {
    /// There are no such workloads.
    Workloads,
    /// None of them declares requests.
    Requests,
    /// Their requests are 0.
    Amount,
    /// Those with requests have no replicas.
    Replicas,
    /// Their pods are too large for any Spot node.
    Room,
}

/// The pods of a workload.
#[derive(Clone, Copy)]
struct Pods {
    usual: i64,
    most: i64,
    /// Those of one pod.
    requests: Result<Amount, Missing>,
    /// How many budgets allow to be evicted at once.
    at_once: i64,
    /// Whether an autoscaler changes their number.
    varies: bool,
}

impl Pods {
    fn of(workload: &Workload, rooms: &[Option<Amount>]) -> Self {
        let most = workload.most_replicas().unwrap_or(1);
        Self {
            usual: workload.usual_replicas().unwrap_or(1),
            most,
            requests: requests(workload, most, rooms),
            at_once: workload.at_once(),
            varies: workload
                .autoscaling
                .is_some_and(|range| range.max.get() > range.min.get()),
        }
    }
}

impl Demand {
    /// # Errors
    /// When no workload has pods with requests.
    pub(super) fn of(workloads: &[Workload], pools: &[NodePool]) -> Result<Self, Missing> {
        let mut demand = Self::default();
        let mut missing = Missing::Workloads;
        let rooms = rooms(pools);
        let mut known = Answers::default();
        for workload in running(workloads) {
            let find = || Pods::of(workload, &rooms);
            let Pods {
                usual,
                most,
                requests,
                at_once,
                varies,
            } = known.of(WorkloadView::planned(workload), find);
            // Not all replicas may be lost at once, whatever they request.
            demand.is_replicated |= most > 1 && requests != Err(Missing::Room);
            let requests = match requests {
                Ok(requests) => requests,
                Err(reason) => {
                    missing = missing.max(reason);
                    continue;
                }
            };
            demand.usual = demand.usual.plus(requests.times(usual));
            demand.usual_pods += usual;
            demand.most = demand.most.plus(requests.times(most));
            demand.most_pods += most;
            demand.groups.push((requests, most));
            demand.at_once += at_once;
            demand.largest = demand.largest.max(requests);
            demand.varies |= varies;
        }
        if demand.most_pods > 0 {
            Ok(demand)
        } else {
            Err(missing)
        }
    }

    /// What one placeholder requests.
    pub(super) fn size(&self) -> Resources {
        Resources::of(self.largest.cpu, self.largest.memory)
    }
}

/// Those workloads of which the requests of a pod are known to need capacity on Spot.
pub(super) fn all<'p>(
    workloads: &'p [Workload],
    pools: &[NodePool],
) -> impl Iterator<Item = (&'p Workload, Amount)> {
    let rooms = rooms(pools);
    running(workloads).filter_map(move |workload| {
        let most = workload.most_replicas().unwrap_or(1);
        Some((workload, requests(workload, most, &rooms).ok()?))
    })
}

/// What pods can request on a node of each Spot pool, where that is known.
fn rooms(pools: &[NodePool]) -> Vec<Option<Amount>> {
    spot_pools(pools).map(capacity::of_node).collect()
}

/// The requests of a pod that needs capacity on Spot. A pod that fits on no Spot node stays on on-demand, and a
/// placeholder of its size would stay Pending.
fn requests(workload: &Workload, most: i64, rooms: &[Option<Amount>]) -> Result<Amount, Missing> {
    let requests = workload.requests.as_ref().map(Amount::from);
    let requests = requests.ok_or(Missing::Requests)?;
    if requests == Amount::default() {
        return Err(Missing::Amount);
    }
    if most == 0 {
        return Err(Missing::Replicas);
    }
    let is_enough = |room: &Option<Amount>| room.is_none_or(|room| requests.fits(room));
    let fits = rooms.is_empty() || rooms.iter().any(is_enough);
    fits.then_some(requests).ok_or(Missing::Room)
}
