//! What a rule is: what it says of itself, and what it looks at.

use super::context::{RuleContext, Systems, Workloads};
use super::detail::Detail;
use super::findings::Findings;
use crate::components::descheduler::Descheduler;
use crate::components::overprovisioner::Placeholder;
use crate::components::termination_handler::TerminationHandler;
use crate::components::{Installed, System, priority_expander};
use crate::config::pointers;
use crate::diagnostic::{Report, Severity};
use crate::model::WorkloadView;
use crate::model::budgets::Covered;
use crate::plan::Plan;

/// A known way of breaking a set-up, and everything that there is to say about it.
#[derive(Debug)]
pub struct Rule {
    /// Names the fault, so that "allow ID" reads right. It never changes.
    pub id: &'static str,
    /// How bad its findings can be, the worst first. A finding has the first of them where its rule says nothing else.
    pub levels: &'static [Severity],
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

/// What a rule looks at. It is called for each of these that there is: what is planned, and what manifests hold where that
/// is something else.
#[derive(Debug)]
pub(super) enum Check {
    /// What all components share. It is the same whatever manifests hold of the system.
    Plan(fn(&Plan, &mut Findings<'_>)),
    /// The autoscaler's expander and settings.
    Autoscaler(fn(&Plan, &mut Findings<'_>)),
    /// The priorities, and the pools as they take them.
    Priorities(fn(&Plan, &mut Findings<'_>)),
    Descheduler(fn(&Plan, &Descheduler, &mut Findings<'_>)),
    TerminationHandler(fn(&Plan, &TerminationHandler, &mut Findings<'_>)),
    /// A placeholder by its number in a system.
    Placeholder(fn(&System, (usize, &Placeholder), &mut Findings<'_>)),
    /// Several components together.
    Systems(fn(Systems<'_>, &mut Findings<'_>)),
    /// Each workload, whether it is planned, found in manifests, or both.
    Workload(fn(&Plan, WorkloadView<'_>, &mut Findings<'_>)),
    /// The same without those of which nobody knows here where their pods may run.
    Placed(fn(&Plan, WorkloadView<'_>, &mut Findings<'_>)),
    /// All workloads at once.
    Workloads(fn(&Plan, &[WorkloadView<'_>], &mut Findings<'_>)),
    /// All budgets that cover a workload.
    Budgets(fn(&Plan, &[Covered<'_>], &mut Findings<'_>)),
    /// The same, of a rule that finds something of them only where it does of one of them alone.
    EachWorkload(fn(&Plan, &[WorkloadView<'_>], &mut Findings<'_>)),
    /// Components together with all workloads.
    SystemsWithWorkloads(fn(Systems<'_>, &[WorkloadView<'_>], &mut Findings<'_>)),
    /// The same, of a rule that finds something of them only where it does of one of them alone.
    SystemsWithEachWorkload(fn(Systems<'_>, &[WorkloadView<'_>], &mut Findings<'_>)),
    /// The given manifests, beside what is planned.
    Installed(fn(&System, &Installed<'_>, &mut Findings<'_>)),
    /// Nothing: it is about what the other rules find, and `allowances` judges it.
    Findings,
}

impl Rule {
    /// The level of its worst findings.
    pub fn level(&self) -> Severity {
        *self.levels.first().expect("every rule has a level")
    }

    /// Its levels in words: `error, warning`.
    pub fn spoken_levels(&self) -> String {
        let levels: Vec<&str> = self.levels.iter().map(|level| level.as_str()).collect();
        levels.join(", ")
    }

    /// Whether it needs the workloads' manifests to find everything that it can.
    pub fn needs_manifests(&self) -> bool {
        match self.check {
            Check::Plan(_)
            | Check::Autoscaler(_)
            | Check::Priorities(_)
            | Check::Descheduler(_)
            | Check::TerminationHandler(_)
            | Check::Placeholder(_)
            | Check::Systems(_)
            | Check::Findings => false,
            Check::Workload(_)
            | Check::Placed(_)
            | Check::Workloads(_)
            | Check::EachWorkload(_)
            | Check::Budgets(_)
            | Check::SystemsWithWorkloads(_)
            | Check::SystemsWithEachWorkload(_)
            | Check::Installed(_) => true,
        }
    }

    /// Whether it judges each workload, or each budget, by itself, and so finds nothing of those that are like others of
    /// which it finds nothing.
    fn judges_each(&self) -> bool {
        matches!(
            self.check,
            Check::Workload(_)
                | Check::Placed(_)
                | Check::Budgets(_)
                | Check::EachWorkload(_)
                | Check::SystemsWithEachWorkload(_)
        )
    }

    /// What the rule finds.
    pub(super) fn find(&self, context: &RuleContext<'_>, detail: Detail) -> Report {
        let find = |workloads| self.find_among(workloads, context, detail);
        let finds_nothing = |workloads| {
            let found = find(workloads);
            found.is_empty() && found.left_out().is_empty()
        };
        if let Some(distinct) = context.distinct().filter(|_| self.judges_each())
            && finds_nothing(distinct)
        {
            debug_assert!(
                finds_nothing(&context.workloads),
                "{} finds nothing of one workload, and something of another like it",
                self.id
            );
            return Report::default();
        }
        find(&context.workloads)
    }

    /// The same of these workloads.
    fn find_among(
        &self,
        workloads: &Workloads<'_>,
        context: &RuleContext<'_>,
        detail: Detail,
    ) -> Report {
        let mut report = Report::default();
        let findings = &mut Findings::new((self.id, self.levels), detail, context, &mut report);
        let systems = context.systems;
        let plan = &systems.in_effect().plan;
        match self.check {
            Check::Plan(check) => check(&systems.planned().plan, findings),
            Check::Autoscaler(check) => {
                for (version, plan) in systems.autoscalers() {
                    check(
                        plan,
                        findings.of_part(version, &pointers::spec("autoscaler")),
                    );
                }
            }
            Check::Priorities(check) => {
                for (version, plan) in systems.priorities() {
                    let part = pointers::spec("autoscaler/priorities");
                    let as_if = priority_expander::as_if_read(plan);
                    let findings = findings.of_part(version, &part);
                    findings.unread(plan.autoscaler.other_expander());
                    check(as_if.as_ref().unwrap_or(plan), findings);
                }
                findings.unread(None);
            }
            Check::Descheduler(check) => {
                for (version, part) in systems.distinct(|system| system.descheduler.as_ref()) {
                    let findings = findings.of_part(version, &pointers::spec("descheduler"));
                    check(plan, part, findings);
                }
            }
            Check::TerminationHandler(check) => {
                let handlers = systems.distinct(|system| system.termination_handler.as_ref());
                for (version, part) in handlers {
                    let pointer = pointers::spec("terminationHandler");
                    check(plan, part, findings.of_part(version, &pointer));
                }
            }
            Check::Placeholder(check) => {
                for (version, at, placeholder) in systems.placeholders() {
                    let system = systems.version(version);
                    let findings = findings.of_part(version, &pointers::placeholder(at));
                    check(system, (at, placeholder), findings);
                }
            }
            Check::Systems(check) => check(systems, findings),
            Check::Workload(check) => {
                for &workload in &workloads.all {
                    check(plan, workload, findings);
                }
            }
            Check::Placed(check) => {
                for &workload in workloads
                    .all
                    .iter()
                    .filter(|pods| pods.has_known_placement())
                {
                    check(plan, workload, findings);
                }
            }
            Check::Workloads(check) | Check::EachWorkload(check) => {
                check(plan, &workloads.all, findings);
            }
            Check::Budgets(check) => check(plan, workloads.budgets(), findings),
            Check::SystemsWithWorkloads(check) | Check::SystemsWithEachWorkload(check) => {
                check(systems, &workloads.all, findings);
            }
            Check::Installed(check) => {
                if let Some(installed) = systems.installed() {
                    check(systems.planned(), installed, findings);
                }
            }
            Check::Findings => {}
        }
        findings.finish();
        report
    }
}
