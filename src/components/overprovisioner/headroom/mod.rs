//! The placeholders that are made where the configuration names none.

mod default;
mod demand;
mod on_demand;
mod overflow;
mod spot;

use super::pools::linux;
use crate::components::descheduler::Descheduler;
use crate::components::overprovisioner::Placeholder;
use crate::components::{ComponentId, Notice};
use crate::config::{PriorityClassRef, Spec};
use crate::model::packing;
use crate::plan::{NodePool, Workload};
use default::is_left_to_us;
use demand::{Demand, Missing};

pub(crate) use spot::growth;

/// Headroom that needs no one to think of it: on Spot to bring nodes up and to come back to, and on the on-demand nodes
/// that are paid for anyway to fail over to. `prefix` is the overprovisioner's name.
pub(crate) fn placeholders(
    prefix: &str,
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    workloads: &[Workload],
    descheduler: Option<&Descheduler>,
) -> Vec<Placeholder> {
    let Ok(demand) = Demand::of(workloads, pools) else {
        return Vec::new();
    };
    let mut beside = on_demand::beside(workloads, descheduler);
    let spot = spot::placeholder(prefix, shared, pools, packing::sum(&beside), &demand);
    if spot.as_ref().is_some_and(|spot| spot.scaling.is_some()) {
        beside.push((on_demand::scaler(), 1));
    }
    let on_demand = on_demand::placeholder(shared, pools, &beside, &demand);
    spot.into_iter().chain(on_demand).collect()
}

/// Placeholders that would be made if anything told how large they should be, or if they fitted anywhere.
pub(crate) fn left_out(spec: &Spec, pools: &[NodePool], workloads: &[Workload]) -> Option<Notice> {
    let (message, next) = match Demand::of(workloads, pools) {
        Ok(demand) if spot::are_too_small(pools, &demand) => (
            "there are no placeholders on Spot: with the largest CPU and the largest memory of all pods one fits on no Spot node",
            "take a larger VM for a Spot pool, or write `placeholders`",
        ),
        // The descheduler's notice says that no workload prefers Spot.
        Ok(_) | Err(Missing::Workloads) => return None,
        Err(Missing::Requests) => (
            "there are no placeholders: no workload that prefers Spot says what it requests",
            "write `requests` with the workloads, or take them from their manifests: --from MANIFESTS",
        ),
        Err(Missing::Amount) => (
            "there are no placeholders: what the workloads that prefer Spot request is 0",
            "write in `requests` what a pod needs, and in its manifest too: the scheduler goes by that",
        ),
        Err(Missing::Replicas) => (
            "there are no placeholders: the workloads that prefer Spot have 0 replicas",
            "write in `replicas` how many there are when they run, or the range of their autoscaler in `autoscaling`",
        ),
        Err(Missing::Room) => (
            "there are no placeholders: no pod that prefers Spot fits on a node of a Spot pool",
            "take a larger VM for a Spot pool, or make the pods smaller",
        ),
    };
    (is_left_to_us(spec) && !linux(pools).is_empty()).then_some(Notice {
        component: ComponentId::Overprovisioner,
        message: message.into(),
        next,
    })
}

/// A proportional autoscaler that nobody has asked for.
pub(crate) fn scaled(spec: &Spec, placeholders: &[Placeholder]) -> Option<Notice> {
    let is_scaled = placeholders
        .iter()
        .any(|placeholder| placeholder.scaling.is_some());
    (is_left_to_us(spec) && is_scaled).then_some(Notice {
        component: ComponentId::ProportionalAutoscaler,
        message: "the system has a proportional autoscaler, since replicas or the sizes of Spot nodes vary: it adds Spot \
                  placeholders while more on-demand nodes run than there are in any case, so that what has overflowed comes \
                  back to Spot"
            .into(),
        next: "spotgen check --numbers",
    })
}
