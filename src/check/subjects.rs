//! Where rules put what they find about workloads, their spreads and their budgets.

use super::draft::{Complete, Draft};
use super::findings::Findings;
use crate::config::pointers;
use crate::diagnostic::Pointer;
use crate::kubernetes::REQUIRED;
use crate::manifests::{ManifestBudget, ManifestWorkload, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::budgets::Covered;
use crate::model::hard_spread::{HardSpread, Own};
use crate::source::Span;

impl Findings<'_> {
    /// The same of the pod specs of a workload, by the keys that lead there.
    pub(in crate::check) fn part_of_pods(
        &mut self,
        found: &ManifestWorkload,
        paths: &[&str],
    ) -> Span {
        let mut paths = paths.iter();
        let part = paths.find_map(|path| self.has_part_of_pods(found, path));
        part.unwrap_or(found.locations.name)
    }

    /// Where the pod specs of a workload have this, if they do.
    pub(in crate::check) fn has_part_of_pods(
        &mut self,
        found: &ManifestWorkload,
        path: &str,
    ) -> Option<Span> {
        let pod = pod_spec_pointer(found.kind);
        let segments = path.split('/');
        let pointer = segments.fold(pod, |pointer, key| pointer.child(key));
        self.has_part(found.location, &pointer)
    }

    /// Where a workload claims its volumes.
    pub(in crate::check) fn part_of_claims(&mut self, found: &ManifestWorkload) -> Span {
        let templates = Pointer::parse("/spec/volumeClaimTemplates");
        let volumes = pod_spec_pointer(found.kind).child("volumes");
        let own = (found.location, found.locations.name);
        self.part(own, [templates, volumes])
    }

    /// Adds a finding about a spread: in the manifest that has it, or where the configuration does.
    pub(super) fn at_spread(
        &mut self,
        (pods, spread): (WorkloadView<'_>, HardSpread<'_>),
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let place = match spread.own {
            Some(Own::Constraint(at)) => {
                format!("topologySpreadConstraints/{at}/whenUnsatisfiable")
            }
            Some(Own::AntiAffinity(at)) => {
                format!("affinity/podAntiAffinity/{REQUIRED}/{at}/topologyKey")
            }
            None => return self.at_workload(pods, &["placement", "spread"], message, complete),
        };
        if let Some(found) = pods.found {
            let location = self.part_of_pods(found, &[&place]);
            self.in_manifest(location, message, complete);
        }
    }

    /// Adds a finding about a workload: where the setting is written, else where the configuration lists it, else in its
    /// manifest.
    pub(super) fn at_workload(
        &mut self,
        workload: WorkloadView<'_>,
        path: &[&str],
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let written = workload.setting(self.document, path);
        self.at_workload_setting(workload, written, message, complete);
    }

    /// The same, where it is known already where the setting is written.
    pub(super) fn at_workload_setting(
        &mut self,
        workload: WorkloadView<'_>,
        written: Option<Pointer>,
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let can_share = |setting: &Pointer| {
            !self.document.aliases.is_empty() || setting.lies_in(&pointers::spec("classes"))
        };
        match (written.or_else(|| workload.pointer()), workload.found) {
            (Some(pointer), _) => {
                let subject = can_share(&pointer).then(|| ("workload", workload.name()));
                self.at_setting((&pointer, subject), message, complete);
            }
            (None, Some(found)) => self.in_manifest(found.locations.name, message, complete),
            (None, None) => self.nowhere(message, complete),
        }
    }

    /// Adds a finding about a budget: in its manifest, or where the configuration has it.
    pub(super) fn at_budget(
        &mut self,
        budget: &Covered<'_>,
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        let written = budget.setting(self.document);
        self.at_budget_setting(budget, written, message, complete);
    }

    /// The same, where it is known already where the configuration has it.
    pub(super) fn at_budget_setting(
        &mut self,
        budget: &Covered<'_>,
        written: Option<Pointer>,
        message: impl Into<String>,
        complete: impl FnOnce(Draft) -> Complete,
    ) {
        match budget.found {
            Some(found) => {
                let bounds = ["minAvailable", "maxUnavailable"];
                let location = self.part_of_budget(found, &bounds);
                self.in_manifest(location, message, complete);
            }
            None => self.at_workload_setting(budget.pods.first, written, message, complete),
        }
    }

    /// Where a budget of the manifests has the first of these that it has; else its own place.
    pub(in crate::check) fn part_of_budget(
        &mut self,
        budget: &ManifestBudget,
        keys: &[&str],
    ) -> Span {
        let spec = Pointer::parse("/spec");
        let pointers = keys.iter().map(|key| spec.child(key));
        self.part((budget.location, budget.location), pointers)
    }
}
