//! What is wrong with a workload that cannot be resolved as it is declared.

use crate::config::{self, DisruptionBudget, Kind, pointers};
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::Document;
use crate::manifests::ManifestWorkload;

/// A listed workload whose name several manifests have.
pub(super) fn ambiguous(declared: &config::Workload, several: &[&ManifestWorkload]) -> Diagnostic {
    let message = format!(
        "`{}` could mean several workloads in the manifests",
        declared.name
    );
    Diagnostic::error("config", message)
        .help("add its `namespace` and `kind`")
        .one_of(several.iter().map(|found| found.location))
}

/// A listed workload whose pods nothing identifies.
pub(super) fn no_selector(declared: &config::Workload) -> Diagnostic {
    let message = format!(
        "workload `{}` has no `selector`, and none of the manifests contains it",
        declared.name
    );
    Diagnostic::error("config", message)
        .help("set `selector` to the labels in its `spec.selector.matchLabels`")
}

/// A budget that is declared on a workload whose kind cannot have it. The kind may come from the manifest.
pub(super) fn uncountable(
    declared: &config::Workload,
    kind: Kind,
    document: &Document<'_>,
    at: usize,
) -> Option<Diagnostic> {
    let Some(DisruptionBudget::Budget(budget)) = &declared.disruption_budget else {
        return None;
    };
    let (message, help) = budget.refusal(kind)?;
    let written = pointers::spec("workloads")
        .child(at)
        .child("disruptionBudget");
    let location = document.locate(&written);
    Some(Diagnostic::error("config", message).at(location).help(help))
}

/// A workload that is chosen, and whose selector has no labels. It is placed as `spotgen patch` places it.
pub(super) fn without_selector(found: &ManifestWorkload) -> Diagnostic {
    let selector = found.whole_selector.as_ref();
    let has_expressions = selector.is_some_and(|selector| !selector.match_expressions.is_empty());
    let why = if has_expressions {
        "selects its pods by expressions alone"
    } else {
        "has no label selector"
    };
    let message = format!(
        "{} `{}` {why}, so no budget or spread can name its pods: it gets neither",
        found.kind.as_str(),
        found.name
    );
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error("manifest", message)
    }
    .at(found.locations.name)
    .help(
        "set `spec.selector.matchLabels` in its manifest; a selector is immutable, so the object has to be deleted and created \
         again",
    )
}

/// A workload that is chosen, and gets another name each time.
pub(super) fn generated(found: &ManifestWorkload) -> Diagnostic {
    let message = format!(
        "{} `{}…` gets a new name each time, so no patch can name it: only `spotgen patch` can place its pods",
        found.kind.as_str(),
        found.name
    );
    Diagnostic {
        severity: Severity::Info,
        ..Diagnostic::error("manifest", message)
    }
    .at(found.locations.name)
    .help("set `metadata.name`, or pass its manifest through `spotgen patch` before it is created")
}

/// A workload that is to keep pods on on-demand in a second one, and cannot have that.
pub(super) fn no_base(kind: Kind, name: &str, (why, help): (&str, &str)) -> Diagnostic {
    let message = format!("{} `{name}` gets no `onDemandBase`: {why}", kind.as_str());
    Diagnostic::error("config", message).help(help)
}

/// A workload whose second one would have the name of another.
pub(super) fn taken_name(name: &str, base: &str) -> Diagnostic {
    let message = format!(
        "Deployment `{name}` gets no `onDemandBase`: the Deployment that it adds would be called `{base}`, and there is \
         one with that name"
    );
    Diagnostic::error("config", message)
        .help("give the other one another name, or remove it if it was to keep pods on on-demand")
}

/// The same of a custom object.
pub(super) fn no_base_of_operator(kind: &str, name: &str) -> Diagnostic {
    let message = format!(
        "{kind} `{name}` gets no `onDemandBase`: what its operator makes of a second object, only the operator knows"
    );
    Diagnostic::error("config", message)
        .level(Severity::Warning)
        .help("give it a class without `onDemandBase`")
}
