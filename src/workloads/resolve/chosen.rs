//! The workloads that the configuration lists, and those that a class rule or an annotation chooses.

use std::sync::Arc;

use smol_str::SmolStr;

use super::resolver::{Counts, Identity, Place, Resolver, Taken};
use crate::config::{self, Kind, pointers};
use crate::defaults;
use crate::kubernetes::{Labels, Resources};
use crate::manifests::ManifestWorkload;
use crate::plan::{OwnSettings, Workload, owned_labels};
use crate::source::Span;
use crate::values::{Int, Quantity};
use crate::workloads::budget::is_named;
use crate::workloads::classes;
use crate::workloads::declared::Declared;
use crate::workloads::drift::drift;
use crate::workloads::manifest::{autoscaling, with_candidate};
use crate::workloads::refusals;

impl Resolver<'_> {
    pub(super) fn listed(
        &mut self,
        listed: config::Workload,
        found: Option<&ManifestWorkload>,
        at: usize,
    ) -> Option<Workload> {
        let mut listed = match self.alike.workload(listed, at) {
            Ok(workload) => return Some(workload),
            Err(listed) => listed,
        };
        let said = self.report.len();
        let class = match found.and_then(|found| self.class_annotation(found)) {
            Some(class) => class,
            None => listed.class.as_ref().map_or_else(
                || self.given.classes.default_name().to_owned(),
                ToString::to_string,
            ),
        };
        let facts = Arc::clone(&listed.facts);
        let drift = found.map(|found| drift(&listed, found));
        let declared = Declared::of(&facts);
        let declared_selector = listed.selector.take().map(owned_labels);
        let kind = found
            .map(|found| found.kind)
            .or(listed.kind)
            .unwrap_or(Kind::Deployment);
        let known = found
            .and_then(|found| found.selector.clone())
            .or(declared_selector);
        if let (None, Some(found), true) = (&known, found, kind.has_selector()) {
            self.report.push(refusals::without_selector(found));
        }
        let is_known = found.is_some() || !kind.has_selector();
        let Some(selector) = known.or_else(|| is_known.then(Labels::new)) else {
            // What cannot be read, and is reported, may have it.
            if self.manifests.is_none_or(|all| !all.has_unreadable) {
                let refusal = refusals::no_selector(&listed);
                self.report.push(refusal.at(self.name_of(at)));
            }
            return None;
        };
        let namespace = found.and_then(|found| found.namespace.as_deref());
        let namespace = namespace.map(SmolStr::from);
        let namespace = namespace.or_else(|| listed.namespace.take().map(SmolStr::from));
        let refusal = refusals::uncountable(&listed, kind, self.document, at);
        self.report.extend(refusal.into_iter().collect());
        let by_default =
            self.given.classes.has_default_budget(&class) && listed.disruption_budget.is_none();
        let own_spread = listed
            .placement
            .as_ref()
            .and_then(|own| own.spread.as_ref());
        let has_default_spread =
            self.given.classes.has_default_spread(&class) && own_spread.is_none();
        let base = self.given.classes.get(&class);
        let own_base = listed.on_demand_base.filter(|count| count.get() > 0);
        let own_base = own_base.map(|_| {
            let written = pointers::workload(at).child("onDemandBase");
            self.document.locate(&written)
        });
        let overridden = listed
            .has_settings()
            .then(|| classes::overlaid(base, listed.overrides()));
        let own_class = overridden.as_ref().unwrap_or(base);
        let mut workload = self.workload(
            Identity {
                name: listed.name.into(),
                namespace: namespace.unwrap_or(SmolStr::new_static(defaults::NAMESPACE)),
                kind,
                selector,
                place: Place::Listed(at),
            },
            Counts {
                replicas: found
                    .and_then(|found| found.replicas)
                    .or(facts.replicas.map(Int::get)),
                autoscaling: found.and_then(autoscaling).or(facts.autoscaling),
                requests: found
                    .and_then(|found| found.requests.clone())
                    .or_else(|| declared_requests(facts.requests.clone()?)),
            },
            Taken {
                class: own_class,
                has_default_budget: by_default,
                has_default_spread,
                declared,
                own: OwnSettings::of(&facts),
                own_base,
            },
            class,
            found,
        );
        if let (Some(manifest), Some(drift)) = (&mut workload.manifest, drift) {
            manifest.drift = drift;
        }
        workload.listed = Some(at);
        let is_like_others = self.manifests.is_none()
            && self.report.len() == said
            && workload.part.is_none()
            && !workload.selector.is_empty()
            && !is_named(own_class);
        if is_like_others {
            self.alike.keep(&facts, &workload);
        }
        Some(workload)
    }

    /// A workload that is not listed: selected by its annotation, or else by the first rule that matches.
    pub(super) fn by_rule(&mut self, found: &ManifestWorkload) -> Option<Workload> {
        let annotated = self.class_annotation(found);
        let chosen = with_candidate(found, |candidate| {
            for (at, rule) in self.class_rules.iter_mut().enumerate() {
                rule.matches = rule.matches || self.rules.matches(at, candidate);
            }
            self.rules.first(candidate)
        });
        let class = annotated.or_else(|| {
            let (at, class) = chosen?;
            self.class_rules[at].chooses = true;
            Some(class.to_owned())
        })?;
        if found.is_generated {
            self.report.push(refusals::generated(found));
        } else if found.selector.is_none() && found.kind.has_selector() {
            self.report.push(refusals::without_selector(found));
        }
        let selector = found.selector.clone().unwrap_or_default();
        let identity = Identity {
            name: found.name.as_str().into(),
            namespace: found
                .namespace
                .as_deref()
                .unwrap_or(defaults::NAMESPACE)
                .into(),
            kind: found.kind,
            selector,
            place: Place::Found(found.location),
        };
        let counts = Counts {
            replicas: found.replicas,
            autoscaling: autoscaling(found),
            requests: found.requests.clone(),
        };
        let taken = Taken {
            class: self.given.classes.get(&class),
            has_default_budget: self.given.classes.has_default_budget(&class),
            has_default_spread: self.given.classes.has_default_spread(&class),
            declared: Declared::default(),
            own: OwnSettings::default(),
            own_base: None,
        };
        Some(self.workload(identity, counts, taken, class, Some(found)))
    }

    fn class_annotation(&mut self, found: &ManifestWorkload) -> Option<String> {
        let annotated = with_candidate(found, |candidate| {
            candidate
                .annotated(self.given.classes)
                .map(|class| class.map(str::to_owned))
        });
        annotated.unwrap_or_else(|unknown| {
            self.report.push(*unknown);
            None
        })
    }

    /// Where a workload is declared.
    pub(super) fn location(&self, place: Place) -> Span {
        match place {
            Place::Listed(at) => self.name_of(at),
            Place::Found(location) => location,
        }
    }

    /// The location of a listed workload's name.
    pub(super) fn name_of(&self, at: usize) -> Span {
        let name = pointers::workload(at).child("name");
        self.document.locate(&name)
    }
}

/// The declared requests. If only one of the two is declared, the other counts as 0, as it does for the scheduler.
fn declared_requests(requests: config::ResourceList) -> Option<Resources> {
    if requests.cpu.is_none() && requests.memory.is_none() {
        return None;
    }
    Some(Resources {
        cpu: requests.cpu.unwrap_or_else(|| Quantity::from_millis(0)),
        memory: requests.memory.unwrap_or_else(|| Quantity::from_bytes(0)),
    })
}
