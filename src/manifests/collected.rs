//! What is in some of the documents, and what all of it comes to.

use std::collections::BTreeMap;

use super::autoscalers::{self, Autoscaler};
use super::claims::{self, Claimed, FoundClaim, FoundStorageClass};
use super::contents::Manifests;
use super::overwritten::Seen;
use super::references::{self, Reference};
use super::requests::{ContainerDefaults, PodRequests};
use super::{placeholders, priority_classes};
use crate::diagnostic::Report;

/// What was read of some documents, before any of it is put together. It is read backwards, and then turned.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) manifests: Manifests,
    pub(super) autoscalers: Vec<Autoscaler>,
    pub(super) references: Vec<Reference>,
    /// By the index of the workload.
    pub(super) claimed: Vec<Vec<Claimed>>,
    pub(super) claims: Vec<FoundClaim>,
    pub(super) storage_classes: Vec<FoundStorageClass>,
    /// What the pods declare of workloads that leave something to defaults, by the index of the workload.
    pub(super) incomplete: Vec<Option<PodRequests>>,
    /// What `LimitRange`s add, by namespace.
    pub(super) defaults: BTreeMap<Option<String>, ContainerDefaults>,
    /// The names of all objects.
    pub(super) seen: Seen,
    pub(super) report: Report,
    /// Whether templates are left out, which nobody has rendered.
    pub(super) has_templates: bool,
}

impl Collected {
    /// Adds what stands behind it. Both have been turned.
    pub(super) fn add(&mut self, behind: Self) {
        let Self {
            manifests,
            autoscalers,
            references,
            claimed,
            claims,
            storage_classes,
            incomplete,
            defaults,
            seen: _,
            report,
            has_templates,
        } = behind;
        self.manifests.extend(manifests);
        self.autoscalers.extend(autoscalers);
        self.references.extend(references);
        self.claimed.extend(claimed);
        self.claims.extend(claims);
        self.storage_classes.extend(storage_classes);
        self.incomplete.extend(incomplete);
        for (namespace, last) in defaults {
            let known = self.defaults.entry(namespace).or_default();
            *known = last.or(*known);
        }
        self.report.extend(report);
        self.has_templates |= has_templates;
    }

    /// What all of it comes to, once every text is read.
    pub(super) fn finish(mut self) -> (Manifests, Report) {
        for (number, workload) in self.manifests.workloads.iter_mut().enumerate() {
            workload.number = number;
        }
        references::attach(
            &self.references,
            &mut self.manifests.workloads,
            &mut self.autoscalers,
            &mut self.report,
        );
        autoscalers::attach(
            &mut self.manifests.workloads,
            &self.autoscalers,
            &mut self.report,
        );
        let Manifests {
            workloads,
            priority_classes,
            ..
        } = &mut self.manifests;
        priority_classes::attach(workloads, priority_classes);
        for (workload, requests) in workloads.iter_mut().zip(&self.incomplete) {
            if let Some(requests) = requests
                && let Some(defaults) = self.defaults.get(&workload.namespace)
            {
                workload.requests = requests.total(*defaults);
            }
        }
        let default = priority_classes::default(priority_classes);
        placeholders::judge(workloads, default.value);
        claims::attach(workloads, self.claimed, &self.storage_classes, &self.claims);
        self.manifests.has_unreadable =
            self.has_templates || self.report.has_errors() || !self.manifests.unknown.is_empty();
        (self.manifests, self.report)
    }

    /// Puts what was read backwards in the order in which it is written.
    pub(super) fn turn(&mut self) {
        self.manifests.turn();
        self.autoscalers.reverse();
        self.references.reverse();
        self.claimed.reverse();
        self.incomplete.reverse();
        self.claims.reverse();
        self.storage_classes.reverse();
    }
}
