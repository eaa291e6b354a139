use super::{Check, Findings, Rule};
use crate::diagnostic::Severity;
use crate::manifests::Manifests;
use crate::plan::Plan;
use crate::source::SourceId;
use crate::values::pattern;
use crate::yaml::{self, Dialect, Node, Value};

pub(super) const RULE: Rule = Rule {
    id: "broken-expander-config",
    level: Severity::Error,
    summary: "the autoscaler drops the priorities of a ConfigMap",
    harm: "One mistake voids the whole of it: a key that is no whole number, a value that is no list, a pattern \
           that does not compile. The autoscaler then prefers nothing and takes any pool, at random. Of two tiers of \
           one number the last one counts, and a tier below -1 never wins.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event `PriorityConfigMapInvalid`.",
    remedy: "Write numbers with lists of regular expressions, or let spotgen make the ConfigMap: of \
             `spec.autoscaler.priorities` it accepts only what the autoscaler will.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `parsePrioritiesYAMLString` and \
         `BestOptions`",
        "kubernetes/autoscaler#8321: a name in place of a list",
    ],
    check: Check::Manifests(check),
};

fn check(_: &Plan, manifests: &Manifests, findings: &mut Findings<'_>) {
    for expander in &manifests.expanders {
        let Some(text) = &expander.priorities else {
            continue;
        };
        for (level, fault) in faults(text) {
            let message = match level {
                Severity::Error => {
                    format!("the autoscaler drops these priorities and takes any pool: {fault}")
                }
                _ => fault,
            };
            findings.in_manifest(expander.priorities_place, message, |diagnostic| {
                diagnostic.level(level).help("write a list of patterns under each number: `20: [\"^aks-spot1-[0-9]+-vmss$\"]`")
            });
        }
    }
}

/// What the autoscaler has against the text: with an error it drops all of it.
fn faults(text: &str) -> Vec<(Severity, String)> {
    // Its places are within the text, and are not shown.
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let problems = parsed.problems.into_iter().map(|problem| {
        // A key that is written twice is all that YAML allows and we do not.
        let level = if problem.is_fatal {
            Severity::Error
        } else {
            Severity::Warning
        };
        (level, problem.message)
    });
    let mut faults: Vec<_> = problems.collect();
    match parsed.documents.first() {
        Some(root) if matches!(root.value, Value::Mapping(_)) => {
            for entry in root.entries() {
                faults.extend(tier(&entry.key, &entry.value));
            }
        }
        _ if faults.is_empty() => {
            let fault = "it is no map of numbers to lists".to_owned();
            faults.push((Severity::Error, fault));
        }
        _ => {}
    }
    faults
}

fn tier(key: &str, value: &Node<'_>) -> Vec<(Severity, String)> {
    let mut faults = Vec::new();
    match number(key) {
        None => faults.push((Severity::Error, format!("`{key}` is no whole number"))),
        Some(number) if number < -1 => {
            let fault = format!("the tier {number} never wins: priorities are positive");
            faults.push((Severity::Warning, fault));
        }
        Some(_) => {}
    }
    // Nothing at all is an empty list to it.
    let is_list = matches!(value.value, Value::Sequence(_) | Value::Null);
    let is_flat = |item: &Node<'_>| !matches!(item.value, Value::Sequence(_) | Value::Mapping(_));
    if !is_list || !value.items().iter().all(is_flat) {
        let fault = format!("what is under {key} is no list of patterns");
        faults.push((Severity::Error, fault));
    }
    let patterns = value.items().iter().filter_map(Node::as_str);
    for fault in patterns.filter_map(|text| pattern::check(text).err()) {
        faults.push((Severity::Error, fault));
    }
    faults
}

/// A key as the autoscaler's YAML reader takes it: `20`, `0x14`, `1_000`.
fn number(key: &str) -> Option<i64> {
    let digits = key.replace('_', "");
    match digits.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}
