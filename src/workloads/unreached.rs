//! Paths to pod specs that lead nowhere: in no object, or past a key that is a letter away.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Pointer, Severity};
use crate::kinds::{Gap, PodKind, Shape};
use crate::load::Document;
use crate::manifests::RULE;
use crate::source::Span;

/// What the declared paths lead to in the objects so far.
#[derive(Clone, Debug, Default)]
pub struct Unreached {
    /// By where the configuration has the path.
    paths: BTreeMap<String, Path>,
}

#[derive(Clone, Debug)]
struct Path {
    pointer: Pointer,
    text: String,
    kind: String,
    /// Whether it leads somewhere in some object.
    is_place: bool,
    /// The first object in which it does not, and what that lacks.
    missed: Option<Missed>,
}

#[derive(Clone, Debug)]
struct Missed {
    title: String,
    gap: Gap,
}

impl Unreached {
    /// Records an object of a kind. A warning if none of the paths leads anywhere in it, and its kind is known: then it is the
    /// object that lacks something.
    pub(crate) fn record(
        &mut self,
        kind: &PodKind<'_>,
        (title, location): (&str, Span),
        object: &Shape,
    ) -> Option<Diagnostic> {
        let mut is_any = false;
        let mut lacking: Vec<String> = Vec::new();
        for template in kind.templates.iter().chain(&kind.common) {
            let reach = template.reach(kind, object);
            is_any |= reach.is_place;
            for gap in &reach.gaps {
                let key = format!("`{}`", gap.at);
                if !lacking.contains(&key) {
                    lacking.push(key);
                }
            }
            let Some(pointer) = &template.declared_at else {
                continue;
            };
            let path = self
                .paths
                .entry(pointer.to_string())
                .or_insert_with(|| Path {
                    pointer: pointer.clone(),
                    text: template.text.to_owned(),
                    kind: kind.kind.to_owned(),
                    is_place: false,
                    missed: None,
                });
            path.is_place |= reach.is_place;
            let is_better = |gap: &Gap| {
                let known = path.missed.as_ref();
                known.is_none_or(|known| !known.gap.is_mistake() && gap.is_mistake())
            };
            if let Some(gap) = reach.gaps.into_iter().find(is_better) {
                let title = title.to_owned();
                path.missed = Some(Missed { title, gap });
            }
        }
        if is_any || lacking.is_empty() || kind.is_declared {
            return None;
        }
        let message = format!(
            "{title} gets no placement: it has {} {}, so spotgen finds no pods of it",
            if lacking.len() == 1 { "no" } else { "none of" },
            lacking.join(", ")
        );
        Some(
            warning(message)
                .at(location)
                .help("add the part that runs its pods, or leave it out of the class rules"),
        )
    }

    /// Adds what was found in other streams.
    pub fn merge(&mut self, other: Self) {
        for (key, path) in other.paths {
            match self.paths.get_mut(&key) {
                Some(known) => {
                    known.is_place |= path.is_place;
                    let is_better = |missed: &Missed| {
                        let known = known.missed.as_ref();
                        known.is_none_or(|known| !known.gap.is_mistake() && missed.gap.is_mistake())
                    };
                    if let Some(missed) = path.missed.filter(is_better) {
                        known.missed = Some(missed);
                    }
                }
                None => {
                    self.paths.insert(key, path);
                }
            }
        }
    }

    /// A warning for each path that leads nowhere.
    pub(crate) fn findings(&self, document: &Document<'_>) -> Vec<Diagnostic> {
        let findings = self.paths.values().filter_map(Path::finding);
        findings
            .map(|(pointer, finding)| finding.at(document.locate(pointer)))
            .collect()
    }
}

impl Path {
    fn finding(&self) -> Option<(&Pointer, Diagnostic)> {
        let Missed { title, gap } = self.missed.as_ref()?;
        let (text, kind, at) = (&self.text, &self.kind, &gap.at);
        if let Some(tail) = gap.deeper {
            let finding = warning(format!(
                "the path `{text}` ends above the pods of {title}: it has no `containers` there, but `{tail}.containers`"
            ))
            .help(format!("did you mean `{text}.{tail}`?"));
            return Some((&self.pointer, finding));
        }
        let finding = match &gap.near {
            Some(near) => warning(format!(
                "the path `{text}` leads to no pods of {title}: it has no `{at}`, but `{near}` there"
            ))
            .help(format!("did you mean `{near}`?"))
            .help("if both are keys of this kind, write the missing one into the manifest"),
            None if self.is_place || gap.is_optional => return None,
            None => warning(format!(
                "the path `{text}` leads to no pods in any {kind} of the manifests: {title} has no `{at}`"
            ))
            .help(
                "correct the path: missing keys are added only below what is there, and lists are not",
            ),
        };
        Some((&self.pointer, finding))
    }
}

fn warning(message: String) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(RULE, message)
    }
}
