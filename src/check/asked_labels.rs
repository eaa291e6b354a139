//! The labels of nodes that pods ask for.

use crate::kubernetes::{Operator, Requirement};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm};
use crate::source::Span;

/// The labels that nodes must have, and where the manifest says so.
pub(super) fn required(found: &ManifestWorkload) -> impl Iterator<Item = (&str, Span)> {
    let by_selector = found.node_selector.keys();
    let by_selector = by_selector.map(|key| (key.as_str(), found.locations.nodes));
    let terms = found.existing.required_nodes.iter();
    // Terms are alternatives: a label is required where all of them ask for it.
    let first = terms.clone().next();
    let keys = first.into_iter().flat_map(labels);
    let in_all = keys.filter(move |(own, _)| {
        let mut terms = terms.clone();
        terms.all(|term| {
            let mut others = labels(term);
            others.any(|(other, _)| other == *own)
        })
    });
    by_selector.chain(in_all)
}

/// The labels that nodes had better have.
pub(super) fn preferred(found: &ManifestWorkload) -> impl Iterator<Item = (&str, Span)> {
    let terms = found.existing.preferred_nodes.iter();
    let terms = terms.filter_map(|preferred| preferred.preference.as_ref());
    terms.flat_map(labels)
}

/// The labels that a node must have to match a term.
fn labels(term: &NodeSelectorTerm) -> impl Iterator<Item = (&str, Span)> {
    let expressions = term.expressions.iter();
    expressions.filter_map(|expression| {
        let requirement = expression.requirement.as_ref().filter(|own| has(own))?;
        Some((requirement.key.as_str(), expression.location))
    })
}

/// Whether a node without the label does not meet it.
fn has(requirement: &Requirement) -> bool {
    matches!(requirement.operator, Operator::In(_) | Operator::Exists)
}
