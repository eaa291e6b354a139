//! The objects of operators in the manifests, with the classes that they get.

use smol_str::SmolStr;

use super::classes::Classes;
use super::selection::{Candidate, Rules};
use super::unreached::Unreached;
use super::{base, refusals};
use crate::config::{Class, Spec, Spot};
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::kinds::{Controller, Kinds, PodKind};
use crate::load::Document;
use crate::manifests::{CustomObject, Manifests};
use crate::plan::CustomWorkload;
use crate::values::words::some_of;

/// So many are named.
const NAMED: usize = 3;

/// Those that are not ignored. The report has unknown classes, and says which objects only `spotgen patch` places.
pub(crate) fn resolve(
    spec: &Spec,
    classes: &Classes,
    manifests: Option<&Manifests>,
    document: &Document<'_>,
) -> (Vec<CustomWorkload>, Report) {
    let objects = manifests.map_or(&[][..], |manifests| &manifests.custom_objects);
    let mut report = Report::default();
    let mut workloads: Vec<CustomWorkload> = Vec::new();
    let mut unreached = Unreached::default();
    if objects.is_empty() {
        return (workloads, report);
    }
    let kinds = Kinds::new(&spec.custom_kinds);
    let rules = Rules::new(spec);
    for object in objects {
        let candidate = Candidate {
            kind: &object.kind,
            name: &object.name,
            namespace: object.namespace.as_deref(),
            labels: &|key| object.labels.get(key).map(SmolStr::as_str),
            annotations: &|key| object.annotations.get(key).map(SmolStr::as_str),
            is_of_the_system: false,
            is_listable: false,
            location: object.location,
            class_location: object.class_location,
        };
        if candidate.is_ignored() {
            continue;
        }
        let Some(kind) = kinds.find(&object.kind, Some(&object.api_version)) else {
            workloads.extend(object.has_pods.then(|| CustomWorkload {
                kind: object.kind.clone(),
                name: object.name.clone(),
                location: object.location,
                keeps_data_on_spot: false,
                is_known: false,
                class: None,
            }));
            continue;
        };
        let annotated = candidate.annotated(classes).unwrap_or_else(|unknown| {
            report.push(*unknown);
            None
        });
        let class = annotated.or_else(|| rules.class_of(&candidate));
        if class.is_some_and(|class| base::count(classes.get(class)) > 0) {
            let refusal = refusals::no_base_of_operator(&object.kind, &object.name);
            report.push(refusal.at(object.location));
        }
        workloads.push(CustomWorkload {
            kind: object.kind.clone(),
            name: object.name.clone(),
            location: object.location,
            is_known: true,
            keeps_data_on_spot: class.is_some_and(|class| {
                let is_annotated = annotated.is_some();
                keeps_data_on_spot((kind, object), (class, is_annotated), classes)
            }),
            class: class.map(str::to_owned),
        });
        if let Some(chosen) = workloads.last().filter(|_| class.is_some()) {
            let named = (chosen.title(), object.location);
            let lacking = unreached.record(kind, (&named.0, named.1), &object.shape);
            report.extend(lacking.into_iter().collect());
        }
    }
    report.extend(unreached.findings(document).into_iter().collect());
    report.extend(left_to_patch(&workloads).into_iter().collect());
    (workloads, report)
}

fn keeps_data_on_spot(
    (kind, object): (&PodKind<'_>, &CustomObject),
    (class, is_annotated): (&str, bool),
    classes: &Classes,
) -> bool {
    let mut stateful = kind.templates.iter().filter(|template| {
        kind.controller(template, object.mode.as_deref()) == Controller::StatefulSet
    });
    stateful.any(|template| {
        let own = template.class.filter(|_| !is_annotated);
        prefers_spot(classes.get(own.unwrap_or(class)))
    })
}

fn prefers_spot(class: &Class) -> bool {
    let placement = class.placement.as_ref();
    matches!(
        placement.and_then(|placement| placement.spot),
        Some(Spot::Preferred | Spot::Required)
    )
}

fn left_to_patch(workloads: &[CustomWorkload]) -> Option<Diagnostic> {
    let chosen = workloads.iter().filter(|workload| workload.class.is_some());
    let chosen: Vec<&CustomWorkload> = chosen.collect();
    let first = chosen.first()?;
    let titles: Vec<String> = chosen.iter().map(|own| own.title()).collect();
    let message = format!(
        "an operator makes the pods of {}: only `spotgen patch` can place them, and no number counts them",
        some_of(&titles, NAMED)
    );
    let finding = Diagnostic {
        severity: Severity::Info,
        ..Diagnostic::error("manifest", message)
    };
    Some(
        finding
            .at(first.location)
            .help("pass their manifests through `spotgen patch` before they are applied"),
    )
}
