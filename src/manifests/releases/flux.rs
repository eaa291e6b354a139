//! `HelmRelease`. Source: fluxcd/helm-controller `api/v2/helmrelease_types.go`, `HelmReleaseSpec`.

use super::found::{Found, last_part, place, text};
use crate::diagnostic::Pointer;
use crate::yaml::Node;

pub(super) fn releases<'n, 's>(object: &'n Node<'s>) -> Vec<Found<'n, 's>> {
    let Some(name) = object.at(&["metadata", "name"]) else {
        return Vec::new();
    };
    let spec = object.get("spec");
    let chart = text(object, &["spec", "chart", "spec", "chart"])
        // A `HelmChart` or an `OCIRepository`, mostly named for the chart.
        .or_else(|| text(object, &["spec", "chartRef", "name"]));
    let metadata = || text(object, &["metadata", "name"]);
    let Some(release) = text(object, &["spec", "releaseName"]).or_else(metadata) else {
        return Vec::new();
    };
    // A chart in Git or in a bucket has a `values.yaml` of its own there.
    // Source: fluxcd/helm-controller api/v2/helmrelease_types.go, `CrossNamespaceObjectReference`.
    let template = object.at(&["spec", "chart", "spec"]);
    let source = object.at(&["spec", "chart", "spec", "sourceRef", "kind"]);
    let is_local = matches!(
        source.and_then(Node::as_str),
        Some("GitRepository" | "Bucket")
    );
    let local = is_local.then(|| place(template, "chart")).flatten();
    vec![Found {
        kind: Some("HelmRelease"),
        name: release,
        namespace: text(object, &["spec", "targetNamespace"])
            .or_else(|| text(object, &["metadata", "namespace"])),
        chart: chart.map(last_part),
        values: object.at(&["spec", "values"]),
        pointer: Pointer::parse("/spec/values"),
        elsewhere: place(spec, "valuesFrom").or(local),
        location: name.span,
    }]
}
