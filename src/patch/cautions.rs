//! What users should know of a change to an object of an operator.

use std::collections::HashSet;

use super::change_tree::{Change, Step};
use super::findings::RULE;
use super::select::{Pods, Selected};
use crate::diagnostic::Diagnostic;
use crate::kinds::Cautioned;

/// The cautions about the change of a pod spec. Each is given once in a run, at the first object that it is about.
pub(super) fn of(
    selected: &Selected<'_, '_, '_, '_>,
    pods: &Pods<'_, '_, '_>,
    change: &Change,
    said: &mut HashSet<&'static str>,
) -> Vec<Diagnostic> {
    let spec = &pods.spec;
    let is_about = |about| match about {
        Cautioned::AnyChange => !change.is_empty(),
        Cautioned::NewTemplate => !change.is_empty() && spec.is_new(),
        Cautioned::NewAffinity => {
            is_in(change, spec.fields.affinity.as_deref()) && spec.has_no_affinity()
        }
    };
    let cautions = selected.custom.map_or(&[][..], |kind| kind.cautions);
    let cautions = cautions.iter();
    let cautions =
        cautions.filter(|caution| is_about(caution.about) && said.insert(caution.message));
    let object = selected.object;
    cautions
        .map(|caution| {
            let message = format!("{}: {}", object.title(), caution.message);
            Diagnostic {
                severity: caution.level,
                ..Diagnostic::error(RULE, message)
            }
            .at(object.location())
            .help(caution.help)
        })
        .collect()
}

/// Whether a change is about the key at the beginning of a path.
fn is_in(change: &Change, path: Option<&[&str]>) -> bool {
    let Change::Within(steps) = change else {
        return false;
    };
    let first = path.and_then(|path| path.first());
    steps.iter().any(|(step, _)| match step {
        Step::Key(key) => first.is_some_and(|first| key == first),
        Step::Item(_) => false,
    })
}
