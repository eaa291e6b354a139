//! The budgets that the workloads bring along.

use std::collections::HashMap;

use crate::kubernetes::Labels;
use crate::source::Span;
use crate::values::IntOrPercent;

use super::objects::{Header, Object};
use super::selector::LabelSelector;
use super::shape::{self, Reader};

/// Whose budgets a controller of AKS makes and minds: the annotation `ownedBy` says so, or one of its own keys.
/// Source: Azure/eviction-autoscaler, `PDBOwnedByAnnotationKey` and `ControllerName`.
fn is_automatic(annotations: &Labels) -> bool {
    annotations.get("ownedBy").map(String::as_str) == Some("EvictionAutoScaler")
        || annotations
            .keys()
            .any(|key| key.starts_with("eviction-autoscaler.azure.com/"))
}

/// A `PodDisruptionBudget`, as its manifest has it.
#[derive(Debug)]
pub struct ManifestBudget {
    pub name: String,
    /// None where the manifest leaves it to whoever applies it.
    pub namespace: Option<String>,
    /// Which pods it covers; none covers none.
    pub selector: Option<LabelSelector>,
    pub min_available: Option<IntOrPercent>,
    pub max_unavailable: Option<IntOrPercent>,
    /// Whether it says what becomes of pods that are not ready.
    pub has_unhealthy_policy: bool,
    /// Whether it is of `policy/v1beta1`.
    pub is_beta: bool,
    /// Whether a controller of AKS makes it, and lets evictions through by adding replicas.
    pub is_automatic: bool,
    /// Its name.
    pub location: Span,
}

/// What covers pods: a budget of the manifests, or one that is made.
pub trait Covers {
    /// The labels that it wants by name.
    fn labels(&self) -> impl Iterator<Item = (&str, &str)>;

    /// Whether a pod with these labels falls under it. What names no namespace, be it the budget or the pod, may be
    /// applied to any, and so counts in all: two budgets for one pod keep it from ever being evicted, none too many does
    /// no harm.
    fn covers(&self, namespace: Option<&str>, pod_labels: &Labels) -> bool;
}

impl Covers for ManifestBudget {
    fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self
            .selector
            .iter()
            .flat_map(|selector| selector.match_labels.iter());
        labels.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn covers(&self, namespace: Option<&str>, pod_labels: &Labels) -> bool {
        may_be_one(self.namespace.as_deref(), namespace)
            && self
                .selector
                .as_ref()
                .is_some_and(|selector| selector.matches(pod_labels))
    }
}

/// Whether two namespaces may be the same, where it can be left open which one is meant.
pub fn may_be_one(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

/// Budgets by what they select, for there can be as many as there are workloads.
#[derive(Debug)]
pub struct BudgetIndex<'a, B = ManifestBudget> {
    /// Each under the rarest of the labels that it wants.
    by_label: HashMap<(&'a str, &'a str), Vec<&'a B>>,
    /// Those that want no label by name.
    others: Vec<&'a B>,
}

impl<'a, B: Covers> BudgetIndex<'a, B> {
    pub fn new(budgets: &'a [B]) -> Self {
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        for label in budgets.iter().flat_map(B::labels) {
            *counts.entry(label).or_default() += 1;
        }
        let mut index = Self {
            by_label: HashMap::with_capacity(budgets.len()),
            others: Vec::new(),
        };
        for budget in budgets {
            match budget.labels().min_by_key(|label| counts[label]) {
                Some(label) => index.by_label.entry(label).or_default().push(budget),
                None => index.others.push(budget),
            }
        }
        index
    }

    /// Whether a pod with these labels falls under one of them.
    pub fn cover<'p>(
        &'p self,
        namespace: impl Into<Option<&'p str>>,
        pod_labels: &'p Labels,
    ) -> bool {
        self.over(namespace, pod_labels).next().is_some()
    }

    /// All that a pod with these labels falls under.
    pub fn over<'p>(
        &'p self,
        namespace: impl Into<Option<&'p str>>,
        pod_labels: &'p Labels,
    ) -> impl Iterator<Item = &'a B> + 'p {
        let namespace = namespace.into();
        let wanted = pod_labels
            .iter()
            .filter_map(|(key, value)| self.by_label.get(&(key.as_str(), value.as_str())));
        wanted
            .flatten()
            .chain(&self.others)
            .copied()
            .filter(move |budget| budget.covers(namespace, pod_labels))
    }
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    object: &Object<'_, '_>,
    header: Header,
) -> ManifestBudget {
    let spec = reader.map(Some(object.node), "spec");
    let metadata = shape::present(Some(object.node), "metadata");
    // Source: kubernetes/api policy/v1/types.go: "In policy/v1, an empty selector will select all pods in the
    // namespace", and before it selected none.
    let is_beta = object.api_version.as_deref() == Some("policy/v1beta1");
    let selector = LabelSelector::read(reader, spec, "selector")
        .filter(|selector| !(is_beta && selector.is_empty()));
    ManifestBudget {
        selector,
        min_available: reader.int_or_percent(spec, "minAvailable"),
        max_unavailable: reader.int_or_percent(spec, "maxUnavailable"),
        has_unhealthy_policy: shape::present(spec, "unhealthyPodEvictionPolicy").is_some(),
        is_beta,
        is_automatic: is_automatic(&reader.labels(metadata, "annotations")),
        name: header.name,
        namespace: header.namespace,
        location: header.location,
    }
}
