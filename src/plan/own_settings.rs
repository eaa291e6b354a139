//! Which settings a listed workload has itself.

use crate::config;

/// Whether the configuration sets these at the workload itself, rather than in its class. Rules ask it of every workload,
/// and to look into the configuration for each takes long.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnSettings {
    has_spot: bool,
    has_spread: bool,
    has_budget: bool,
    has_grace: bool,
    has_node_loss: bool,
}

impl OwnSettings {
    pub(crate) fn of(workload: &config::Workload) -> Self {
        let placement = workload.placement.as_ref();
        Self {
            has_spot: placement.is_some_and(|own| own.spot.is_some()),
            has_spread: placement.is_some_and(|own| own.spread.is_some()),
            has_budget: workload.disruption_budget.is_some(),
            has_grace: workload.termination_grace_period_seconds.is_some(),
            has_node_loss: workload.node_loss_toleration_seconds.is_some(),
        }
    }

    /// Whether the one at this path of keys is set. `None` of other settings: the configuration has to be asked.
    pub fn has(self, path: &[&str]) -> Option<bool> {
        match path {
            ["placement", "spot"] => Some(self.has_spot),
            ["placement", "spread"] => Some(self.has_spread),
            ["disruptionBudget"] => Some(self.has_budget),
            ["terminationGracePeriodSeconds"] => Some(self.has_grace),
            ["nodeLossTolerationSeconds"] => Some(self.has_node_loss),
            _ => None,
        }
    }
}
