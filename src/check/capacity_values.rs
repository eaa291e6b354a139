//! What workloads ask of the labels that tell Spot nodes from others, where no node has the value that they name.

use crate::diagnostic::Pointer;
use crate::kubernetes::{Operator, PREFERRED, REQUIRED, Requirement};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm, pod_spec_pointer};
use crate::model::spot_terms;
use crate::plan::Plan;
use crate::providers::{CapacityLabel, Meaning};
use crate::source::Span;

/// A condition on such a label, none of whose values nodes have.
pub(super) struct Odd<'a> {
    pub(super) label: &'static CapacityLabel,
    pub(super) values: Vec<(&'a str, Meaning)>,
    /// Whether it keeps the pods off nodes with these values.
    pub(super) excludes: bool,
    pub(super) strength: Strength,
    pub(super) place: OddPlace,
    pub(super) location: Span,
}

/// What follows for the pods if no node meets the condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// They stay Pending.
    Required,
    /// Another term is left.
    OneOfSeveral,
    Preferred,
}

/// Where a condition is in the pod spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OddPlace {
    NodeSelector,
    /// An item of `matchExpressions`.
    Expression(Pointer),
}

impl Odd<'_> {
    /// The value that is meant, where all of them mean one that nodes have.
    pub(super) fn meant(&self) -> Option<Vec<&'static str>> {
        let meant = self.values.iter().map(|(_, meaning)| match meaning {
            Meaning::Misspelled(value) => Some(*value),
            Meaning::Written | Meaning::Absent | Meaning::Unknown => None,
        });
        meant.collect()
    }

    /// Whether it is about nodes that are not Spot, and that do not have the label at all.
    pub(super) fn means_absent(&self) -> bool {
        let is_absent = |meaning: Meaning| match meaning {
            Meaning::Absent => true,
            Meaning::Unknown => self.label.on_demand.is_none(),
            Meaning::Written | Meaning::Misspelled(_) => false,
        };
        self.values.iter().all(|(_, meaning)| is_absent(*meaning))
    }

    pub(super) fn first(&self) -> &str {
        self.values.first().map_or("", |(value, _)| value)
    }
}

/// All conditions of a workload that name only values that no node has.
pub(super) fn odd<'a>(plan: &Plan, found: &'a ManifestWorkload) -> Vec<Odd<'a>> {
    let mut all = Vec::new();
    let existing = &found.existing;
    if found.node_selector.is_empty()
        && existing.required_nodes.is_empty()
        && existing.preferred_nodes.is_empty()
    {
        return all;
    }
    let pod = pod_spec_pointer(found.kind);
    for (key, value) in found.node_selector.iter() {
        let values = [value.as_str()];
        if let Some((label, values)) = judge(plan, key, &values, false) {
            all.push(Odd {
                label,
                values,
                excludes: false,
                strength: Strength::Required,
                place: OddPlace::NodeSelector,
                location: found.locations.nodes,
            });
        }
    }
    let affinity = pod.child("affinity").child("nodeAffinity");
    let terms = affinity.child(REQUIRED).child("nodeSelectorTerms");
    let required = &found.existing.required_nodes;
    let by_term: Vec<Vec<Odd<'_>>> = required
        .iter()
        .enumerate()
        .map(|(at, term)| in_term(plan, term, &terms.child(at), Strength::Required))
        .collect();
    // Terms are alternatives: one that a node can meet is enough.
    let is_stuck = by_term
        .iter()
        .all(|odd| odd.iter().any(|odd| !odd.excludes));
    let strength = |excludes: bool| {
        if is_stuck || excludes && required.len() == 1 {
            Strength::Required
        } else {
            Strength::OneOfSeveral
        }
    };
    all.extend(by_term.into_iter().flatten().map(|odd| Odd {
        strength: strength(odd.excludes),
        ..odd
    }));
    for (at, preferred) in found.existing.preferred_nodes.iter().enumerate() {
        if let Some(term) = &preferred.preference {
            let pointer = affinity.child(PREFERRED).child(at).child("preference");
            all.extend(in_term(plan, term, &pointer, Strength::Preferred));
        }
    }
    all
}

/// Whether a workload has such a condition: until it is mended, nobody knows which nodes its pods are meant for.
pub(super) fn has_odd(plan: &Plan, found: Option<&ManifestWorkload>) -> bool {
    found.is_some_and(|found| !odd(plan, found).is_empty())
}

/// Whether a condition names only values that no node has.
pub(super) fn is_odd(plan: &Plan, requirement: &Requirement) -> bool {
    let (values, excludes) = match &requirement.operator {
        Operator::In(values) => (values, false),
        Operator::NotIn(values) => (values, true),
        _ => return false,
    };
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    judge(plan, &requirement.key, &values, excludes).is_some()
}

fn in_term<'a>(
    plan: &Plan,
    term: &'a NodeSelectorTerm,
    pointer: &Pointer,
    strength: Strength,
) -> Vec<Odd<'a>> {
    let mut all = Vec::new();
    for (at, expression) in term.expressions.iter().enumerate() {
        let Some(Requirement { key, operator }) = &expression.requirement else {
            continue;
        };
        let (values, excludes) = match operator {
            Operator::In(values) => (values, false),
            Operator::NotIn(values) => (values, true),
            _ => continue,
        };
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        if let Some((label, values)) = judge(plan, key, &values, excludes) {
            let place = pointer.child("matchExpressions").child(at);
            all.push(Odd {
                label,
                values,
                excludes,
                strength,
                place: OddPlace::Expression(place),
                location: expression.location,
            });
        }
    }
    all
}

/// The values with what each means, if nodes have none of them and that is a mistake.
fn judge<'a>(
    plan: &Plan,
    key: &str,
    values: &[&'a str],
    excludes: bool,
) -> Option<(&'static CapacityLabel, Vec<(&'a str, Meaning)>)> {
    let label = plan.provider.capacity_label(key)?;
    let is_of_pool = |value: &str| {
        let mut pools = plan.node_pools.iter();
        pools.any(|pool| pool.labels.get(key).is_some_and(|own| own == value))
            || spot_terms::is_spot_label(plan, key, value)
    };
    let meanings = values.iter().map(|value| {
        let meaning = label.meaning(value);
        let is_there = meaning == Meaning::Written || is_of_pool(value);
        (!is_there).then_some((*value, meaning))
    });
    let odd: Vec<_> = meanings.collect::<Option<_>>()?;
    // A value that nobody has may be one that is not known yet, and to exclude it does no harm.
    let is_told = |meaning: Meaning| match meaning {
        Meaning::Unknown => label.is_complete && !excludes,
        Meaning::Written | Meaning::Misspelled(_) | Meaning::Absent => true,
    };
    let is_mistake = odd.iter().any(|(_, meaning)| is_told(*meaning));
    is_mistake.then_some((label, odd))
}
