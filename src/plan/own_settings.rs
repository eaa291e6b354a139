//! Which settings a listed workload has itself.

use crate::config;

/// The paths of keys that lead to them.
const PATHS: [&[&str]; 5] = [
    &["placement", "spot"],
    &["placement", "spread"],
    &["disruptionBudget"],
    &["terminationGracePeriodSeconds"],
    &["nodeLossTolerationSeconds"],
];

/// Which of [`PATHS`] the configuration sets at the workload itself, rather than in its class. Rules ask it of every workload,
/// and to look into the configuration for each takes long.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnSettings([bool; PATHS.len()]);

impl OwnSettings {
    pub(crate) fn of(workload: &config::WorkloadFacts) -> Self {
        let placement = workload.placement.as_ref();
        Self([
            placement.is_some_and(|own| own.spot.is_some()),
            placement.is_some_and(|own| own.spread.is_some()),
            workload.disruption_budget.is_some(),
            workload.termination_grace_period_seconds.is_some(),
            workload.node_loss_toleration_seconds.is_some(),
        ])
    }

    /// Whether the one at this path of keys is set. `None` of other settings: the configuration has to be asked.
    pub fn has(self, path: &[&str]) -> Option<bool> {
        let at = PATHS.iter().position(|known| *known == path)?;
        Some(self.0[at])
    }
}
