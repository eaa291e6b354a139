//! The placeholders that are made where the configuration names none.

mod demand;
mod on_demand;
mod overflow;
mod spot;

use super::overprovisioner::linux;
use crate::config::{PriorityClassRef, Spec};
use crate::numbers::room::Amount;
use crate::plan::{Descheduler, NodePool, Notice, Placeholder, Workload};
use demand::{Demand, running};

pub(super) use spot::growth;

/// Headroom that needs no one to think of it: on Spot to bring nodes up and to come back to, and on the on-demand nodes
/// that are paid for anyway to fail over to. `prefix` is the overprovisioner's name.
pub(super) fn placeholders(
    prefix: &str,
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    workloads: &[Workload],
    descheduler: Option<&Descheduler>,
) -> Vec<Placeholder> {
    let Some(demand) = Demand::of(workloads, pools) else {
        return Vec::new();
    };
    let beside = on_demand::beside(workloads, descheduler);
    let spot = spot::placeholder(prefix, shared, pools, beside, &demand);
    let is_scaled = spot.as_ref().is_some_and(|spot| spot.scaling.is_some());
    let scaler = if is_scaled {
        on_demand::scaler()
    } else {
        Amount::default()
    };
    let on_demand = on_demand::placeholder(shared, pools, beside.plus(scaler), &demand);
    spot.into_iter().chain(on_demand).collect()
}

/// Placeholders that would be made if anything told how large they should be.
pub(super) fn left_out(spec: &Spec, pools: &[NodePool], workloads: &[Workload]) -> Option<Notice> {
    let is_unknown = running(workloads).next().is_some()
        && running(workloads).all(|workload| workload.requests.is_none());
    (is_left_to_us(spec) && is_unknown && !linux(pools).is_empty()).then_some(Notice {
        component: "overprovisioner",
        message: "there are no placeholders: no workload that prefers Spot says what it requests",
        next: "write `requests` with the workloads, or take them from their manifests: --from MANIFESTS",
    })
}

/// A proportional autoscaler that nobody has asked for.
pub(super) fn scaled(spec: &Spec, placeholders: &[Placeholder]) -> Option<Notice> {
    let is_scaled = placeholders
        .iter()
        .any(|placeholder| placeholder.scaling.is_some());
    (is_left_to_us(spec) && is_scaled).then_some(Notice {
        component: "proportional-autoscaler",
        message: "the system has a proportional autoscaler, since replicas or the sizes of Spot nodes vary: it adds Spot \
                  placeholders while more on-demand nodes run than there are in any case, so that what has overflowed comes \
                  back to Spot",
        next: "spotgen check --numbers",
    })
}

/// Whether the configuration wants placeholders and says nothing of them.
fn is_left_to_us(spec: &Spec) -> bool {
    spec.overprovisioner
        .as_ref()
        .is_none_or(|stated| stated.enabled != Some(false) && stated.placeholders.is_none())
}
