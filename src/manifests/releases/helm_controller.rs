//! `HelmChart` of K3s and RKE2.
//! Source: k3s-io/helm-controller pkg/apis/helm.cattle.io/v1/types.go, `HelmChartSpec`.

use super::found::{Found, last_part, place, text};
use crate::diagnostic::Pointer;
use crate::yaml::Node;

pub(super) fn releases<'n, 's>(object: &'n Node<'s>) -> Vec<Found<'n, 's>> {
    let Some(name) = object.at(&["metadata", "name"]) else {
        return Vec::new();
    };
    let Some(release) = name.as_str() else {
        return Vec::new();
    };
    let spec = object.get("spec");
    let elsewhere = ["set", "valuesSecrets"];
    vec![Found {
        kind: Some("HelmChart"),
        name: release,
        namespace: text(object, &["spec", "targetNamespace"])
            .or_else(|| text(object, &["metadata", "namespace"])),
        chart: text(object, &["spec", "chart"]).map(last_part),
        values: object.at(&["spec", "valuesContent"]),
        pointer: Pointer::parse("/spec/valuesContent"),
        elsewhere: elsewhere.into_iter().find_map(|key| place(spec, key)),
        location: name.span,
    }]
}
