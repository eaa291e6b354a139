//! Selects settings for the workloads of a stream, one by one.

use foldhash::{HashMap, HashMapExt as _};

use super::budget::budget;
use super::classes::{self, Classes};
use super::declared::Declared;
use super::manifest::{budgeted, with_candidate};
use super::selection::{Candidate, Rules};
use super::settings::Settings;
use crate::config::{DisruptionBudget, Kind, Spec};
use crate::defaults;
use crate::diagnostic::{Diagnostic, Pointer};
use crate::kinds::{Controller, Kinds, PodTemplate};
use crate::load::Document;
use crate::manifests::ManifestWorkload;
use crate::plan::Budget;
use crate::providers::{Facts, facts};
use crate::values::Version;

/// Makes the same choices as [`resolve`](super::resolve) with manifests.
pub struct Stream<'a> {
    spec: &'a Spec,
    kinds: &'a Kinds<'a>,
    document: &'a Document<'a>,
    classes: Classes,
    rules: Rules<'a>,
    /// The listed workloads by name.
    listed: HashMap<&'a str, Vec<usize>>,
    facts: &'static Facts,
    version: Version,
}

/// The class and settings selected for a candidate.
pub struct Choice {
    pub class: String,
    /// Whether an annotation of the object selects the class.
    pub(crate) is_annotated: bool,
    /// Its index in the list of the configuration, if it is listed.
    pub listed: Option<usize>,
    pub settings: Settings,
    /// Whether its spread is the built-in one.
    pub has_default_spread: bool,
    pub declared: Declared,
}

/// The class of a candidate, and what it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Chosen<'c> {
    pub(crate) class: &'c str,
    pub(crate) annotated: bool,
    pub(crate) listed: Option<usize>,
}

impl<'a> Stream<'a> {
    pub fn new(spec: &'a Spec, kinds: &'a Kinds<'a>, document: &'a Document<'a>) -> Self {
        let facts = facts(spec.provider);
        let mut listed: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, workload) in spec.workloads.iter().enumerate() {
            listed.entry(workload.name.as_str()).or_default().push(at);
        }
        Self {
            spec,
            kinds,
            document,
            classes: Classes::new(spec, facts),
            rules: Rules::new(spec),
            listed,
            facts,
            version: spec
                .kubernetes_version()
                .unwrap_or(defaults::KUBERNETES_VERSION),
        }
    }

    /// The kinds, besides those of Kubernetes, that have pod specs.
    pub(crate) fn kinds(&self) -> &'a Kinds<'a> {
        self.kinds
    }

    /// The choice for a workload. `None` if the workload is ignored.
    ///
    /// # Errors
    /// If its annotation names an unknown class, or if several listed workloads could refer to it.
    pub fn choose(&self, candidate: &Candidate<'_>) -> Result<Option<Choice>, Box<Diagnostic>> {
        let chosen = self.chosen(candidate)?;
        Ok(chosen.map(|chosen| self.choice(chosen, candidate.kind)))
    }

    /// The choice for a workload of a kind whose class is known.
    pub(crate) fn choice(&self, chosen: Chosen<'_>, kind: &str) -> Choice {
        let is_daemon_set = kind == Kind::DaemonSet.as_str();
        let choice = self.of_class(chosen.class, chosen.listed, is_daemon_set);
        Choice {
            is_annotated: chosen.annotated,
            ..choice
        }
    }

    /// Whether there is a choice for a workload.
    ///
    /// # Errors
    /// The same as for [`choose`](Self::choose).
    pub(crate) fn is_chosen(&self, candidate: &Candidate<'_>) -> Result<bool, Box<Diagnostic>> {
        Ok(self.chosen(candidate)?.is_some())
    }

    /// The class of a workload. `None` if it is ignored.
    ///
    /// # Errors
    /// The same as for [`choose`](Self::choose).
    pub(crate) fn chosen<'c>(
        &'c self,
        candidate: &'c Candidate<'_>,
    ) -> Result<Option<Chosen<'c>>, Box<Diagnostic>> {
        if candidate.is_ignored() {
            return Ok(None);
        }
        let annotated = candidate.annotated(&self.classes)?;
        let listed = self.listed(candidate)?;
        let declared = listed.map(|at| &self.spec.workloads[at]);
        let class = match (annotated, declared) {
            (Some(class), _) => class,
            (None, Some(declared)) => declared
                .class
                .as_ref()
                .map_or(self.classes.default_name(), |class| class.as_str()),
            (None, None) => match self.rules.class_of(candidate) {
                Some(class) => class,
                None => return Ok(None),
            },
        };
        Ok(Some(Chosen {
            class,
            annotated: annotated.is_some(),
            listed,
        }))
    }

    /// The choice for the pods of a template, if it differs from that for its object.
    pub(crate) fn for_template(
        &self,
        object: &Choice,
        template: &PodTemplate<'_>,
        controller: Controller,
    ) -> Option<Choice> {
        let is_daemon_set = controller == Controller::DaemonSet;
        let class = template.class.filter(|_| !object.is_annotated);
        if class.is_none() && !is_daemon_set {
            return None;
        }
        let class = class.unwrap_or(&object.class);
        Some(self.of_class(class, object.listed, is_daemon_set))
    }

    fn of_class(&self, class: &str, listed: Option<usize>, is_daemon_set: bool) -> Choice {
        let declared = listed.map(|at| &self.spec.workloads[at]);
        let settings = classes::with_overrides(self.classes.get(class), declared);
        let own = declared.and_then(|declared| declared.placement.as_ref());
        let is_own = own.is_some_and(|own| own.spread.is_some());
        Choice {
            has_default_spread: self.classes.has_default_spread(class) && !is_own,
            settings: Settings::new(&settings, is_daemon_set, self.facts),
            declared: declared
                .map(|declared| Declared::of(declared))
                .unwrap_or_default(),
            class: class.to_owned(),
            is_annotated: false,
            listed,
        }
    }

    /// The choice for a workload of the manifests. `None` if it is ambiguous: that is reported when its turn comes.
    pub fn choose_found(&self, found: &ManifestWorkload) -> Option<Choice> {
        with_candidate(found, |candidate| self.choose(candidate).ok().flatten())
    }

    /// The budget for a workload of the manifests.
    pub fn budget(&self, choice: &Choice, found: &ManifestWorkload) -> Option<Budget> {
        let declared = choice.listed.map(|at| &self.spec.workloads[at]);
        let class = classes::with_overrides(self.classes.get(&choice.class), declared);
        let is_own = declared.is_some_and(|declared| declared.disruption_budget.is_some());
        let is_default = self.classes.has_default_budget(&choice.class) && !is_own;
        budget(&class, is_default, budgeted(found), self.version)
    }

    /// Whether workloads of this class get a budget.
    pub fn has_budget(&self, choice: &Choice) -> bool {
        let budget = &self.classes.get(&choice.class).disruption_budget;
        matches!(budget, Some(DisruptionBudget::Budget(_)))
    }

    fn listed(&self, candidate: &Candidate<'_>) -> Result<Option<usize>, Box<Diagnostic>> {
        let same_name = self.listed.get(candidate.name);
        let Some(same_name) = same_name.filter(|_| candidate.is_listable) else {
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
            "{} `{}` matches several workloads of the configuration",
            candidate.kind, candidate.name
        );
        let mut diagnostic = Diagnostic::error("config", message)
            .at(candidate.location)
            .help("pass its namespace: --namespace NAME");
        for at in meant {
            let location = self.document.locate(&list.child(at).child("name"));
            diagnostic = diagnostic.related(location, "one of them");
        }
        Err(Box::new(diagnostic))
    }
}
