//! Disruption budgets.

use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::affinity::select;
use crate::kubernetes::LabelSelector;
use crate::simulate::world::{Budget, BudgetLimit, World};

const SELECTS_NOTHING: &str = "it has no selector, so it selects no pods";

/// # Errors
/// Why it protects no pods.
pub(super) fn read(
    object: &PodDisruptionBudget,
    world: &mut World,
) -> Result<Budget, &'static str> {
    let spec = object.spec.as_ref().ok_or(SELECTS_NOTHING)?;
    let namespace = object.metadata.namespace.as_deref().unwrap_or("default");
    // No selector selects nothing; an empty one everything.
    let labels = spec.selector.as_ref().ok_or(SELECTS_NOTHING)?;
    let labels =
        LabelSelector::try_from(labels).map_err(|_| "the API server refuses its selector")?;
    let limit = match (&spec.max_unavailable, &spec.min_available) {
        (Some(limit), None) => amount(
            limit,
            BudgetLimit::MaxUnavailable,
            BudgetLimit::MaxUnavailablePercent,
        ),
        (None, Some(limit)) => amount(
            limit,
            BudgetLimit::MinAvailable,
            BudgetLimit::MinAvailablePercent,
        ),
        // Source: kubernetes/kubernetes pkg/apis/policy/v1/defaults.go and the controller: neither means 1 available.
        (None, None) => Some(BudgetLimit::MinAvailable(1)),
        // Source: kubernetes/kubernetes pkg/apis/policy/validation/validation.go, `ValidatePodDisruptionBudgetSpec`.
        (Some(_), Some(_)) => {
            return Err("the API server refuses `minAvailable` and `maxUnavailable` together");
        }
    };
    let limit = limit.ok_or("the API server refuses its bound")?;
    Ok(Budget {
        selector: select(world, namespace, labels),
        namespace: world.symbols.of(namespace),
        name: world
            .symbols
            .of(object.metadata.name.as_deref().unwrap_or_default()),
        limit,
        always_allows_unhealthy: spec.unhealthy_pod_eviction_policy.as_deref()
            == Some("AlwaysAllow"),
        allowed: 0,
        healthy: 0,
        desired: 0,
    })
}

fn amount(
    value: &IntOrString,
    count: impl Fn(i64) -> BudgetLimit,
    percent: impl Fn(i64) -> BudgetLimit,
) -> Option<BudgetLimit> {
    match value {
        IntOrString::Int(number) => Some(count(i64::from(*number))),
        IntOrString::String(text) => text.strip_suffix('%')?.parse().ok().map(percent),
    }
}
