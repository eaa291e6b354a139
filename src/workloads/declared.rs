//! The facts that the configuration declares about a workload.

use crate::config::{self, Kind};
use crate::manifests::ExistingPlacement;
use crate::plan::{Amount, Placement};
use crate::values::{Int, Quantity};

/// The facts that the configuration declares about a listed workload. About other workloads it declares none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declared {
    /// The largest possible number of replicas.
    pub replicas: Option<i64>,
    pub requests: Option<Amount>,
    /// Whether it sets the grace period of this workload, rather than leaving it to the class.
    pub sets_grace: bool,
}

impl Declared {
    pub(crate) fn of(workload: &config::WorkloadFacts) -> Self {
        let requests = workload.requests.as_ref().map(|requests| Amount {
            cpu: requests.cpu.as_ref().map_or(0, Quantity::millis),
            memory: requests.memory.as_ref().map_or(0, Quantity::bytes),
        });
        let most = workload.autoscaling.map(|range| range.max.get());
        Self {
            replicas: most.or(workload.replicas.map(Int::get)),
            requests: requests.filter(|requests| *requests != Amount::default()),
            sets_grace: workload.termination_grace_period_seconds.is_some(),
        }
    }
}

/// Decides whether pods tolerate the soft taint of nodes that the autoscaler may delete soon. The decision depends on
/// their placement, their kind, the declared facts and their manifest. It needs a model of the scheduler, which this
/// module does not know.
pub(crate) type ToleratesCandidates<'a> =
    dyn Fn(&Placement, Option<Kind>, Declared, Option<&ExistingPlacement>) -> bool + 'a;
