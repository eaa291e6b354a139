use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::diagnostic::Severity;
use crate::manifests::{NodeSelectorTerm, Operator};
use crate::model::WorkloadView;
use crate::providers::OtherValues;

pub(super) const RULE: Rule = Rule {
    id: "regular-label-selected",
    level: Severity::Error,
    summary: "a workload selects on-demand nodes by a label that they do not have",
    harm: "Regular nodes of AKS do not carry `kubernetes.azure.com/scalesetpriority` at all: only Spot nodes do, \
           with the value `spot`. A workload that requires any other value of it matches no node and stays Pending; a \
           preference for one has no effect.",
    detection: "The pods are Pending with `node(s) didn't match Pod's node affinity/selector`.",
    remedy: "Select on-demand by `NotIn [spot]`, or by a label of your own. A class with \
             `spot: Never` does it.",
    sources: &[
        "Azure/AKS#4761",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the label of Spot nodes",
    ],
    check: Check::Workload(check),
};

fn check(system: &System, workload: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    if plan.provider.labels.other_values != OtherValues::Never {
        return;
    }
    let (key, spot) = plan.spot_label();
    let Some(found) = workload.found else {
        return;
    };
    let by_selector = found.node_selector.get(key).filter(|value| *value != spot);
    // Terms are alternatives: one that can be met is enough.
    let terms = found.existing.required_nodes.iter();
    let terms: Vec<_> = terms.map(|term| unmatched(term, key, spot)).collect();
    let is_stuck = terms.iter().all(Option::is_some);
    let by_terms = terms.into_iter().flatten().next().filter(|_| is_stuck);
    let preferred = found.existing.preferred_nodes.iter();
    let mut preferences = preferred.filter_map(|preferred| preferred.preference.as_ref());
    let mut preferred = || preferences.find_map(|term| unmatched(term, key, spot));
    let (verb, value, end, level) = if let Some(value) = by_selector.cloned().or(by_terms) {
        ("wants", value, "", Severity::Error)
    } else if let Some(value) = preferred() {
        let end = ": the preference has no effect";
        ("prefers", value, end, Severity::Warning)
    } else {
        return;
    };
    let message = format!(
        "{} `{}` {verb} nodes with `{key}={value}`, and no node has that{end}",
        found.kind.as_str(),
        found.name
    );
    findings.in_manifest(found.place, message, |diagnostic| {
        diagnostic.level(level).help(format!(
            "regular nodes have no such label: select by `{key} NotIn [{spot}]`, or use a \
            class with `spot: Never`"
        ))
    });
}

/// What an expression wants that has no place for Spot's value.
fn unmatched(term: &NodeSelectorTerm, key: &str, spot: &str) -> Option<String> {
    let mut values = term.requirements().filter_map(|own| match &own.operator {
        Operator::In(values) if own.key == key => Some(values),
        _ => None,
    });
    let values = values.find(|values| values.iter().all(|value| value != spot))?;
    values.first().cloned()
}
