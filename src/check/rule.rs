//! What a rule is: what it says of itself, and what it looks at.

use super::context::RuleContext;
use super::findings::{Findings, Known};
use crate::components::{Installed, System};
use crate::diagnostic::{Report, Severity};
use crate::model::WorkloadView;

/// A known way of breaking a set-up, and everything that there is to say about it.
#[derive(Debug)]
pub struct Rule {
    /// Names the fault, so that "allow ID" reads right. It never changes.
    pub id: &'static str,
    /// How bad its findings are; single ones may be milder.
    pub level: Severity,
    /// One line: what is wrong.
    pub summary: &'static str,
    /// What goes wrong in production. What is worth a heading of its own comes behind the first paragraph.
    pub harm: &'static str,
    /// How to see it in a cluster.
    pub detection: &'static str,
    /// How to get out of it.
    pub remedy: &'static str,
    /// Where it is known from: repository and path, or a page of documentation.
    pub sources: &'static [&'static str],
    pub(super) check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub(super) enum Check {
    /// The whole system.
    System(fn(&System, &mut Findings<'_>)),
    /// Each workload, whether it is planned, found in manifests, or both.
    Workload(fn(&System, WorkloadView<'_>, &mut Findings<'_>)),
    /// All workloads at once.
    Workloads(fn(&System, &[WorkloadView<'_>], &mut Findings<'_>)),
    /// The given manifests, and what they hold of the system as others have made it.
    Installed(fn(&System, &Installed<'_>, &mut Findings<'_>)),
    /// Nothing: it is about what the other rules find, and `allowances` judges it.
    Findings,
}

impl Rule {
    /// Whether it needs the workloads' manifests to find everything that it can.
    pub fn needs_manifests(&self) -> bool {
        !matches!(self.check, Check::System(_) | Check::Findings)
    }

    /// Adds what the rule finds.
    pub(super) fn find(&self, context: &RuleContext<'_>, report: &mut Report) {
        self.find_unless(Known::default(), context, report);
    }

    fn find_unless(&self, known: Known, context: &RuleContext<'_>, report: &mut Report) {
        let mut findings = Findings::new((self.id, self.level), context, report).unless(known);
        match self.check {
            Check::System(check) => check(context.system, &mut findings),
            Check::Workload(check) => {
                for &workload in &context.workloads {
                    check(context.system, workload, &mut findings);
                }
            }
            Check::Workloads(check) => check(context.system, &context.workloads, &mut findings),
            Check::Installed(check) => {
                if let Some(installed) = context.installed {
                    check(context.system, installed, &mut findings);
                }
            }
            Check::Findings => {}
        }
    }

    /// Adds what the rule finds in another view of the system, and has not found in the first: what both say of
    /// a fact is reported once, where the configuration has it.
    pub(super) fn find_more(&self, context: &RuleContext<'_>, report: &mut Report) {
        // These look at the manifests as they are.
        if matches!(self.check, Check::Installed(_) | Check::Findings) {
            return;
        }
        let known = Known::of(self.id, report);
        self.find_unless(known, context, report);
    }
}
