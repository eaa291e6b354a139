//! Plan → Report: what can be said against a plan that is valid.

use crate::diagnostic::{Report, Severity};
use crate::load::Document;
use crate::manifests::Manifests;
use crate::numbers::Number;
use crate::plan::Plan;
use crate::rules::{self, ALL, Over};

/// Everything of `least` or worse that the rules find and that neither the configuration nor `allowed` (ids of rules)
/// accepts.
pub fn check(
    plan: &Plan,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
    allowed: &[String],
    least: Severity,
) -> Report {
    let over = Over::new(plan, document, manifests);
    let brought = manifests.and_then(|manifests| rules::brought(plan, manifests));
    let over_brought = brought.as_ref().map(|brought| over.brought(brought));
    let allowances = over.allowances(allowed);
    let mut report = Report::default();
    for rule in ALL {
        // What is accepted is looked for all the same: an allowance that nothing needs is a finding.
        if rule.level >= least || allowances.accepts(rule.id) {
            rule.find(&over, &mut report);
            if let Some(over) = &over_brought {
                rule.find_in_brought(over, &mut report);
            }
        }
    }
    for rule in ALL {
        rule.find_in_report(&over, &allowances, &mut report);
    }
    report
        .retain(|diagnostic| diagnostic.severity >= least && !allowances.accepts(diagnostic.rule));
    report
}

/// For each workload that prefers Spot, whether it comes back: by the descheduler of the manifests, where they bring one.
pub fn failback(
    plan: &Plan,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
) -> Vec<Number> {
    let over = Over::new(plan, document, manifests);
    match manifests.and_then(|manifests| rules::brought(plan, manifests)) {
        Some(brought) => rules::failback_of_each(&over.brought(&brought)),
        None => rules::failback_of_each(&over),
    }
}
