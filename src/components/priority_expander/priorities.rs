//! The priorities of the expander, read as the autoscaler reads them.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `parsePrioritiesYAMLString`:
//! sigs.k8s.io/yaml into `map[int][]string`, then Go's `regexp.Compile` of each.

use crate::diagnostic::Severity;
use crate::manifests::Problem;
use crate::source::SourceId;
use crate::values::pattern;
use crate::yaml::{self, Dialect, Node, Value};

/// Tiers with their patterns, and what the autoscaler has against the text: with an error it drops all of it.
pub(super) fn read(text: &str) -> (Vec<(i64, Vec<String>)>, Vec<Problem>) {
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
    let mut problems: Vec<Problem> = problems.collect();
    let mut tiers = Vec::new();
    match parsed.documents.first() {
        Some(root) if matches!(root.value, Value::Mapping(_)) => {
            for entry in root.entries() {
                tiers.extend(tier(&entry.key, &entry.value, &mut problems));
            }
        }
        _ if problems.is_empty() => {
            let problem =
                "the priorities are not a map from numbers to lists of patterns".to_owned();
            problems.push((Severity::Error, problem));
        }
        _ => {}
    }
    (tiers, problems)
}

fn tier(key: &str, value: &Node<'_>, problems: &mut Vec<Problem>) -> Option<(i64, Vec<String>)> {
    let number = number(key);
    match number {
        None => problems.push((Severity::Error, format!("`{key}` is not a whole number"))),
        Some(number) if number < -1 => {
            let problem =
                format!("tier {number} is never chosen, because priorities must be positive");
            problems.push((Severity::Warning, problem));
        }
        Some(_) => {}
    }
    // Nothing at all is an empty list to it.
    let is_list = matches!(value.value, Value::Sequence(_) | Value::Null);
    let is_flat = |item: &Node<'_>| !matches!(item.value, Value::Sequence(_) | Value::Mapping(_));
    if !is_list || !value.items().iter().all(is_flat) {
        let problem = format!("the value of {key} is not a list of patterns");
        problems.push((Severity::Error, problem));
    }
    let patterns = value.items().iter().filter_map(Node::as_str);
    for problem in patterns
        .clone()
        .filter_map(|text| pattern::check(text).err())
    {
        problems.push((Severity::Error, problem));
    }
    Some((number?, patterns.map(str::to_owned).collect()))
}

/// A key as the autoscaler's YAML reader takes it: `20`, `0x14`, `1_000`.
fn number(key: &str) -> Option<i64> {
    let digits = key.replace('_', "");
    match digits.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}
