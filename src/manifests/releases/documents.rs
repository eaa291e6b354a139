//! Which releases an object or a document has.

use super::{argo_cd, flux, helm_controller, kustomize, values_file};
use crate::diagnostic::Pointer;
use crate::manifests::objects::Object;
use crate::manifests::wanted::Wanted;
use crate::source::Span;
use crate::yaml::Node;

/// A release, with its values where they stand.
#[derive(Debug)]
pub(in crate::manifests) struct Found<'n, 's> {
    /// None for a values file.
    pub(in crate::manifests) kind: Option<&'static str>,
    pub(in crate::manifests) name: &'n str,
    pub(in crate::manifests) namespace: Option<&'n str>,
    /// The last part of the chart's name or path.
    pub(in crate::manifests) chart: Option<&'n str>,
    /// A map, or a text that holds one.
    pub(in crate::manifests) values: Option<&'n Node<'s>>,
    pub(in crate::manifests) pointer: Pointer,
    /// Where more values come from.
    pub(in crate::manifests) elsewhere: Option<Span>,
    pub(in crate::manifests) location: Span,
}

/// The releases of an object; none where it is no release.
pub(in crate::manifests) fn in_object<'n, 's>(object: &Object<'n, 's>) -> Vec<Found<'n, 's>> {
    if object.is("HelmRelease", &["helm.toolkit.fluxcd.io"]) {
        flux::releases(object.node)
    } else if object.is("Application", &["argoproj.io"]) {
        argo_cd::of_application(object.node)
    } else if object.is("ApplicationSet", &["argoproj.io"]) {
        argo_cd::of_application_set(object.node)
    } else if object.is("HelmChart", &["helm.cattle.io"]) {
        helm_controller::releases(object.node)
    } else if object.is("Kustomization", &["kustomize.config.k8s.io"]) {
        kustomize::releases(object.node)
    } else {
        Vec::new()
    }
}

/// The releases of a document that is no object: those of a `kustomization.yaml`, which need not say its kind, or the
/// values of a chart.
pub(in crate::manifests) fn in_document<'n, 's>(
    document: &'n Node<'s>,
    wanted: Wanted,
) -> Vec<Found<'n, 's>> {
    // Values may have a `kind` of their own, as those of the descheduler's chart do.
    if document.get("apiVersion").is_some() || document.get("metadata").is_some() {
        return Vec::new();
    }
    let mut found = kustomize::releases(document);
    if found.is_empty() {
        found.extend(values_file::release(document, wanted));
    }
    found
}

/// A text that is not empty.
pub(super) fn text<'n>(node: &'n Node<'_>, path: &[&str]) -> Option<&'n str> {
    let text = node.at(path).and_then(Node::as_str);
    text.filter(|text| !text.is_empty())
}

/// Where something stands that is not empty.
pub(super) fn place(node: Option<&Node<'_>>, key: &str) -> Option<Span> {
    let entry = node?.entry(key)?;
    let is_empty = entry.value.is_null()
        || entry.value.items().is_empty()
            && entry.value.entries().is_empty()
            && entry.value.as_str().is_none_or(str::is_empty);
    (!is_empty).then_some(entry.key_span)
}

/// The last part of a name or path.
pub(super) fn last_part(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}
