//! Which releases an object or a document has.

use super::beside::Beside;
use super::found::Found;
use super::{argo_cd, cluster_api, flux, helm_controller, helmfile, kustomize, values_file};
use crate::manifests::objects::Object;
use crate::manifests::shape::Texts;
use crate::manifests::wanted::Wanted;
use crate::yaml::Node;

/// The releases of an object; none where it is no release.
pub(in crate::manifests) fn in_object<'n>(
    object: &Object<'n, '_>,
    (texts, beside): (Texts<'_>, &'n Beside<'_>),
) -> Vec<Found<'n>> {
    let node = object.node;
    let one = |found: Option<Found<'n>>| found.into_iter().collect();
    if object.is("HelmRelease", &["helm.toolkit.fluxcd.io"]) {
        flux::releases(node, (texts, beside))
    } else if object.is("Application", &["argoproj.io"]) {
        argo_cd::of_application(node, texts)
    } else if object.is("ApplicationSet", &["argoproj.io"]) {
        argo_cd::of_application_set(node, texts)
    } else if object.is("HelmChart", &["helm.cattle.io"]) {
        one(helm_controller::releases(node, (texts, beside)))
    } else if object.is("HelmChartConfig", &["helm.cattle.io"]) && !beside.has_chart_of(node) {
        one(helm_controller::config(node, texts))
    } else if object.is("HelmChartProxy", &["addons.cluster.x-k8s.io"]) {
        one(cluster_api::releases(node, texts))
    } else if object.is("Kustomization", &["kustomize.config.k8s.io"]) {
        kustomize::releases(node, texts)
    } else {
        Vec::new()
    }
}

/// The releases of a document that is no object: those of a `kustomization.yaml`, which need not say its kind, or the
/// values of a chart.
pub(in crate::manifests) fn in_document<'n>(
    document: &'n Node<'_>,
    (texts, wanted): (Texts<'_>, Wanted),
) -> Vec<Found<'n>> {
    // Values may have a `kind` of their own, as those of the descheduler's chart do.
    if document.get("apiVersion").is_some() || document.get("metadata").is_some() {
        return Vec::new();
    }
    let mut found = kustomize::releases(document, texts);
    found.extend(helmfile::releases(document, texts));
    if found.is_empty() {
        found.extend(values_file::release(document, (wanted, texts)));
    }
    found
}
