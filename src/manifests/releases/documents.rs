//! Which releases an object or a document has.

use super::beside::Beside;
use super::found::Found;
use super::{argo_cd, cluster_api, flux, helm_controller, helmfile, kustomize, values_file};
use crate::manifests::objects::Object;
use crate::manifests::shape::Texts;
use crate::manifests::wanted::Wanted;
use crate::source::Span;
use crate::yaml::Node;

/// The releases of an object; none where it is no release.
pub(in crate::manifests) fn in_object<'n>(
    object: &Object<'n, '_>,
    (texts, beside): (Texts<'_>, &'n Beside<'_>),
) -> Vec<Found<'n>> {
    let node = object.node;
    let one = |found: Option<Found<'n>>| found.into_iter().collect();
    let found = if object.is("HelmRelease", &["helm.toolkit.fluxcd.io"]) {
        flux::releases(node, (texts, beside))
    } else if object.is("Application", &["argoproj.io"]) {
        argo_cd::of_application(node, (texts, beside))
    } else if object.is("ApplicationSet", &["argoproj.io"]) {
        argo_cd::of_application_set(node, (texts, beside))
    } else if object.is("HelmChart", &["helm.cattle.io"]) {
        one(helm_controller::releases(node, (texts, beside)))
    } else if object.is("HelmChartConfig", &["helm.cattle.io"]) && !beside.has_chart_of(node) {
        one(helm_controller::config(node, texts))
    } else if object.is("HelmChartProxy", &["addons.cluster.x-k8s.io"]) {
        one(cluster_api::releases(node, texts))
    } else if object.is("Kustomization", &["kustomize.config.k8s.io"]) {
        kustomize::releases(node, (texts, beside))
    } else {
        Vec::new()
    };
    with_hidden(found)
}

/// Lines that are not read may say something else.
fn with_hidden(mut all: Vec<Found<'_>>) -> Vec<Found<'_>> {
    for found in &mut all {
        found.elsewhere = found.elsewhere.or(found.values.hidden());
    }
    all
}

/// The releases of a document that is no object: those of a `kustomization.yaml`, which need not say its kind, or the
/// values of a chart.
pub(in crate::manifests) fn in_document<'n>(
    document: &'n Node<'_>,
    (texts, beside): (Texts<'_>, &Beside<'_>),
    (wanted, template): (Wanted, Option<&[Span]>),
) -> Vec<Found<'n>> {
    // Values may have a `kind` of their own, as those of the descheduler's chart do.
    if document.get("apiVersion").is_some() || document.get("metadata").is_some() {
        return Vec::new();
    }
    let mut found = named(document, (texts, beside));
    let files = &beside.values_files;
    let file = document.span.source;
    if found.is_empty() && !files.is_taken(file) {
        let alone = values_file::release(document, (wanted, texts));
        found.extend(alone.map(|mut alone| {
            if files.is_possible(file) {
                alone.values.unread(Vec::new());
            }
            alone
        }));
    }
    if let Some(hidden) = template {
        for found in &mut found {
            found.values.set_template();
            let lines = hidden_of(document, found.location, hidden);
            found.values.hide(lines);
        }
    }
    with_hidden(found)
}

/// The first of the lines up to the next release; of all lines where the document is one release.
fn hidden_of(document: &Node<'_>, name: Span, hidden: &[Span]) -> Option<Span> {
    let releases = document.get("releases").map_or(&[][..], Node::items);
    let is_it = |own: &Node<'_>| own.get("name").is_some_and(|own| own.span == name);
    let range = match releases.iter().position(is_it) {
        Some(at) => {
            let next = releases.get(at + 1);
            releases[at].span.start..next.map_or(u32::MAX, |next| next.span.start)
        }
        None => 0..u32::MAX,
    };
    let mut hidden = hidden.iter();
    hidden.find(|lines| range.contains(&lines.start)).copied()
}

/// The releases of a helmfile or a `kustomization.yaml`.
fn named<'n>(document: &'n Node<'_>, (texts, beside): (Texts<'_>, &Beside<'_>)) -> Vec<Found<'n>> {
    let mut found = kustomize::releases(document, (texts, beside));
    found.extend(helmfile::releases(document, (texts, beside)));
    found
}

/// Finds the values files that the releases of a document name.
pub(in crate::manifests) fn find_files(
    document: &Node<'_>,
    objects: &[Object<'_, '_>],
    (texts, beside): (Texts<'_>, &Beside<'_>),
) {
    for object in objects {
        in_object(object, (texts, beside));
    }
    if document.get("apiVersion").is_none() && document.get("metadata").is_none() {
        named(document, (texts, beside));
    }
}
