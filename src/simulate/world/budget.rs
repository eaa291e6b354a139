//! Pod disruption budgets.

use super::{SelectorId, Symbol};

#[derive(Clone, Debug)]
pub struct Budget {
    pub namespace: Symbol,
    pub name: Symbol,
    pub selector: SelectorId,
    pub limit: BudgetLimit,
    /// `unhealthyPodEvictionPolicy: AlwaysAllow`.
    pub always_allows_unhealthy: bool,
    /// Evictions that the disruption controller has not seen yet are off this at once.
    pub allowed: i64,
    /// Healthy pods and how many are wanted, as the status has them.
    pub healthy: i64,
    pub desired: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetLimit {
    MaxUnavailable(i64),
    MaxUnavailablePercent(i64),
    MinAvailable(i64),
    MinAvailablePercent(i64),
}
