//! What changes are tried against.

use crate::rehearse::place::Places;
use crate::simulate::scenario::Scenario;
use crate::simulate::start::Given;
use crate::simulate::verdict::{Goal, Verdict};

/// Shows the cluster of the configuration with some values set, as `--set` does, and its places. Where that is not valid, it
/// shows nothing.
pub type Replan<'r> = dyn Fn(&[String], &mut dyn FnMut(Given, &mut Places<'_>)) + 'r;

/// What a finding is tried against.
pub(in crate::rehearse) struct Against<'t> {
    pub scenario: &'t Scenario,
    pub seed: Option<u64>,
    /// What the scenario comes to as things are.
    pub now: Verdict,
    /// How far that is from the goal.
    pub goal: Goal,
    pub replan: &'t Replan<'t>,
    /// Called now and then while a change is tried.
    pub tick: &'t dyn Fn(),
}
