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
           that does not compile. The autoscaler then prefers nothing and takes any pool, at random. Two tiers \
           of one number are taken for one, and tiers below zero never win.",
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
        for fault in faults(text) {
            let message =
                format!("the autoscaler drops these priorities and takes any pool: {fault}");
            findings.in_manifest(expander.priorities_place, message, |diagnostic| {
                diagnostic.help("write a list of patterns under each number: `20: [\"^aks-spot1-[0-9]+-vmss$\"]`")
            });
        }
    }
}

/// What the autoscaler has against the text.
fn faults(text: &str) -> Vec<String> {
    // Its places are within the text, and are not shown.
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let problems = parsed.problems.into_iter().map(|problem| problem.message);
    let mut faults: Vec<String> = problems.collect();
    match parsed.documents.first() {
        Some(root) if matches!(root.value, Value::Mapping(_)) => {
            for entry in root.entries() {
                faults.extend(tier(&entry.key, &entry.value));
            }
        }
        _ if faults.is_empty() => faults.push("it is no map of numbers to lists".to_owned()),
        _ => {}
    }
    faults
}

fn tier(key: &str, value: &Node<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    match key.parse::<i64>() {
        Err(_) => faults.push(format!("`{key}` is no whole number")),
        Ok(number) if number < 1 => faults.push(format!("the priority {number} is not positive")),
        Ok(_) => {}
    }
    if !matches!(value.value, Value::Sequence(_)) {
        faults.push(format!("what is under {key} is no list"));
    }
    let patterns = value.items().iter().filter_map(Node::as_str);
    faults.extend(patterns.filter_map(|text| pattern::check(text).err()));
    faults
}
