//! Budgets and the pods that they cover, whoever makes them.

use foldhash::{HashMap, HashMapExt as _};

use super::WorkloadView;
use crate::diagnostic::Pointer;
use crate::kubernetes::budget;
use crate::load::Document;
use crate::manifests::ManifestBudget;
use crate::values::IntOrPercent;

/// A budget: one that is made, or one of the manifests.
pub(crate) struct Covered<'a> {
    pub(crate) name: &'a str,
    pub(crate) min_available: Option<IntOrPercent>,
    pub(crate) max_unavailable: Option<IntOrPercent>,
    pub(crate) pods: Pods<'a>,
    pub(crate) found: Option<&'a ManifestBudget>,
}

/// The workloads of a budget. Nearly all budgets have one.
pub(crate) struct Pods<'a> {
    pub(crate) first: WorkloadView<'a>,
    others: Vec<WorkloadView<'a>>,
}

impl<'a> Pods<'a> {
    fn new(first: WorkloadView<'a>) -> Self {
        Self {
            first,
            others: Vec::new(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &WorkloadView<'a>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The workload of a budget that has only one.
    pub(crate) fn only(&self) -> Option<WorkloadView<'a>> {
        self.others.is_empty().then_some(self.first)
    }
}

/// Every budget that covers a workload. Of a workload with two, the first of its manifests counts. One that the API server
/// refuses is left out: nothing follows from its bounds.
pub(crate) fn covered<'a>(all: &[WorkloadView<'a>]) -> Vec<Covered<'a>> {
    let mut budgets: Vec<Covered<'a>> = Vec::with_capacity(all.len());
    let mut known: HashMap<*const ManifestBudget, usize> = HashMap::new();
    let mut made_for: HashMap<(&str, &str), usize> = HashMap::new();
    let are_shared = all.iter().any(|pods| pods.shares_budget_of().is_some());
    for &pods in all {
        if let Some(first) = pods.shares_budget_of() {
            if let Some(&at) = made_for.get(&first) {
                budgets[at].pods.others.push(pods);
            }
            continue;
        }
        if let Some(found) = pods.budget {
            if found.has_two_bounds() {
                continue;
            }
            let next = budgets.len();
            let at = *known.entry(std::ptr::from_ref(found)).or_insert(next);
            if at < next {
                budgets[at].pods.others.push(pods);
                continue;
            }
            budgets.push(Covered {
                name: &found.name,
                min_available: found.min_available,
                max_unavailable: found.max_unavailable,
                pods: Pods::new(pods),
                found: Some(found),
            });
        } else if let Some(made) = pods
            .planned
            .and_then(|workload| workload.disruption_budget.as_ref())
        {
            if let Some(workload) = pods.planned.filter(|_| are_shared) {
                made_for.insert((&workload.namespace, &workload.name), budgets.len());
            }
            budgets.push(Covered {
                name: &made.name,
                min_available: made.min_available,
                max_unavailable: made.max_unavailable,
                pods: Pods::new(pods),
                found: None,
            });
        }
    }
    budgets
}

impl Covered<'_> {
    /// The fewest pods that it can cover.
    pub(crate) fn least(&self) -> Option<i64> {
        self.pods.iter().map(|pods| pods.least()).sum()
    }

    /// The most pods that it can cover.
    pub(crate) fn most(&self) -> Option<i64> {
        self.pods.iter().map(|pods| pods.most()).sum()
    }

    /// How many of so many pods may be evicted at once.
    pub(crate) fn allowed(&self, replicas: i64) -> i64 {
        budget::allowed(self.min_available, self.max_unavailable, replicas)
    }

    /// Whether Kubernetes can count its pods.
    pub(crate) fn is_countable(&self) -> bool {
        let is_number = matches!(self.min_available, Some(IntOrPercent::Int(_)));
        is_number || self.pods.iter().all(|pods| pods.kind().is_counted())
    }

    /// What it says: `minAvailable: 2`.
    pub(crate) fn bound(&self) -> String {
        match (self.min_available, self.max_unavailable) {
            (Some(least), _) => format!("`minAvailable: {least}`"),
            (None, Some(most)) => format!("`maxUnavailable: {most}`"),
            (None, None) => "no bound".to_owned(),
        }
    }

    /// Its workloads, by name.
    pub(crate) fn names(&self) -> String {
        let names: Vec<String> = self
            .pods
            .iter()
            .map(|pods| format!("`{}`", pods.name()))
            .collect();
        names.join(", ")
    }

    /// Where the configuration has it; nowhere for one of the manifests, and for one by default.
    pub(crate) fn setting(&self, document: &Document<'_>) -> Option<Pointer> {
        if self.found.is_some() {
            return None;
        }
        self.pods.first.setting(document, &["disruptionBudget"])
    }
}
