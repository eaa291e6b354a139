//! A `PodDisruptionBudget` for each workload.

use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::components::objects::metadata;
use crate::kubernetes::{Labels, Object, match_labels};
use crate::plan::{Budget, Plan, Workload};
use crate::values::IntOrPercent;

/// The budget of one workload, if it has one.
pub(crate) fn build(plan: &Plan, workload: &Workload) -> Option<Object> {
    let found = workload.disruption_budget.as_ref()?;
    let selector = workload.selector.clone();
    Some(object(plan, found, Some(&workload.namespace), selector))
}

/// A budget for the pods with these labels.
pub(crate) fn object(
    plan: &Plan,
    budget: &Budget,
    namespace: Option<&str>,
    selector: Labels,
) -> Object {
    Object::PodDisruptionBudget(PodDisruptionBudget {
        metadata: metadata(plan, "disruption-budget", &budget.name, namespace),
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
