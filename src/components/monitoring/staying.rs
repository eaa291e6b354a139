//! Workloads that stay on on-demand nodes, and for which that is right, or which nothing moves: no alert waits for them. What is
//! known of no manifest is not among them.

use serde::Serialize;

use super::nodes::SpotNodes;
use crate::components::descheduler::{Descheduler, reach};
use crate::config::{Kind, Spot};
use crate::defaults;
use crate::manifests::Manifests;
use crate::model::{WorkloadView, workload_view};
use crate::plan::{Plan, Workload};

/// A workload, by what the owners of its pods are known.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    pub namespace: String,
    pub kind: Kind,
    pub name: String,
}

impl Named {
    pub(super) fn of(pods: WorkloadView<'_>) -> Self {
        let namespace = pods.namespace().unwrap_or(defaults::NAMESPACE);
        Self {
            namespace: namespace.to_owned(),
            kind: pods.kind(),
            name: pods.name().to_owned(),
        }
    }
}

impl From<&Workload> for Named {
    fn from(workload: &Workload) -> Self {
        Self::of(WorkloadView::planned(workload))
    }
}

/// Those that are indifferent to Spot or avoid it, and those that the descheduler never moves.
pub(super) fn of(
    plan: &Plan,
    descheduler: Option<&Descheduler>,
    manifests: Option<&Manifests>,
) -> (Vec<Named>, Vec<Named>) {
    let all = workload_view::all(plan, manifests);
    let all = all.into_iter().filter(|pods| has_known_pods(*pods));
    let (belonging, others): (Vec<_>, Vec<_>) = all.partition(|pods| belongs_on_spot(plan, *pods));
    let spot_nodes = SpotNodes::of(plan);
    let is_known = |pods: &WorkloadView<'_>| pods.planned.is_some() || pods.has_known_placement();
    let others = others.into_iter().filter(is_known);
    let indifferent = others.filter(|pods| looks_eligible(plan, &spot_nodes, *pods));
    let never_moved = belonging.into_iter().filter(|pods| {
        descheduler.is_some_and(|descheduler| is_never_moved(plan, descheduler, *pods))
    });
    (
        indifferent.map(Named::of).collect(),
        never_moved.map(Named::of).collect(),
    )
}

/// Whether metrics can tell its pods, which those of a `DaemonSet` need not be: they are counted nowhere.
pub(super) fn has_known_pods(pods: WorkloadView<'_>) -> bool {
    pods.kind() != Kind::DaemonSet && !pods.found.is_some_and(|found| found.is_generated)
}

/// Whether its pods are on the wrong node when they are on on-demand.
fn belongs_on_spot(plan: &Plan, pods: WorkloadView<'_>) -> bool {
    match pods.spot() {
        Some(Spot::Preferred | Spot::Required) => true,
        Some(Spot::Avoided | Spot::Never) => false,
        Some(Spot::Tolerated) | None => pods.own_prefers_spot(plan) || pods.own_requires_spot(plan),
    }
}

/// Whether the metrics alone make its pods look as if they belonged on Spot.
fn looks_eligible(plan: &Plan, spot_nodes: &SpotNodes, pods: WorkloadView<'_>) -> bool {
    match (spot_nodes, pods.spot()) {
        (_, Some(Spot::Tolerated | Spot::Avoided)) => true,
        (SpotNodes::Taint(_), _) => pods.tolerates_by_key(plan),
        // Without a taint, pods are known by their workloads; by nothing, if no workload is.
        (SpotNodes::Labels(_), _) => !plan.workloads.iter().any(is_counted_by_name),
    }
}

/// Whether its pods are counted by the names of their owners, where no taint tells who may run on Spot.
pub(super) fn is_counted_by_name(workload: &Workload) -> bool {
    let belongs = matches!(
        workload.placement.spot(),
        Some(Spot::Preferred | Spot::Required)
    );
    belongs && workload.kind != Kind::DaemonSet
}

/// Whether the settings of the descheduler, or the workload's own manifest, keep its pods where they are. That its namespace is
/// not covered is asked of the metrics.
fn is_never_moved(plan: &Plan, descheduler: &Descheduler, pods: WorkloadView<'_>) -> bool {
    let reasons = reach::reasons(plan, descheduler, pods);
    pods.prefers_spot(plan)
        && !reasons.is_empty()
        && !reasons.iter().any(reach::Reason::is_uncovered)
}
