//! The classes and the class rules of a draft as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::lines::{WIDTH, comment};
use crate::defaults::NAMESPACE;
use crate::init::draft::Draft;
use crate::init::reason::{Class, Reason};
use crate::init::rules::Rule;
use crate::init::words::{flow, list, map, plural};
use crate::init::workloads::{Scope, Workloads};
use crate::snapshot::Controller;
use crate::values::wrap::wrapped;

impl Draft {
    pub(super) fn write_workloads(&self, out: &mut String) {
        let Workloads {
            exceptions,
            namespaces,
            system,
            count,
            by_default,
            ..
        } = &self.workloads;
        if *count == 0 {
            comment(
                out,
                "  ",
                "No workload is known: this rule gives all that come the class `default`, which prefers Spot.",
            );
            out.push_str("  classRules:\n    - match: {kinds: [Deployment, StatefulSet]}\n      class: default\n");
            return;
        }
        let mut classes: Vec<Class> = exceptions
            .iter()
            .filter_map(|rule| Some(rule.reason?.class()))
            .collect();
        classes.sort();
        classes.dedup();
        if !classes.is_empty() || !system.is_empty() {
            out.push_str("  classes:\n");
        }
        for class in classes {
            let _ = writeln!(out, "    {}: {}", class.name(), class.settings());
        }
        if !system.is_empty() {
            out.push_str("    unchanged: {}\n");
        }
        comment(
            out,
            "  ",
            &format!(
                "{}, {by_default} in the class `default`, which prefers Spot. The first rule that matches decides.",
                counted(*count)
            ),
        );
        self.write_left_out(out);
        out.push_str("  classRules:\n");
        if !system.is_empty() {
            comment(
                out,
                "    ",
                "The cluster's own: spotgen adds nothing to them.",
            );
            write_rule(
                out,
                &[("namespaces", system.iter().cloned().collect())],
                "unchanged",
            );
        }
        for (number, rule) in exceptions.iter().enumerate() {
            if let Some(reason) = rule.reason {
                // Several rules of one reason follow each other, and it is said once.
                let is_first = number == 0 || exceptions[number - 1].reason != rule.reason;
                if is_first {
                    let Workloads { grace, asked, .. } = self.workloads;
                    let same = exceptions
                        .iter()
                        .filter(|other| other.reason == rule.reason);
                    let count = same.map(|rule| rule.count).sum();
                    comment(out, "    ", &reason.words(count, grace, asked));
                }
                let conditions = conditions(rule, reason, self.workloads.scope);
                write_rule(out, &conditions, reason.class().name());
            }
        }
        if !namespaces.is_empty() {
            self.write_default(out, *by_default);
        }
    }

    fn write_default(&self, out: &mut String, count: usize) {
        let Workloads {
            namespaces,
            kinds,
            scope,
            untolerating,
            ..
        } = &self.workloads;
        let tolerating = match untolerating {
            0 => String::new(),
            number => format!(
                " {number} of them for Spot without a toleration of its taint, which the class adds."
            ),
        };
        comment(
            out,
            "    ",
            &format!(
                "{}: nothing is known that speaks against Spot.{tolerating}",
                counted(count)
            ),
        );
        let condition = if *scope == Scope::Unknown {
            (
                "kinds",
                kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            )
        } else {
            ("namespaces", namespaces.iter().cloned().collect())
        };
        write_rule(out, &[condition], "default");
    }

    /// What no rule is for, and what stands in the place of a namespace.
    fn write_left_out(&self, out: &mut String) {
        let Workloads {
            of_operators,
            unasked,
            scope,
            ..
        } = &self.workloads;
        let mut told = Vec::new();
        if !of_operators.is_empty() {
            told.push(format!(
                "{} of operators left out ({}): change them in the operators' own objects.",
                counted(of_operators.len()),
                named(of_operators)
            ));
        }
        if !unasked.is_empty() {
            let kinds = unasked.iter().map(|own| own.kind.as_str());
            let kinds: BTreeSet<&str> = kinds.collect();
            let kinds: Vec<&str> = kinds.into_iter().collect();
            told.push(format!(
                "{} left out, of which the snapshot has only pods ({}): add {} to its `kubectl get`.",
                counted(unasked.len()),
                named(unasked),
                kinds.join(", ").to_lowercase()
            ));
        }
        match scope {
            Scope::Known => {}
            Scope::Unknown => told.push(
                "The manifests have no namespaces, so that no rule names one: add `namespaces` if others have the same names."
                    .to_owned(),
            ),
            Scope::Partly(count) => told.push(format!(
                "The manifests of {} have no namespace: `{NAMESPACE}` stands for the one that they are installed in.",
                counted(*count)
            )),
        }
        for line in told {
            comment(out, "  ", &line);
        }
    }
}

/// The first of these, and how many more there are.
fn named(controllers: &[Controller]) -> String {
    const NAMED: usize = 3;
    let first = controllers.iter().take(NAMED).map(|own| {
        let Controller {
            namespace,
            kind,
            name,
        } = own;
        format!("{kind} `{namespace}/{name}`")
    });
    let first = first.collect::<Vec<_>>().join(", ");
    match controllers.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn counted(count: usize) -> String {
    plural(count, "workload")
}

/// Its conditions, by key. Jobs come and go, so both of their kinds are named.
fn conditions(rule: &Rule, reason: Reason, scope: Scope) -> Vec<(&'static str, Vec<String>)> {
    let mut kinds: Vec<String> = rule.kinds.iter().map(|kind| (*kind).to_owned()).collect();
    if reason == Reason::Job && !kinds.is_empty() && rule.names.is_empty() {
        kinds = vec!["Job".to_owned(), "CronJob".to_owned()];
    }
    let lists = [
        ("kinds", kinds),
        ("namespaces", rule.namespaces.iter().cloned().collect()),
        ("names", rule.names.iter().cloned().collect()),
    ];
    lists
        .into_iter()
        .filter(|(key, items)| {
            let is_unknown = *key == "namespaces" && scope == Scope::Unknown;
            !(items.is_empty() || is_unknown)
        })
        .collect()
}

/// A rule in as few lines as its lists need.
fn write_rule(out: &mut String, conditions: &[(&'static str, Vec<String>)], class: &str) {
    let lists = conditions
        .iter()
        .map(|(key, items)| (*key, list(items.iter().map(|item| flow(item)))));
    let line = format!("    - match: {}", map(lists));
    if line.len() <= WIDTH {
        let _ = writeln!(out, "{line}\n      class: {class}");
        return;
    }
    out.push_str("    - match:\n");
    for (key, items) in conditions {
        let items = list(items.iter().map(|item| flow(item)));
        let line = format!("        {key}: {items}");
        let indent = " ".repeat(10);
        if line.len() <= WIDTH {
            let _ = writeln!(out, "{line}");
        } else {
            let _ = writeln!(
                out,
                "        {key}:\n{indent}{}",
                wrapped(&items, WIDTH, indent.len(), indent.len() + 1)
            );
        }
    }
    let _ = writeln!(out, "      class: {class}");
}
