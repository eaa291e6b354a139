//! What the API server makes of a budget.

use serde::Deserialize;

/// The status of a `PodDisruptionBudget`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetStatus {
    pub namespace: String,
    pub name: String,
    /// How many of its pods may be evicted now.
    pub allowed: i64,
    pub healthy: i64,
    pub desired: i64,
    /// How many pods it covers.
    pub expected: i64,
}

/// Source: kubernetes/api policy/v1/types.go, `PodDisruptionBudgetStatus`.
#[derive(Deserialize)]
pub(super) struct Raw {
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    /// Always written by the controller; a manifest has none.
    #[serde(default)]
    disruptions_allowed: Option<i64>,
    #[serde(default)]
    current_healthy: i64,
    #[serde(default)]
    desired_healthy: i64,
    #[serde(default)]
    expected_pods: i64,
}

impl Raw {
    /// None where no controller has judged it yet.
    pub(super) fn of(self, namespace: &str, name: &str) -> Option<BudgetStatus> {
        let status = self.status;
        Some(BudgetStatus {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            allowed: status.disruptions_allowed?,
            healthy: status.current_healthy,
            desired: status.desired_healthy,
            expected: status.expected_pods,
        })
    }
}
