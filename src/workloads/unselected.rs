//! Workloads whose pods have no label that is known: a `Job`, `CronJob` or `Pod` without a `selector`.

use crate::config::{Class, Spread};
use crate::diagnostic::Diagnostic;
use crate::plan::Budget;

/// What the user asks for and is found by labels. What the built-in class asks for is left out without a word.
pub(super) fn refusal(
    name: &str,
    class: &Class,
    has_default_spread: bool,
    budget: Option<&Budget>,
) -> Option<Diagnostic> {
    let spread = class.placement.as_ref().and_then(|own| own.spread.as_ref());
    let is_spread = matches!(spread, Some(Spread::Over(_))) && !has_default_spread;
    let (wanted, off) = match budget {
        Some(_) => ("budget", "disruptionBudget: None"),
        None if is_spread => ("spread", "placement: {spread: None}"),
        None => return None,
    };
    let message = format!("no label of the pods of `{name}` is known, which its {wanted} needs");
    Some(Diagnostic::error("config", message).help(format!(
        "set `selector` to the labels of its pods, or write `{off}`"
    )))
}
