//! Selects the class of a workload in manifests: by its annotation first, then by the list, then by the rules.

use crate::config::{self, Kind, Spec};
use crate::defaults;
use crate::diagnostic::Diagnostic;
use crate::manifests::CLASS_ANNOTATION;
use crate::source::Span;
use crate::suggest::similar;

use super::classes::Classes;

/// The annotation by which a manifest asks spotgen to ignore the workload, whatever the configuration says.
pub(crate) const IGNORE_ANNOTATION: &str = "spotgen.dev/ignore";

/// Looks up a label or an annotation by its key.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// The facts about a workload in manifests that selection needs.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    /// `None` if whoever applies the manifest decides.
    pub namespace: Option<&'a str>,
    pub labels: Lookup<'a>,
    pub annotations: Lookup<'a>,
    /// Whether it is part of the system itself. Such a workload is placed by its purpose, unless somebody names it.
    pub is_of_the_system: bool,
    /// Whether `spec.workloads` can mean it, which cannot name the kinds of operators.
    pub is_listable: bool,
    /// Where a finding about it points.
    pub location: Span,
    /// The value of the annotation by which it selects a class, if it has one.
    pub class_location: Option<Span>,
}

/// Whether a workload with these annotations is ignored.
pub(crate) fn is_ignored(annotations: Lookup<'_>) -> bool {
    annotations(IGNORE_ANNOTATION) == Some("true")
}

impl Candidate<'_> {
    /// Whether it is ignored.
    pub fn is_ignored(&self) -> bool {
        is_ignored(self.annotations)
    }

    /// Whether a listed workload of the same name may refer to it: by kind and namespace, if both declare them.
    pub(crate) fn is_meant_by(&self, declared: &config::Workload) -> bool {
        let agrees = |namespace: &str| self.namespace.is_none_or(|found| found == namespace);
        declared
            .kind
            .map(Kind::as_str)
            .is_none_or(|kind| kind == self.kind)
            && declared
                .namespace
                .as_ref()
                .is_none_or(|namespace| agrees(namespace.as_str()))
    }

    /// The class that its annotation selects.
    ///
    /// # Errors
    /// If the class does not exist.
    pub(crate) fn annotated(&self, classes: &Classes) -> Result<Option<&str>, Box<Diagnostic>> {
        let Some(class) = (self.annotations)(CLASS_ANNOTATION) else {
            return Ok(None);
        };
        if classes.contains(class) {
            return Ok(Some(class));
        }
        let message = format!(
            "the annotation `{CLASS_ANNOTATION}` of `{}` names the unknown class `{class}`",
            self.name
        );
        let help = match similar(class, classes.names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "add the class under `spec.classes`".to_owned(),
        };
        let unknown = Diagnostic::error("config", message)
            .at(self.class_location.unwrap_or(self.location))
            .help(help);
        Err(Box::new(unknown))
    }
}

/// The compiled rules for workloads that are not listed.
pub(crate) struct Rules<'a>(Vec<Rule<'a>>);

struct Rule<'a> {
    matches: &'a config::Match,
    namespaces: Vec<glob::Pattern>,
    names: Vec<glob::Pattern>,
    class: &'a str,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(spec: &'a Spec) -> Self {
        let globs = |texts: &[String]| {
            let glob =
                |text: &String| glob::Pattern::new(text).expect("validation has tried every glob");
            texts.iter().map(glob).collect()
        };
        let rules = spec.class_rules.iter().map(|rule| Rule {
            matches: &rule.matches,
            namespaces: globs(&rule.matches.namespaces),
            names: globs(&rule.matches.names),
            class: rule.class.as_str(),
        });
        Self(rules.collect())
    }

    /// The class of the first rule that matches.
    pub(crate) fn class_of(&self, candidate: &Candidate<'_>) -> Option<&'a str> {
        let (_, class) = self.first(candidate)?;
        Some(class)
    }

    /// The number of that rule, and its class.
    pub(crate) fn first(&self, candidate: &Candidate<'_>) -> Option<(usize, &'a str)> {
        let at = (0..self.0.len()).find(|&at| self.matches(at, candidate))?;
        Some((at, self.0[at].class))
    }

    /// Whether the rule of this number matches, whatever the others do.
    pub(crate) fn matches(&self, at: usize, candidate: &Candidate<'_>) -> bool {
        !candidate.is_of_the_system && self.0[at].matches(candidate)
    }
}

impl Rule<'_> {
    fn matches(&self, candidate: &Candidate<'_>) -> bool {
        let any = |globs: &[glob::Pattern], text: &str| {
            globs.is_empty() || globs.iter().any(|glob| glob.matches(text))
        };
        let kinds = &self.matches.kinds;
        (kinds.is_empty() || kinds.iter().any(|kind| kind.as_str() == candidate.kind))
            && any(
                &self.namespaces,
                candidate.namespace.unwrap_or(defaults::NAMESPACE),
            )
            && any(&self.names, candidate.name)
            && self
                .matches
                .labels
                .iter()
                .all(|(key, value)| (candidate.labels)(key.as_str()) == Some(value.as_str()))
    }
}
