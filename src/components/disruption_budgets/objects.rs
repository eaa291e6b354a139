//! A `PodDisruptionBudget` for each workload.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::components::alike::{Alike, By};
use crate::components::objects::metadata;
use crate::components::{ComponentId, Explained};
use crate::kubernetes::{Labels, Object, budget, match_labels};
use crate::plan::{Budget, Plan, Workload};
use crate::values::IntOrPercent;

/// The budget of one workload, if it has one.
pub(crate) fn build(plan: &Plan, workload: &Workload) -> Option<Explained<Object>> {
    let found = workload.disruption_budget.as_ref()?;
    let selector = workload.budget_selector().into_owned();
    let made = object(plan, found, Some(&workload.namespace), selector);
    let path: &[&str] = match found.max_unavailable {
        Some(_) => &["spec", "maxUnavailable"],
        None => &["spec", "minAvailable"],
    };
    Some(Explained::from(made).because(path, allowed(workload)))
}

/// What a budget is made from.
pub(super) fn likeness(workload: &Workload) -> Option<Alike<'_>> {
    let found = workload.disruption_budget.as_ref()?;
    let labels = workload.budget_selector();
    (!labels.is_empty()).then(|| Alike {
        by: By::Budget {
            min_available: found.min_available,
            max_unavailable: found.max_unavailable,
            unhealthy_pod_eviction_policy: found.unhealthy_pod_eviction_policy,
            pods: workload.budgeted_replicas(),
        },
        name: &found.name,
        namespace: &workload.namespace,
        labels,
    })
}

/// What the budget comes to, where the number of pods is known.
fn allowed(workload: &Workload) -> Option<String> {
    let made = workload.disruption_budget.as_ref()?;
    let pods = workload.budgeted_replicas()?;
    let allowed = budget::allowed(made.min_available, made.max_unavailable, pods);
    Some(match (pods, allowed) {
        (..=1, _) => return None,
        (pods, 0) => format!("No pod may be evicted: {}.", none_because(workload, pods)),
        (pods, allowed) => format!("{allowed} of {pods} pods may be evicted at once."),
    })
}

/// Why a budget lets no pod go.
fn none_because(workload: &Workload, pods: i64) -> String {
    let least = workload.disruption_budget.as_ref();
    match least.and_then(|budget| budget.min_available) {
        Some(IntOrPercent::Int(least)) if i64::from(least) == pods => {
            "`minAvailable` equals the replica count".to_owned()
        }
        Some(_) => format!("`minAvailable` covers all {pods} replicas"),
        None => "`maxUnavailable` is 0".to_owned(),
    }
}

/// A budget for the pods with these labels.
pub(crate) fn object(
    plan: &Plan,
    budget: &Budget,
    namespace: Option<&str>,
    selector: Labels,
) -> Object {
    Object::PodDisruptionBudget(PodDisruptionBudget {
        metadata: metadata(
            plan,
            ComponentId::DisruptionBudgets,
            &budget.name,
            namespace,
        ),
        spec: Some(PodDisruptionBudgetSpec {
            min_available: budget.min_available.map(int_or_string),
            max_unavailable: budget.max_unavailable.map(int_or_string),
            unhealthy_pod_eviction_policy: budget
                .unhealthy_pod_eviction_policy
                .map(|policy| policy.as_str().to_owned()),
            selector: Some(match_labels(selector)),
        }),
        ..PodDisruptionBudget::default()
    })
}

fn int_or_string(value: IntOrPercent) -> IntOrString {
    match value {
        IntOrPercent::Int(value) => IntOrString::Int(value),
        IntOrPercent::Percent(_) => IntOrString::String(value.to_string()),
    }
}
