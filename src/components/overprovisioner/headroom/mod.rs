//! The default placeholders, for configurations that list none.

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
use crate::defaults;
use crate::kubernetes::Resources;
use crate::model::packing;
use crate::plan::Amount;
use crate::plan::{NodePool, Workload};
use default::is_left_to_us;
use demand::{Demand, Missing};

pub(crate) use spot::growth;

/// Default headroom: on Spot to add nodes that pods return to, and for failover on the on-demand nodes that always run.
/// `prefix` is the overprovisioner's name.
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

/// What the default placeholders request, and of which workloads they have it.
pub(super) struct LargestPod<'p> {
    pub(super) size: Resources,
    pub(super) cpu: &'p str,
    pub(super) memory: &'p str,
}

/// The largest CPU and the largest memory of a pod that the default placeholders make room for; `None` where none is
/// known.
pub(super) fn largest_pod<'p>(
    pools: &[NodePool],
    workloads: &'p [Workload],
) -> Option<LargestPod<'p>> {
    let demand = Demand::of(workloads, pools).ok()?;
    let requests = || demand::all(workloads, pools);
    let with = |has: &dyn Fn(Amount) -> bool| {
        let found = requests().find(|(_, requests)| has(*requests));
        found.map(|(workload, _)| workload.name.as_str())
    };
    let largest = demand.largest;
    let both = with(&|requests| requests == largest);
    Some(LargestPod {
        size: demand.size(),
        cpu: both.or_else(|| with(&|requests| requests.cpu == largest.cpu))?,
        memory: both.or_else(|| with(&|requests| requests.memory == largest.memory))?,
    })
}

/// How many pods these placeholders on on-demand hold a place for, and how many may be evicted at once; `None` if they are
/// not the default ones.
pub(super) fn at_once(
    pools: &[NodePool],
    workloads: &[Workload],
    placeholder: &Placeholder,
) -> Option<(i64, i64)> {
    let demand = Demand::of(workloads, pools).ok()?;
    let replicas = i64::from(placeholder.replicas?);
    let is_default = placeholder.name == defaults::ON_DEMAND_PLACEHOLDER_NAME
        && placeholder.requests == demand.size()
        && replicas <= demand.at_once;
    is_default.then_some((replicas, demand.at_once))
}

/// Why so many placeholders on Spot are kept, as a sentence after another; `None` if they are not the default ones.
pub(super) fn why_so_many(
    pools: &[NodePool],
    workloads: &[Workload],
    placeholder: &Placeholder,
) -> Option<&'static str> {
    let demand = Demand::of(workloads, pools).ok()?;
    spot::why_so_many(pools, &demand, placeholder)
}

/// A notice about default placeholders that are missing because their size is unknown or because they fit nowhere.
pub(crate) fn left_out(spec: &Spec, pools: &[NodePool], workloads: &[Workload]) -> Option<Notice> {
    let (message, next) = match Demand::of(workloads, pools) {
        Ok(demand) if spot::are_too_small(pools, &demand) => (
            "there are no placeholders on Spot: one with the largest CPU request and the largest memory request of all pods fits on no Spot node",
            "choose a larger VM size for a Spot pool, or list `placeholders`",
        ),
        // The descheduler's notice says that no workload prefers Spot.
        Ok(_) | Err(Missing::Workloads) => return None,
        Err(Missing::Requests) => (
            "there are no placeholders: no workload that prefers Spot declares requests",
            "write `requests` for the workloads, or read them from their manifests: --from MANIFESTS",
        ),
        Err(Missing::Amount) => (
            "there are no placeholders: the requests of the workloads that prefer Spot are 0",
            "set `requests` to what a pod needs, and do the same in its manifest, which the scheduler uses",
        ),
        Err(Missing::Replicas) => (
            "there are no placeholders: the workloads that prefer Spot have 0 replicas",
            "set `replicas` to the number of pods when the workload runs, or `autoscaling` to the range of its autoscaler",
        ),
        Err(Missing::Room) => (
            "there are no placeholders: no pod that prefers Spot fits on a node of a Spot pool",
            "choose a larger VM size for a Spot pool, or lower the requests of the pods",
        ),
    };
    (is_left_to_us(spec) && !linux(pools).is_empty()).then_some(Notice {
        component: ComponentId::Overprovisioner,
        message: message.into(),
        next,
    })
}

/// A notice about a proportional autoscaler that the configuration does not ask for.
pub(crate) fn scaled(spec: &Spec, placeholders: &[Placeholder]) -> Option<Notice> {
    let is_scaled = placeholders
        .iter()
        .any(|placeholder| placeholder.scaling.is_some());
    (is_left_to_us(spec) && is_scaled).then_some(Notice {
        component: ComponentId::ProportionalAutoscaler,
        message: "a proportional autoscaler was added, because replicas or the sizes of Spot nodes vary: it adds Spot \
                  placeholders while more on-demand nodes run than the permanent ones, so that pods that overflowed to \
                  on-demand return to Spot"
            .into(),
        next: "spotgen check --numbers",
    })
}
