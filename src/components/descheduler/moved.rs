//! Which workloads are moved.

use super::evictor::Evictor;
use crate::config::Kind;
use crate::plan::Workload;

/// The workloads that failback is about. What requires Spot is never anywhere else, what the evictor does not select
/// stays where it is, and so does a pod that nothing creates again.
/// Source: kubernetes-sigs/descheduler README.md, "Pod Evictions": "standalone pods".
pub(super) fn moved<'a>(
    workloads: &'a [Workload],
    evictor: &Evictor,
) -> impl Iterator<Item = &'a Workload> {
    let is_selected =
        |workload: &Workload| evictor.selects(workload.kind, &workload.selector, false);
    workloads
        .iter()
        .filter(|workload| workload.kind != Kind::Pod)
        .filter(move |workload| workload.prefers_spot() && is_selected(workload))
}
