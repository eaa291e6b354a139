//! Why placeholders have these numbers, for whoever reads their manifests.

use super::headroom;
use super::kept::Kept;
use super::plan::{Overprovisioner, Placeholder, PriorityClass};
use super::pools::pools_of;
use crate::kubernetes::EXPENDABLE_CUTOFF;
use crate::plan::{NodePool, Plan};

/// Why a priority is as low as it is, and no lower.
pub(super) fn priority(class: &PriorityClass) -> Option<String> {
    (EXPENDABLE_CUTOFF..0).contains(&class.value).then(|| {
        format!(
            "Below 0, the default priority, so that workloads preempt them; the autoscaler adds no nodes for pods below \
             {EXPENDABLE_CUTOFF}."
        )
    })
}

/// Why there are several priorities.
/// Source: kubernetes/kubernetes `pkg/scheduler/framework/preemption`: the node whose victims have the lowest priority.
pub(super) fn order(class: &PriorityClass, all: &Overprovisioner) -> Option<String> {
    let others = all
        .placeholders
        .iter()
        .map(|placeholder| &placeholder.priority_class);
    let higher = others
        .filter(|other| other.value > class.value)
        .min_by_key(|other| other.value)?;
    Some(format!(
        "Lower than `{}` ({}), so that the scheduler preempts these placeholders first.",
        higher.name, higher.value
    ))
}

/// Why a placeholder is of this size.
pub(super) fn size(plan: &Plan, placeholder: &Placeholder) -> Option<String> {
    let largest = headroom::largest_pod(&plan.node_pools, &plan.workloads)?;
    if placeholder.requests != largest.size {
        return None;
    }
    let (cpu, memory) = (largest.cpu, largest.memory);
    Some(if cpu == memory {
        format!("The requests of the largest pod that prefers Spot (`{cpu}`).")
    } else {
        format!(
            "The largest CPU request (`{cpu}`) and the largest memory request (`{memory}`) of the pods that prefer Spot."
        )
    })
}

/// Who decides how many there are, where that is an autoscaler.
pub(super) fn autoscaler(placeholder: &Placeholder) -> Option<String> {
    let scaling = placeholder.scaling.as_ref()?;
    Some(format!(
        "The autoscaler `{}` sets the replicas.",
        scaling.name
    ))
}

/// The nodes that placeholders keep running, and why so many; `None` if facts are missing.
pub(super) fn count(plan: &Plan, placeholder: &Placeholder) -> Option<String> {
    let mut pools = pools_of(plan, placeholder);
    let (pools_of_plan, workloads) = (&plan.node_pools, &plan.workloads);
    if pools.all(|pool: &NodePool| !pool.is_spot()) && Kept::fits_the_minimum(plan, placeholder)? {
        let on_paid = "on the nodes that always run (`nodes.min`)";
        return Some(
            match headroom::at_once(pools_of_plan, workloads, placeholder) {
                Some((own, all)) if own == all => {
                    format!("One {on_paid} for each of the {all} pods that may be evicted at once.")
                }
                Some((own, all)) => format!(
                    "As many as fit {on_paid}: {own} for the {all} pods that may be evicted at once."
                ),
                None => format!("Fits {on_paid}."),
            },
        );
    }
    let (least, most) = Kept::range(plan, placeholder)?;
    let which = if least == most {
        least.to_string()
    } else {
        format!("{least}, or {most}")
    };
    let why = headroom::why_so_many(pools_of_plan, workloads, placeholder).unwrap_or_default();
    let kept = least.amount_to(&most);
    Some(format!("Keeps {kept} running: {which}.{why}"))
}
