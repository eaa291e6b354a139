//! Plan → Report: what can be said against a plan that is valid.

use crate::components::{Installed, observe};
use crate::diagnostic::{Report, Severity};
use crate::load::Document;
use crate::manifests::Manifests;
use crate::numbers::Number;
use crate::plan::Plan;
use crate::rules::{self, ALL, Over};

/// How much is wanted of what the rules find.
#[derive(Clone, Copy, Debug)]
pub struct Detail {
    /// Findings of this level or worse.
    pub least: Severity,
    /// How many warnings of one rule are shown; the others are counted.
    pub most: usize,
}

impl Detail {
    pub const ALL: Self = Self {
        least: Severity::Info,
        most: usize::MAX,
    };
}

/// What is wanted of everything that the rules find and that neither the configuration nor `allowed` (ids of rules)
/// accepts.
pub fn check(
    plan: &Plan,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
    allowed: &[String],
    detail: Detail,
) -> Report {
    let installed = manifests.map(Installed::read);
    let installed = installed.as_ref();
    let mut over = Over::new(plan, document, installed);
    let brought = installed.and_then(|installed| observe::read(plan, document, installed));
    // What is found a second time is known by what was found first.
    if brought.is_none() {
        over.show_at_most(detail.most);
    }
    let over_brought = brought.as_ref().map(|brought| over.brought(brought));
    let allowances = over.allowances(allowed);
    let mut report = Report::default();
    for rule in ALL {
        // What is accepted is looked for all the same: an allowance that nothing needs is a finding.
        if rule.level >= detail.least || allowances.accepts(rule.id) {
            rule.find(&over, &mut report);
            if let Some(over) = &over_brought {
                rule.find_in_brought(over, &mut report);
            }
        }
    }
    for rule in ALL {
        rule.find_in_report(&over, &allowances, &mut report);
    }
    report.retain(|diagnostic| diagnostic.severity >= detail.least);
    report.retain_rules(|rule| !allowances.accepts(rule));
    report
}

/// For each workload that prefers Spot, whether it comes back: by the descheduler of the manifests, where they bring one.
pub fn failback(
    plan: &Plan,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
) -> Vec<Number> {
    let installed = manifests.map(Installed::read);
    let installed = installed.as_ref();
    let over = Over::new(plan, document, installed);
    match installed.and_then(|installed| observe::read(plan, document, installed)) {
        Some(brought) => rules::failback_of_each(&over.brought(&brought)),
        None => rules::failback_of_each(&over),
    }
}
