//! Findings that are accepted, and acceptances that nothing needs.

use super::findings::Findings;
use super::rules::{self, unused_allowance};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::{Fix, Report};

/// What is accepted, and which rules could say whether there is anything to accept.
#[derive(Debug)]
pub(super) struct Allowances<'a> {
    /// Ids of rules, as the configuration lists them.
    in_config: Vec<&'a str>,
    /// Ids of rules, from the command line.
    in_arguments: &'a [String],
    has_manifests: bool,
}

impl<'a> Allowances<'a> {
    pub(super) fn new(system: &'a System, in_arguments: &'a [String], has_manifests: bool) -> Self {
        let in_config = system.allowed.iter().map(|(rule, _)| rule.as_str());
        Self {
            in_config: in_config.collect(),
            in_arguments,
            has_manifests,
        }
    }

    /// Whether findings of a rule are accepted.
    pub(super) fn accepts(&self, id: &str) -> bool {
        self.in_config.contains(&id) || self.in_arguments.iter().any(|own| own == id)
    }

    /// Whether a rule was able to find something.
    fn could_find(&self, id: &str) -> bool {
        self.has_manifests || rules::rule(id).is_none_or(|rule| !rule.needs_manifests())
    }

    /// Adds those for which the rules have found nothing.
    pub(super) fn find_unused(&self, found: &Report, findings: &mut Findings<'_>) {
        let is_unused = |id: &str| {
            id != unused_allowance::RULE.id
                && self.could_find(id)
                && !found.iter().any(|diagnostic| diagnostic.rule == id)
        };
        let message = |id: &str| format!("`{id}` is allowed, and there is nothing of it");
        for (at, id) in self.in_config.iter().enumerate() {
            if is_unused(id) {
                let entry = pointers::spec("check/allow").child(at);
                findings.at(&entry.child("rule"), message(id), |diagnostic| {
                    diagnostic
                        .help("take the entry out, or a new fault of this kind will go unseen")
                        .fix(Fix::remove(entry.clone()))
                });
            }
        }
        for id in self.in_arguments {
            if is_unused(id) {
                findings.nowhere(message(id), |diagnostic| {
                    diagnostic
                        .help(format!("leave `--allow {id}` out"))
                        .no_fix("it is an argument of the command and in no file")
                });
            }
        }
    }
}
