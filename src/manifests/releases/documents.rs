//! Which releases an object or a document has.

use super::found::Found;
use super::helm_controller::HelmCharts;
use super::{argo_cd, cluster_api, flux, helm_controller, helmfile, kustomize, values_file};
use crate::manifests::objects::Object;
use crate::manifests::wanted::Wanted;
use crate::yaml::Node;

/// The releases of an object; none where it is no release.
pub(in crate::manifests) fn in_object<'n, 's>(
    object: &Object<'n, 's>,
    helm_charts: &HelmCharts<'_>,
) -> Vec<Found<'n, 's>> {
    if object.is("HelmRelease", &["helm.toolkit.fluxcd.io"]) {
        flux::releases(object.node)
    } else if object.is("Application", &["argoproj.io"]) {
        argo_cd::of_application(object.node)
    } else if object.is("ApplicationSet", &["argoproj.io"]) {
        argo_cd::of_application_set(object.node)
    } else if object.is("HelmChart", &["helm.cattle.io"]) {
        helm_controller::releases(object.node)
    } else if object.is("HelmChartConfig", &["helm.cattle.io"])
        && !helm_charts.has_chart_of(object.node)
    {
        helm_controller::config(object.node).into_iter().collect()
    } else if object.is("HelmChartProxy", &["addons.cluster.x-k8s.io"]) {
        cluster_api::releases(object.node).into_iter().collect()
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
    found.extend(helmfile::releases(document));
    if found.is_empty() {
        found.extend(values_file::release(document, wanted));
    }
    found
}
