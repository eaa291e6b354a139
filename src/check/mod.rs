//! System → Report: what can be said against a system that is valid.

mod allowances;
mod asked_labels;
mod capacity_values;
pub(crate) mod context;
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

pub(crate) use page::PAGE_WIDTH;
pub use page::{index, mistakes, mistakes_page};
pub use rules::WITHOUT_MANIFESTS;

use crate::components::{Installed, System, observe};
use crate::diagnostic::{Limit, Report, Severity};
use crate::load::Document;
use crate::manifests::Manifests;
use allowances::Allowances;
use context::RuleContext;
use figures::Figure;
use findings::Findings;
use rules::ALL;

/// How much is wanted of what the rules find.
#[derive(Clone, Copy, Debug)]
pub struct Detail {
    /// Findings of this level or worse.
    pub least: Severity,
    pub limit: Limit,
    /// A rule that says nothing of what is made.
    pub without: Option<&'static str>,
}

impl Detail {
    pub const ALL: Self = Self {
        least: Severity::Info,
        limit: Limit::NONE,
        without: None,
    };
}

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
    let mut context = RuleContext::new(system, document, installed, &observed);
    context.limit = detail.limit;
    let allowances = Allowances::new(system, allowed, installed.is_some(), detail.without);
    let mut report = Report::default();
    let rules = ALL.iter().filter(|rule| detail.without != Some(rule.id));
    for rule in rules {
        // What is accepted is looked for all the same: an allowance that nothing needs is a finding.
        context.least = if allowances.accepts(rule.id) {
            Severity::Info
        } else {
            detail.least
        };
        if rule.level() >= context.least {
            rule.find(&context, &mut report);
        }
    }
    let mut unused = Report::default();
    let rule = &rules::unused_allowance::RULE;
    allowances.find_unused(
        &report,
        &mut Findings::new((rule.id, rule.levels), &context, &mut unused),
    );
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
