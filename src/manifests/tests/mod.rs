mod hostile;
mod others;
mod pieces;
mod placement;
mod watchers;
mod workloads;

use super::*;
use crate::components::WANTED;
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report};
use crate::kubernetes::Labels;
use crate::source::{SourceId, Sources, Span};

fn read_all(texts: &[&str]) -> (Sources, Manifests, Report) {
    let mut sources = Sources::default();
    let files: Vec<SourceId> = texts
        .iter()
        .map(|text| sources.add("in.yaml", *text))
        .collect();
    let (manifests, report) = read(&sources, &files, WANTED);
    (sources, manifests, report)
}

fn clean(text: &str) -> Manifests {
    let (_, manifests, report) = read_all(&[text]);
    assert!(report.is_empty(), "{report:?}");
    manifests
}

fn one(text: &str) -> ManifestWorkload {
    let mut workloads = clean(text).workloads;
    assert_eq!(workloads.len(), 1, "{workloads:?}");
    workloads.remove(0)
}

/// A `Deployment` whose pods have this spec, written in flow style.
fn with_pod(pod: &str) -> String {
    format!(
        "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, spec: {{template: {{spec: {pod}}}}}}}\n"
    )
}

fn deployment(name: &str, namespace: &str) -> String {
    format!(
        "---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}, namespace: {namespace}}}, \
         spec: {{template: {{spec: {{}}}}}}}}\n"
    )
}

/// Message and the text at its place of all findings.
fn findings(text: &str) -> Vec<(String, String)> {
    let (sources, _, report) = read_all(&[text]);
    let describe = |diagnostic: &Diagnostic| {
        let location = diagnostic
            .location
            .expect("every finding in a manifest has a place");
        (
            diagnostic.message.clone(),
            sources.slice(location).to_owned(),
        )
    };
    report.iter().map(describe).collect()
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}
