//! Plan → Report: what can be said against a plan that is valid.

use crate::diagnostic::Report;
use crate::load::Document;
use crate::manifests::Manifests;
use crate::plan::Plan;
use crate::rules::{ALL, Over};

/// Everything that the rules find and that neither the configuration nor `allowed` (ids of rules) accepts.
pub fn check(
    plan: &Plan,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
    allowed: &[String],
) -> Report {
    let over = Over::new(plan, document, manifests);
    let mut report = Report::default();
    for rule in ALL {
        rule.find(&over, &mut report);
    }
    let allowances = over.allowances(allowed);
    for rule in ALL {
        rule.find_in_report(&over, &allowances, &mut report);
    }
    report.retain(|diagnostic| !allowances.accepts(diagnostic.rule));
    report
}
