//! Rollouts that take their pods from another workload.
//!
//! Source: argoproj/argo-rollouts docs/features/specification.md and docs/migrating.md, `workloadRef`.

use super::autoscalers::Autoscaler;
use super::manifest_workload::ManifestWorkload;
use super::objects::{self, Header, Object};
use super::shape::{self, COUNT, RULE, Reader};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::source::Span;

/// A `Rollout` whose pods are those of the template of another workload.
#[derive(Debug)]
pub(super) struct Reference {
    rollout: Header,
    target: (Kind, String),
    /// How many pods the Rollout makes of it.
    replicas: i64,
    states_replicas: bool,
    /// Of the number of pods.
    location: Span,
    /// Of the name of the other workload.
    named: Span,
}

/// None where the Rollout has a template of its own, or refers to what cannot be known.
pub(super) fn read(
    reader: &mut Reader<'_>,
    object: &Object<'_, '_>,
    header: &Header,
) -> Option<Reference> {
    let spec = shape::present(Some(object.node), "spec");
    let reference = reader.map(spec, "workloadRef")?;
    let api_version = reader.text(Some(reference), "apiVersion");
    let kind = reader.text(Some(reference), "kind")?;
    let name = reader.text(Some(reference), "name")?;
    Some(Reference {
        rollout: header.clone(),
        target: (objects::workload_kind(&kind, api_version.as_deref())?, name),
        replicas: reader.integer(spec, "replicas", &COUNT).unwrap_or(1),
        states_replicas: shape::present(spec, "replicas").is_some(),
        location: reader.location(spec, "replicas").unwrap_or(reference.span),
        named: reader
            .location(Some(reference), "name")
            .unwrap_or(reference.span),
    })
}

/// Gives each workload that a Rollout refers to the number of pods that the Rollout makes of it, and its autoscaler. The
/// Rollout scales the workload itself to zero.
pub(super) fn attach(
    references: &[Reference],
    workloads: &mut [ManifestWorkload],
    autoscalers: &mut [Autoscaler],
    report: &mut Report,
) {
    for reference in references {
        let Reference {
            rollout, target, ..
        } = reference;
        let is_meant = |found: &&mut ManifestWorkload| {
            (found.kind, &found.name) == (target.0, &target.1)
                && found.namespace == rollout.namespace
        };
        let Some(workload) = workloads.iter_mut().find(is_meant) else {
            report.push(missing(reference));
            continue;
        };
        workload.replicas = Some(reference.replicas);
        workload.states_replicas = reference.states_replicas;
        workload.locations.replicas = reference.location;
        for autoscaler in autoscalers.iter_mut() {
            autoscaler.retarget(rollout, target);
        }
    }
}

fn missing(reference: &Reference) -> Diagnostic {
    let (kind, name) = &reference.target;
    let message = format!(
        "Rollout `{}` takes its pods from {} `{name}`, which is not in the manifests: its pods are not checked",
        reference.rollout.name,
        kind.as_str(),
    );
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(RULE, message)
    }
    .at(reference.named)
    .help(format!(
        "pass the manifest of {} `{name}` as well",
        kind.as_str()
    ))
}
