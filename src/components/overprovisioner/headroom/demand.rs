//! What the workloads that prefer Spot ask of the headroom.

use crate::components::overprovisioner::pools::spot_pools;
use crate::model::capacity;
use crate::plan::Amount;
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
    /// Those by workload: the size of a pod, and how many.
    pub(super) groups: Vec<(Amount, i64)>,
    /// The pods that budgets let go at once, which is how many can come to on-demand at once.
    pub(super) at_once: i64,
    /// The largest CPU and the largest memory of one pod.
    pub(super) largest: Amount,
    /// Whether a workload has more than one replica.
    pub(super) is_replicated: bool,
    /// Whether a workload has an autoscaler that changes its replicas.
    pub(super) varies: bool,
}

/// Why nobody can tell how much room workloads need. The later ones are closer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Missing {
    /// There is none of them.
    Workloads,
    /// None of them says what it requests.
    Requests,
    /// What they request is nothing.
    Amount,
    /// Those that request something have no replicas.
    Replicas,
    /// Their pods are too large for any Spot node.
    Room,
}

impl Demand {
    /// # Errors
    /// When none of the workloads has pods that say how much room they need.
    pub(super) fn of(workloads: &[Workload], pools: &[NodePool]) -> Result<Self, Missing> {
        let mut demand = Self::default();
        let mut missing = Missing::Workloads;
        for workload in running(workloads) {
            let usual = workload.usual_replicas().unwrap_or(1);
            let most = workload.most_replicas().unwrap_or(1);
            let requests = requests(workload, most, pools);
            // Replicas are not to be lost all at once, whatever they request.
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
            demand.at_once += workload.at_once();
            demand.largest = demand.largest.max(requests);
            demand.varies |= workload
                .autoscaling
                .is_some_and(|range| range.max.get() > range.min.get());
        }
        if demand.most_pods > 0 {
            Ok(demand)
        } else {
            Err(missing)
        }
    }
}

/// What a pod requests that is to have room on Spot. One that fits on no Spot node stays on on-demand, and a placeholder of
/// its size would stay pending.
fn requests(workload: &Workload, most: i64, pools: &[NodePool]) -> Result<Amount, Missing> {
    let requests = workload.requests.as_ref().map(Amount::from);
    let requests = requests.ok_or(Missing::Requests)?;
    if requests == Amount::default() {
        return Err(Missing::Amount);
    }
    if most == 0 {
        return Err(Missing::Replicas);
    }
    let mut spot = spot_pools(pools).peekable();
    let fits = spot.peek().is_none()
        || spot.any(|pool| capacity::of_node(pool).is_none_or(|room| requests.fits(room)));
    fits.then_some(requests).ok_or(Missing::Room)
}
