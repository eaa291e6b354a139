//! What can be wrong with a plan that is valid. One file a rule; `ALL` is the list.

mod workload_drift;

use crate::diagnostic::{Diagnostic, Severity};
use crate::load::Document;
use crate::plan::Plan;

/// A known way of breaking a set-up.
#[derive(Debug)]
pub struct Rule {
    /// Names the fault, so that "allow ID" reads right. It never changes.
    pub id: &'static str,
    pub level: Severity,
    pub summary: &'static str,
    check: fn(&Plan, &Document<'_>, &mut Findings<'_>),
}

/// Where a rule puts what it finds.
struct Findings<'a> {
    rule: &'a Rule,
    found: Vec<Diagnostic>,
}

impl Findings<'_> {
    /// Adds a finding under the rule's id and level.
    fn push(
        &mut self,
        message: impl Into<String>,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        let mut diagnostic = Diagnostic::error(self.rule.id, message);
        diagnostic.severity = self.rule.level;
        self.found.push(complete(diagnostic));
    }
}

pub const ALL: &[Rule] = &[workload_drift::RULE];

impl Rule {
    /// What the rule finds in a plan.
    pub fn find(&self, plan: &Plan, document: &Document<'_>) -> Vec<Diagnostic> {
        let mut findings = Findings {
            rule: self,
            found: Vec::new(),
        };
        (self.check)(plan, document, &mut findings);
        findings.found
    }
}
