//! Plan → Report: what can be said against a plan that is valid.

use crate::diagnostic::Report;
use crate::load::Document;
use crate::plan::Plan;
use crate::rules;

/// Everything that the rules find and the user has not accepted.
pub fn check(plan: &Plan, document: &Document<'_>) -> Report {
    let accepted = |id: &str| plan.allowed.iter().any(|(rule, _)| rule == id);
    rules::ALL
        .iter()
        .filter(|rule| !accepted(rule.id))
        .flat_map(|rule| rule.find(plan, document))
        .collect()
}
