//! Kustomize: a kustomization of the system, and a component for each namespace with workloads.
//!
//! They are separate because the `namespace` of an overlay moves everything in it: it must move neither the `ConfigMap`
//! of the autoscaler nor objects of another team.

mod component;
mod placement;
mod replacements;

use std::collections::BTreeMap;

use super::format::{Format, Writer};
use super::head::head;
use super::note::Note;
use super::text::{document, documents};
use super::uncarried;
use crate::check;
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::config::SpreadMethod;
use crate::files::Files;
use crate::plan::Workload;

pub(super) const FORMAT: Format = Format {
    name: "kustomize",
    about: "A directory with a kustomization of the system, and a component per namespace that adds placement to its workloads",
    writer: Writer::Directory(files),
    reads_workloads: true,
    refusals: Some(check::formats::kustomize::refusals),
    notes,
};

fn files(system: &System, bundle: &Bundle<'_>) -> Files {
    let plan = &system.plan;
    let header = head(plan);
    let mut files = Files::default();
    let made = bundle.system();
    if !made.is_empty() {
        files.add("system/objects.yaml", documents(&header, &made));
        let kustomization = component::Kustomization::plain(vec!["objects.yaml"]);
        files.add(
            "system/kustomization.yaml",
            document(&header, &kustomization),
        );
    }
    let mut namespaces: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
    for workload in &plan.workloads {
        namespaces
            .entry(&workload.namespace)
            .or_default()
            .push(workload);
    }
    for (namespace, workloads) in namespaces {
        component::add(&mut files, system, bundle, &header, namespace, &workloads);
    }
    files
}

/// Limits of a component.
fn notes(system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    let plan = &system.plan;
    let replaces = |workload: &&Workload| {
        let spread = &workload.placement.spread;
        workload.manifest.is_none()
            && spread
                .iter()
                .any(|rule| rule.method() == SpreadMethod::TopologySpread)
    };
    let mut notes = uncarried::of_system(system, bundle);
    if bundle.has(ComponentId::Placement)
        && plan.workloads.iter().any(|workload| replaces(&workload))
    {
        notes.push(Note::new(
            "rendered without the workloads' manifests: the component replaces a workload's own topology spread constraint over the same key",
            "spotgen render --format kustomize --from MANIFESTS -o DIR",
        ));
    }
    let dotted: Vec<&str> = plan
        .workloads
        .iter()
        .map(|workload| workload.name.as_str())
        .filter(|name| name.contains('.'))
        .collect();
    if bundle.has(ComponentId::Placement) && !dotted.is_empty() {
        notes.push(Note {
            message: format!(
                "since kubectl 1.36, components select workloads by regular expressions, so the dot in {} matches any character",
                dotted.join(", ")
            ),
            next: None,
        });
    }
    notes
}
