//! The contents of the workloads' own manifests.

use super::budgets::ManifestBudget;
use super::config_maps::ConfigMap;
use super::custom_objects::CustomObject;
use super::finders::ManifestFinder;
use super::later::Unknown;
use super::manifest_workload::ManifestWorkload;
use super::owners::ManifestOwner;
use super::priority_classes::ManifestPriorityClass;
use super::releases::{ManifestRelease, NoPlace};
use super::watchers::ManifestWatcher;
use crate::source::Span;

#[derive(Debug, Default)]
pub struct Manifests {
    pub workloads: Vec<ManifestWorkload>,
    pub budgets: Vec<ManifestBudget>,
    pub priority_classes: Vec<ManifestPriorityClass>,
    /// Those that were requested.
    pub config_maps: Vec<ConfigMap>,
    /// Releases of charts, where nobody has rendered them.
    pub releases: Vec<ManifestRelease>,
    /// Where everything stands that a chart renders and no value says.
    pub rendered: Vec<Span>,
    /// Where texts stand that are made of values of charts, and cannot be edited in one place.
    pub unplaced: Vec<(Span, NoPlace)>,
    /// Where values of charts stand, each by itself, that cannot be edited.
    pub fixed_values: Vec<(Span, NoPlace)>,
    /// Objects whose operators may make pods.
    pub owners: Vec<ManifestOwner>,
    /// What chooses monitors and rules.
    pub watchers: Vec<ManifestWatcher>,
    /// What finds pods by their labels.
    pub finders: Vec<ManifestFinder>,
    /// Objects that may be of a custom kind. Which of them are, only the configuration says.
    pub custom_objects: Vec<CustomObject>,
    /// What cannot be judged for values that a tool replaces later.
    pub unknown: Vec<Unknown>,
    /// Whether a part of them cannot be read.
    pub has_unreadable: bool,
}

impl Manifests {
    /// Whether they contain nothing of interest.
    pub fn is_empty(&self) -> bool {
        self.workloads.is_empty()
            && self.budgets.is_empty()
            && self.priority_classes.is_empty()
            && self.config_maps.is_empty()
            && self.releases.is_empty()
            && self.watchers.is_empty()
            && self.unknown.is_empty()
    }

    /// Whether a place stands for what a chart renders to: no file has that, so nothing there can be edited.
    pub fn is_rendered(&self, place: Span) -> bool {
        self.rendered.contains(&place)
    }

    /// Why a text that a chart makes of values from here cannot be edited in one place, if so.
    pub fn unplaced(&self, place: Span) -> Option<NoPlace> {
        why(&self.unplaced, place)
    }

    /// The same for a single value.
    pub fn fixed_value(&self, place: Span) -> Option<NoPlace> {
        why(&self.fixed_values, place)
    }

    /// Adds what stands behind it.
    pub(super) fn extend(&mut self, others: Self) {
        let Self {
            workloads,
            budgets,
            priority_classes,
            config_maps,
            releases,
            rendered,
            unplaced,
            fixed_values,
            owners,
            watchers,
            finders,
            custom_objects,
            unknown,
            has_unreadable,
        } = others;
        self.workloads.extend(workloads);
        self.budgets.extend(budgets);
        self.priority_classes.extend(priority_classes);
        self.config_maps.extend(config_maps);
        self.releases.extend(releases);
        self.rendered.extend(rendered);
        self.unplaced.extend(unplaced);
        self.fixed_values.extend(fixed_values);
        self.owners.extend(owners);
        self.watchers.extend(watchers);
        self.finders.extend(finders);
        self.custom_objects.extend(custom_objects);
        self.unknown.extend(unknown);
        self.has_unreadable |= has_unreadable;
    }

    /// Puts what was read backwards in the order in which it is written.
    pub(super) fn turn(&mut self) {
        let Self {
            workloads,
            budgets,
            priority_classes,
            config_maps,
            releases,
            rendered,
            unplaced,
            fixed_values,
            owners,
            watchers,
            finders,
            custom_objects,
            unknown,
            has_unreadable: _,
        } = self;
        workloads.reverse();
        budgets.reverse();
        priority_classes.reverse();
        config_maps.reverse();
        releases.reverse();
        rendered.reverse();
        unplaced.reverse();
        fixed_values.reverse();
        owners.reverse();
        watchers.reverse();
        finders.reverse();
        custom_objects.reverse();
        unknown.reverse();
    }

    /// Sets the namespace of objects without one.
    pub fn assume_namespace(&mut self, namespace: &str) {
        let workloads = self.workloads.iter_mut().map(|found| &mut found.namespace);
        let budgets = self.budgets.iter_mut().map(|found| &mut found.namespace);
        let watchers = self.watchers.iter_mut().map(|found| &mut found.namespace);
        let finders = self.finders.iter_mut().map(|found| &mut found.namespace);
        let all = workloads.chain(budgets).chain(watchers).chain(finders);
        for unsaid in all.filter(|found| found.is_none()) {
            *unsaid = Some(namespace.to_owned());
        }
    }
}

fn why(all: &[(Span, NoPlace)], place: Span) -> Option<NoPlace> {
    let found = all.iter().rfind(|(own, _)| *own == place)?;
    Some(found.1)
}
