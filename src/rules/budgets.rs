//! Budgets and the pods that they cover, whoever makes them.

use super::{Findings, Pods};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::manifests::FoundBudget;
use crate::numbers::budget;
use crate::values::IntOrPercent;

/// A budget: one that is made, or one of the manifests.
pub(super) struct Covered<'a> {
    pub(super) name: &'a str,
    pub(super) min_available: Option<IntOrPercent>,
    pub(super) max_unavailable: Option<IntOrPercent>,
    /// Its workloads; there is at least one.
    pub(super) pods: Vec<Pods<'a>>,
    pub(super) found: Option<&'a FoundBudget>,
}

/// Every budget that covers a workload. Of a workload with two, the first of its manifests counts.
pub(super) fn covered<'a>(all: &[Pods<'a>]) -> Vec<Covered<'a>> {
    let mut budgets: Vec<Covered<'a>> = Vec::new();
    let mut known: std::collections::HashMap<*const FoundBudget, usize> =
        std::collections::HashMap::new();
    for &pods in all {
        if let Some(found) = pods.budget {
            let next = budgets.len();
            let at = *known.entry(std::ptr::from_ref(found)).or_insert(next);
            if at < next {
                budgets[at].pods.push(pods);
                continue;
            }
            budgets.push(Covered {
                name: &found.name,
                min_available: found.min_available,
                max_unavailable: found.max_unavailable,
                pods: vec![pods],
                found: Some(found),
            });
        } else if let Some(made) = pods
            .planned
            .and_then(|workload| workload.disruption_budget.as_ref())
        {
            budgets.push(Covered {
                name: &made.name,
                min_available: made.min_available,
                max_unavailable: made.max_unavailable,
                pods: vec![pods],
                found: None,
            });
        }
    }
    budgets
}

impl Covered<'_> {
    /// The fewest pods that it can cover.
    pub(super) fn least(&self) -> Option<i64> {
        self.pods.iter().map(|pods| pods.least()).sum()
    }

    /// The most pods that it can cover.
    pub(super) fn most(&self) -> Option<i64> {
        self.pods.iter().map(|pods| pods.most()).sum()
    }

    /// How many of so many pods may be evicted at once.
    pub(super) fn allowed(&self, replicas: i64) -> i64 {
        budget::allowed(self.min_available, self.max_unavailable, replicas)
    }

    /// Whether Kubernetes can count its pods.
    pub(super) fn is_countable(&self) -> bool {
        let is_number = matches!(self.min_available, Some(IntOrPercent::Int(_)));
        is_number || self.pods.iter().all(|pods| pods.kind().is_counted())
    }

    /// What it says: `minAvailable: 2`.
    pub(super) fn bound(&self) -> String {
        match (self.min_available, self.max_unavailable) {
            (Some(least), _) => format!("`minAvailable: {least}`"),
            (None, Some(most)) => format!("`maxUnavailable: {most}`"),
            (None, None) => "no bound".to_owned(),
        }
    }

    /// Its workloads, by name.
    pub(super) fn names(&self) -> String {
        let names: Vec<String> = self
            .pods
            .iter()
            .map(|pods| format!("`{}`", pods.name()))
            .collect();
        names.join(", ")
    }

    /// Where the configuration has it; nowhere for one of the manifests, and for one by default.
    pub(super) fn setting(&self, findings: &Findings<'_>) -> Option<Pointer> {
        if self.found.is_some() {
            return None;
        }
        self.pods[0].setting(findings.document, &["disruptionBudget"])
    }

    /// Adds a finding about it: in its manifest, or where the configuration has it.
    pub(super) fn report(
        &self,
        findings: &mut Findings<'_>,
        message: String,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        self.report_at(self.setting(findings), findings, message, complete);
    }

    /// The same, where it is known already where the configuration has it.
    pub(super) fn report_at(
        &self,
        written: Option<Pointer>,
        findings: &mut Findings<'_>,
        message: String,
        complete: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        match self.found {
            Some(found) => findings.in_manifest(found.place, message, complete),
            None => self.pods[0].report_at(written, findings, message, complete),
        }
    }
}
