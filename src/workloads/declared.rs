//! What the configuration declares of a workload.

use crate::config::{self, Kind};
use crate::manifests::ExistingPlacement;
use crate::plan::{Amount, Placement};
use crate::values::{Int, Quantity};

/// What the configuration declares of a workload that it lists; of others nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declared {
    /// The most that there can be.
    pub replicas: Option<i64>,
    pub requests: Option<Amount>,
}

impl Declared {
    pub(crate) fn of(workload: &config::Workload) -> Self {
        let requests = workload.requests.as_ref().map(|requests| Amount {
            cpu: requests.cpu.as_ref().map_or(0, Quantity::millis),
            memory: requests.memory.as_ref().map_or(0, Quantity::bytes),
        });
        let most = workload.autoscaling.map(|range| range.max.get());
        Self {
            replicas: most.or(workload.replicas.map(Int::get)),
            requests: requests.filter(|requests| *requests != Amount::default()),
        }
    }
}

/// Decides whether pods tolerate the soft taint of nodes that the autoscaler may delete soon: by how they are placed, their
/// kind, what is declared of them, and what their manifest has. It takes a model of the scheduler, which workloads know
/// nothing of.
pub(crate) type ToleratesCandidates<'a> =
    dyn Fn(&Placement, Option<Kind>, Declared, Option<&ExistingPlacement>) -> bool + 'a;
