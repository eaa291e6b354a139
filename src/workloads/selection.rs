//! Which class a workload takes that is met in manifests: its annotation first, then the list, then the rules.

use crate::config::{self, Kind, Spec};
use crate::defaults;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::suggest::similar;

use super::classes::Classes;

/// The class that a workload's own manifest asks for.
const CLASS_ANNOTATION: &str = "spotgen.dev/class";
/// A workload that is to be left alone, whatever the configuration says.
pub(crate) const IGNORE_ANNOTATION: &str = "spotgen.dev/ignore";

/// Labels or annotations, by their key.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// A workload that is met in manifests, as far as choosing needs to know it.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    /// None where whoever applies the manifest decides.
    pub namespace: Option<&'a str>,
    pub labels: Lookup<'a>,
    pub annotations: Lookup<'a>,
    /// Whether it is a part of the system itself: that is placed by what it is for, unless somebody names it.
    pub is_of_the_system: bool,
    /// Where a finding about it points.
    pub location: Span,
}

/// Whether a workload with these annotations is to be left alone.
pub(crate) fn is_ignored(annotations: Lookup<'_>) -> bool {
    annotations(IGNORE_ANNOTATION) == Some("true")
}

impl Candidate<'_> {
    /// Whether it is to be left alone.
    pub fn is_ignored(&self) -> bool {
        is_ignored(self.annotations)
    }

    /// Whether a listed workload may mean it: by kind and namespace as far as both say them. The names are alike.
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

    /// The class that its annotation asks for.
    ///
    /// # Errors
    /// When there is no such class.
    pub(crate) fn annotated(&self, classes: &Classes) -> Result<Option<&str>, Box<Diagnostic>> {
        let Some(class) = (self.annotations)(CLASS_ANNOTATION) else {
            return Ok(None);
        };
        if classes.contains(class) {
            return Ok(Some(class));
        }
        let message = format!(
            "`{}` is annotated with the unknown class `{class}`",
            self.name
        );
        let help = match similar(class, classes.names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "add it under `spec.classes`".to_owned(),
        };
        let unknown = Diagnostic::error("config", message)
            .at(self.location)
            .help(help);
        Err(Box::new(unknown))
    }
}

/// The rules for workloads that are not listed, ready to be asked.
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
        if candidate.is_of_the_system {
            return None;
        }
        let rule = self.0.iter().find(|rule| rule.matches(candidate))?;
        Some(rule.class)
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
