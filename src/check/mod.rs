//! System → Report: what can be said against a system that is valid.

mod allowances;
mod asked_labels;
mod capacity_values;
pub(crate) mod context;
mod detail;
mod draft;
pub mod figures;
mod findings;
mod fixes;
pub(crate) mod formats;
mod misspelled_tolerations;
mod page;
pub mod rule;
pub mod rules;
mod shared_causes;
mod subjects;
pub(crate) mod validate;

pub use detail::Detail;
pub(crate) use page::PAGE_WIDTH;
pub use page::{index, mistakes, mistakes_page};
pub use rules::WITHOUT_MANIFESTS;

use crate::components::{Installed, System, observe};
use crate::diagnostic::{Report, Severity};
use crate::load::Document;
use crate::manifests::Manifests;
use crate::parallel;
use allowances::Allowances;
use context::RuleContext;
use figures::Figure;
use findings::Findings;
use rule::Rule;
use rules::ALL;

/// From so many workloads on, rules take longer than threads take to start.
const WORKLOADS_FOR_THREADS: usize = 500;

/// What is wanted of everything that the rules find and that neither the configuration nor `allowed` (ids of rules)
/// accepts.
pub fn check(
    system: &System,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
    allowed: &[String],
    detail: Detail,
) -> Report {
    let installed = manifests.map(Installed::read);
    let installed = installed.as_ref();
    let observed = installed.map(|installed| observe::read(system, document, installed));
    let observed = observed.unwrap_or_default();
    let context = RuleContext::new(system, document, installed, &observed);
    let allowances = Allowances::new(system, allowed, installed.is_some(), detail.without);
    let find = |rule: &Rule| {
        // What is accepted is looked for all the same: an allowance that nothing needs is a finding.
        let least = if allowances.accepts(rule.id) {
            Severity::Info
        } else {
            detail.least
        };
        let is_wanted = rule.level() >= least && detail.without != Some(rule.id);
        is_wanted.then(|| rule.find(&context, Detail { least, ..detail }))
    };
    let judged = context.distinct().unwrap_or(&context.workloads);
    let is_much = judged.all.len() >= WORKLOADS_FOR_THREADS;
    let mut report = Report::default();
    for found in parallel::map(ALL, is_much, find).into_iter().flatten() {
        report.extend(found);
    }
    let mut unused = Report::default();
    let rule = &rules::unused_allowance::RULE;
    let findings = &mut Findings::new((rule.id, rule.levels), detail, &context, &mut unused);
    allowances.find_unused(&report, findings);
    report.extend(unused);
    report.retain(|diagnostic| diagnostic.severity >= detail.least);
    report.retain_rules(|rule| !allowances.accepts(rule));
    report
}

/// What follows from a system in figures, and for each workload that prefers Spot whether it comes back: by the descheduler
/// of the manifests, where they bring one.
pub fn figures(
    system: &System,
    document: &Document<'_>,
    manifests: Option<&Manifests>,
) -> Vec<Figure> {
    let installed = manifests.map(Installed::read);
    let installed = installed.as_ref();
    let observed = installed.map(|installed| observe::read(system, document, installed));
    let observed = observed.unwrap_or_default();
    let context = RuleContext::new(system, document, installed, &observed);
    figures::of(&context)
}
