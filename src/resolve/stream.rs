//! Decides for the workloads of a stream one by one, as they come along.

use std::collections::HashMap;

use super::choosing::{Candidate, Rules};
use super::classes::{self, Classes};
use super::settings::Settings;
use crate::config::{CustomKind, Kind, Spec};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::load::Document;
use crate::providers::{Facts, facts};

/// The same choices that [`resolve`](super::resolve) makes with manifests at hand.
pub struct Stream<'a> {
    spec: &'a Spec,
    document: &'a Document<'a>,
    classes: Classes,
    rules: Rules<'a>,
    /// The listed workloads of a name.
    listed: HashMap<&'a str, Vec<usize>>,
    facts: &'static Facts,
}

/// What a candidate takes.
pub struct Choice {
    pub class: String,
    /// Its number in the configuration's list, if it is there.
    pub listed: Option<usize>,
    pub settings: Settings,
}

impl<'a> Stream<'a> {
    pub fn new(spec: &'a Spec, document: &'a Document<'a>) -> Self {
        let facts = facts(spec.provider);
        let mut listed: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, workload) in spec.workloads.iter().enumerate() {
            listed.entry(workload.name.as_str()).or_default().push(at);
        }
        Self {
            spec,
            document,
            classes: Classes::new(spec, facts),
            rules: Rules::new(spec),
            listed,
            facts,
        }
    }

    pub fn custom_kinds(&self) -> &'a [CustomKind] {
        &self.spec.custom_kinds
    }

    /// What a workload takes; nothing for one that is left alone.
    ///
    /// # Errors
    /// When its annotation names no class, or several listed workloads could mean it.
    pub fn choose(&self, candidate: &Candidate<'_>) -> Result<Option<Choice>, Box<Diagnostic>> {
        if candidate.is_ignored() {
            return Ok(None);
        }
        let annotated = candidate.annotated(&self.classes)?;
        let listed = self.listed(candidate)?;
        let stated = listed.map(|at| &self.spec.workloads[at]);
        let class = match (annotated, stated) {
            (Some(class), _) => class,
            (None, Some(stated)) => stated
                .class
                .as_ref()
                .map_or(self.classes.default_name(), |class| class.as_str()),
            (None, None) => match self.rules.class_of(candidate) {
                Some(class) => class,
                None => return Ok(None),
            },
        };
        let settings = classes::with_overrides(self.classes.get(class), stated);
        let is_daemon_set = candidate.kind == Kind::DaemonSet.as_str();
        Ok(Some(Choice {
            settings: Settings::new(&settings, is_daemon_set, self.facts),
            class: class.to_owned(),
            listed,
        }))
    }

    fn listed(&self, candidate: &Candidate<'_>) -> Result<Option<usize>, Box<Diagnostic>> {
        let Some(same_name) = self.listed.get(candidate.name) else {
            return Ok(None);
        };
        let meant: Vec<usize> = same_name
            .iter()
            .copied()
            .filter(|&at| candidate.is_meant_by(&self.spec.workloads[at]))
            .collect();
        if let [] | [_] = meant.as_slice() {
            return Ok(meant.first().copied());
        }
        let list = Pointer::root().child("spec").child("workloads");
        let message = format!(
            "{} `{}` could be several workloads of the list",
            candidate.kind, candidate.name
        );
        let mut diagnostic = Diagnostic::error("config", message)
            .at(candidate.place)
            .help("say the namespace that it goes to: --namespace NAME");
        for at in meant {
            let place = self.document.locate(&list.child(at).child("name"));
            diagnostic = diagnostic.related(place, "one of them");
        }
        Err(Box::new(diagnostic))
    }
}
