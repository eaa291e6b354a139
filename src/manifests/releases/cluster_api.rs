//! `HelmChartProxy`. Source: kubernetes-sigs/cluster-api-addon-provider-helm `api/v1alpha1/helmchartproxy_types.go`,
//! `HelmChartProxySpec`.

use super::found::{Found, last_part, text};
use crate::diagnostic::Pointer;
use crate::yaml::Node;

pub(super) fn releases<'n, 's>(object: &'n Node<'s>) -> Option<Found<'n, 's>> {
    let name = object.at(&["metadata", "name"])?;
    Some(Found {
        kind: Some("HelmChartProxy"),
        name: text(object, &["spec", "releaseName"]).or_else(|| name.as_str())?,
        namespace: text(object, &["spec", "namespace"]),
        chart: text(object, &["spec", "chartName"]).map(last_part),
        // A template of Go, which mostly has nothing to replace.
        values: object.at(&["spec", "valuesTemplate"]),
        pointer: Pointer::parse("/spec/valuesTemplate"),
        elsewhere: None,
        location: name.span,
    })
}
