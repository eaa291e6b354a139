//! The parts of a workload that keeps a number of its pods on on-demand.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::kubernetes::{LabelSelector, Labels};

/// The label that tells the pods of the second workload from those of the first. Its value is [`BASE`] there, and anything
/// else, or nothing, here.
pub(crate) const PART_LABEL: &str = "spotgen.dev/part";
pub(crate) const BASE: &str = "base";

/// One of the two workloads that share the pod labels by which a `Service` finds them.
#[derive(Clone, Debug)]
pub enum Part {
    /// The one of the manifests: so many pods run on on-demand beside it.
    Others { base: i64, shares_budget: bool },
    /// The one on on-demand, which is made.
    Base(Box<Base>),
}

/// What a workload on on-demand is made of.
#[derive(Clone, Debug)]
pub struct Base {
    /// The name of the workload that it is a copy of.
    pub of: String,
    /// Whether the budget of that one is over both.
    pub shares_budget: bool,
    /// All of that one's manifest; none where it is not given.
    pub original: Option<Arc<Json>>,
}

/// The name of the second workload.
pub(crate) fn base_name(name: &str) -> String {
    format!("{name}-{BASE}")
}

/// Labels without the one that tells the parts apart.
pub(super) fn shared(labels: &Labels) -> Labels {
    let labels = labels.iter().filter(|(key, _)| *key != PART_LABEL);
    labels
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// The labels that the second workload has in place of these.
pub(crate) fn with_part(labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.insert(PART_LABEL.to_owned(), BASE.to_owned());
    labels
}

/// What the second workload asks for in place of a selector that takes pods with these labels: its own pods, where the
/// selector takes only those of the first. None where it can stay.
pub(crate) fn of_base(selector: &LabelSelector, pods: &Labels) -> Option<LabelSelector> {
    let base = with_part(pods);
    if !selector.matches(pods) || selector.matches(&base) {
        return None;
    }
    let mut own = selector.clone();
    let expressions = &mut own.match_expressions;
    expressions.retain(|requirement| requirement.key != PART_LABEL);
    own.match_labels = with_part(&own.match_labels);
    own.matches(&base).then_some(own)
}
