//! Which workloads are moved.

use crate::plan::Workload;

/// The workloads that failback is about. What requires Spot is never anywhere else.
pub(super) fn moved(workloads: &[Workload]) -> impl Iterator<Item = &Workload> {
    workloads.iter().filter(|workload| workload.prefers_spot())
}
