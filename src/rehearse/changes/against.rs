//! What changes are tried against.

use crate::simulate::scenario::Scenario;
use crate::simulate::start::Given;
use crate::simulate::verdict::Verdict;

/// Makes the cluster of the configuration with some values set, as `--set` does; none where that is not valid.
pub type Replan<'r> = dyn Fn(&[String]) -> Option<Given> + 'r;

/// What a finding is tried against.
pub(in crate::rehearse) struct Against<'t> {
    pub scenario: &'t Scenario,
    pub seed: Option<u64>,
    /// What the scenario comes to as things are.
    pub now: Verdict,
    pub replan: &'t Replan<'t>,
    /// Called now and then while a change is tried.
    pub tick: &'t dyn Fn(),
}
