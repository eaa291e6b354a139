//! Which workloads are moved.

use super::evictor::Evictor;
use crate::plan::Workload;

/// The workloads that failback is about. What requires Spot is never anywhere else, and what the evictor does not select
/// stays where it is.
pub(super) fn moved<'a>(
    workloads: &'a [Workload],
    evictor: &Evictor,
) -> impl Iterator<Item = &'a Workload> {
    let is_selected =
        |workload: &Workload| evictor.selects(workload.kind, &workload.selector, false);
    workloads
        .iter()
        .filter(move |workload| workload.prefers_spot() && is_selected(workload))
}
