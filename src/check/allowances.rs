//! Accepted findings, and allowances that match no finding.

use super::findings::Findings;
use super::rules::{self, unused_allowance};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::{Fix, Report};

/// The allowed rules, and whether all rules were able to run.
#[derive(Debug)]
pub(super) struct Allowances<'a> {
    /// Ids of rules, from the configuration.
    in_config: Vec<&'a str>,
    /// Ids of rules, from the command line.
    in_arguments: &'a [String],
    has_manifests: bool,
    /// The rule that does not run.
    without: Option<&'static str>,
}

impl<'a> Allowances<'a> {
    pub(super) fn new(
        system: &'a System,
        in_arguments: &'a [String],
        has_manifests: bool,
        without: Option<&'static str>,
    ) -> Self {
        let in_config = system.allowed.iter().map(|(rule, _)| rule.as_str());
        Self {
            in_config: in_config.collect(),
            in_arguments,
            has_manifests,
            without,
        }
    }

    /// Whether findings of a rule are accepted.
    pub(super) fn accepts(&self, id: &str) -> bool {
        self.in_config.contains(&id) || self.in_arguments.iter().any(|own| own == id)
    }

    /// Whether a rule was able to run.
    fn could_find(&self, id: &str) -> bool {
        let can_run = self.without != Some(id);
        can_run
            && (self.has_manifests || rules::rule(id).is_none_or(|rule| !rule.needs_manifests()))
    }

    /// Reports allowances of rules that have no findings.
    pub(super) fn find_unused(&self, found: &Report, findings: &mut Findings<'_>) {
        let is_unused = |id: &str| {
            id != unused_allowance::RULE.id
                && self.could_find(id)
                && !found.iter().any(|diagnostic| diagnostic.rule == id)
        };
        let message = |id: &str| {
            format!(
                "findings of rule `{id}` are accepted, but there are none: the entry would only hide a future one"
            )
        };
        for (at, id) in self.in_config.iter().enumerate() {
            if is_unused(id) {
                let entry = pointers::spec("check/allow").child(at);
                findings.at(&entry.child("rule"), message(id), |diagnostic| {
                    diagnostic
                        .help("remove the entry")
                        .fix(Fix::remove(entry.clone()))
                });
            }
        }
        for id in self.in_arguments {
            if is_unused(id) {
                findings.nowhere(message(id), |diagnostic| {
                    diagnostic
                        .help(format!("remove `--allow {id}`"))
                        .no_fix("it is a command-line argument, not part of a file")
                });
            }
        }
    }
}
