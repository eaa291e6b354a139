//! The budgets in the manifests.

use foldhash::{HashMap, HashMapExt as _};
use smol_str::SmolStr;

use super::objects::{Header, Object};
use super::shape::{self, Reader};
use super::unsupported_values::{self, BUDGET, UnsupportedValue};
use crate::kubernetes::LabelSelector;
use crate::kubernetes::{GENERATOR, Labels, MANAGED_BY_LABEL, NAME_LABEL};
use crate::source::Span;
use crate::values::IntOrPercent;

/// Whether a controller of AKS manages the budget, as told by the annotation `ownedBy` or by one of its own keys.
/// Source: Azure/eviction-autoscaler, `PDBOwnedByAnnotationKey` and `ControllerName`.
fn is_automatic(annotations: &Labels) -> bool {
    annotations.get("ownedBy").map(SmolStr::as_str) == Some("EvictionAutoScaler")
        || annotations
            .keys()
            .any(|key| key.starts_with("eviction-autoscaler.azure.com/"))
}

/// Whether spotgen made an object that belongs to no program: Helm, which installs its chart, says that it manages it.
fn is_ours(labels: &Labels) -> bool {
    let mut keys = [MANAGED_BY_LABEL, NAME_LABEL].into_iter();
    keys.any(|key| labels.get(key).is_some_and(|own| own == GENERATOR))
}

/// A `PodDisruptionBudget` in the manifests.
#[derive(Debug)]
pub struct ManifestBudget {
    pub name: String,
    /// `None` if whoever applies the manifest decides.
    pub namespace: Option<String>,
    /// The pods that it covers. `None` covers no pods.
    pub selector: Option<LabelSelector>,
    pub min_available: Option<IntOrPercent>,
    pub max_unavailable: Option<IntOrPercent>,
    /// Whether it sets a policy for pods that are not ready.
    pub has_unhealthy_policy: bool,
    /// What it means in `policy/v1beta1`, if that is its API version.
    pub beta: Option<Beta>,
    /// Whether a controller of AKS manages it, which allows evictions by adding replicas.
    pub is_automatic: bool,
    /// Whether spotgen made it: the plan makes it again, and takes nothing over from it.
    pub is_ours: bool,
    pub unsupported_values: Vec<UnsupportedValue>,
    /// The location of its name.
    pub location: Span,
}

impl ManifestBudget {
    /// Whether the API server refuses it: it takes one bound, not two.
    ///
    /// Source: kubernetes/kubernetes pkg/apis/policy/validation/validation.go, `ValidatePodDisruptionBudgetSpec`.
    pub fn has_two_bounds(&self) -> bool {
        self.min_available.is_some() && self.max_unavailable.is_some()
    }
}

/// A budget that covers pods: in the manifests, or generated.
pub trait Covers {
    /// The labels that it requires by name.
    fn labels(&self) -> impl Iterator<Item = (&str, &str)>;

    /// Whether it covers a pod with these labels. A budget or pod without a namespace can be applied to any namespace,
    /// so it counts in all of them: two budgets for one pod block its eviction indefinitely, and a budget too few does
    /// no such harm.
    fn covers(&self, namespace: Option<&str>, pod_labels: &Labels) -> bool;
}

/// A budget of version `policy/v1beta1`.
#[derive(Clone, Copy, Debug)]
pub struct Beta {
    /// Whether its empty selector selects no pods. In `v1`, it would select all of the namespace.
    pub selects_none: bool,
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

/// Whether two namespaces may be the same, if one of them can be unknown.
pub fn may_be_one(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

/// Budgets indexed by the labels that they select, since there can be as many budgets as workloads.
#[derive(Debug)]
pub struct BudgetIndex<'a, B = ManifestBudget> {
    /// Each with the next one under the same label.
    budgets: Vec<(&'a B, Option<usize>)>,
    /// The first and the last under each label: a budget is under the rarest of those that it requires.
    by_label: HashMap<(&'a str, &'a str), (usize, usize)>,
    /// Those that require no label by name.
    others: Vec<&'a B>,
}

impl<'a> BudgetIndex<'a> {
    /// Those that somebody else made: what the plan decides about.
    pub fn of_others(budgets: &'a [ManifestBudget]) -> Self {
        Self::new(budgets.iter().filter(|budget| !budget.is_ours))
    }
}

impl<'a, B: Covers> BudgetIndex<'a, B> {
    pub fn new(budgets: impl IntoIterator<Item = &'a B, IntoIter: Clone>) -> Self {
        let budgets = budgets.into_iter();
        // Of a single label none is rarer.
        let has_choice = |budget: &B| budget.labels().nth(1).is_some();
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        if budgets.clone().any(has_choice) {
            for label in budgets.clone().flat_map(B::labels) {
                *counts.entry(label).or_default() += 1;
            }
        }
        let room = budgets.size_hint().0;
        let mut index = Self {
            budgets: Vec::with_capacity(room),
            by_label: HashMap::with_capacity(room),
            others: Vec::new(),
        };
        for budget in budgets {
            let count = |label: &(&str, &str)| counts.get(label).copied();
            match budget.labels().min_by_key(count) {
                Some(label) => index.add(label, budget),
                None => index.others.push(budget),
            }
        }
        index
    }

    fn add(&mut self, label: (&'a str, &'a str), budget: &'a B) {
        let at = self.budgets.len();
        self.budgets.push((budget, None));
        let (_, last) = self.by_label.entry(label).or_insert((at, at));
        if *last != at {
            self.budgets[*last].1 = Some(at);
            *last = at;
        }
    }

    /// Those under a label, in their order.
    fn under(&self, label: (&str, &str)) -> impl Iterator<Item = &'a B> {
        let first = self.by_label.get(&label).map(|(first, _)| *first);
        let numbers = std::iter::successors(first, |at| self.budgets[*at].1);
        numbers.map(|at| self.budgets[at].0)
    }

    /// Whether one of them covers a pod with these labels.
    pub fn cover<'p>(
        &'p self,
        namespace: impl Into<Option<&'p str>>,
        pod_labels: &'p Labels,
    ) -> bool {
        self.over(namespace, pod_labels).next().is_some()
    }

    /// All that cover a pod with these labels.
    pub fn over<'p>(
        &'p self,
        namespace: impl Into<Option<&'p str>>,
        pod_labels: &'p Labels,
    ) -> impl Iterator<Item = &'a B> + 'p {
        let namespace = namespace.into();
        let labels = pod_labels.iter();
        labels
            .flat_map(|(key, value)| self.under((key, value)))
            .chain(self.others.iter().copied())
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
    let selector = LabelSelector::read(reader, spec, "selector");
    let selects_none = is_beta && selector.as_ref().is_some_and(LabelSelector::is_empty);
    let selector = selector.filter(|_| !selects_none);
    ManifestBudget {
        selector,
        min_available: reader.int_or_percent(spec, "minAvailable"),
        max_unavailable: reader.int_or_percent(spec, "maxUnavailable"),
        has_unhealthy_policy: shape::present(spec, "unhealthyPodEvictionPolicy").is_some(),
        beta: is_beta.then_some(Beta { selects_none }),
        is_automatic: is_automatic(&reader.labels(metadata, "annotations")),
        is_ours: is_ours(&reader.labels(metadata, "labels")),
        unsupported_values: unsupported_values::within(object.node, &[], BUDGET, reader.later),
        name: header.name,
        namespace: header.namespace,
        location: header.location,
    }
}
