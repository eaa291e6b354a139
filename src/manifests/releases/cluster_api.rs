//! `HelmChartProxy`. Source: kubernetes-sigs/cluster-api-addon-provider-helm `api/v1alpha1/helmchartproxy_types.go`,
//! `HelmChartProxySpec`.

use super::found::{Found, last_part, text};
use super::layers::Layers;
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::yaml::Node;

pub(super) fn releases<'n>(object: &'n Node<'_>, texts: Texts<'_>) -> Option<Found<'n>> {
    let name = object.at(&["metadata", "name"])?;
    // A template of Go, which mostly has nothing to replace.
    let template = object.at(&["spec", "valuesTemplate"]);
    let mut values = Layers::default();
    values.map(texts, template, Pointer::parse("/spec/valuesTemplate"));
    Some(Found {
        kind: Some("HelmChartProxy"),
        name: text(object, &["spec", "releaseName"]).or_else(|| name.as_str())?,
        namespace: text(object, &["spec", "namespace"]),
        chart: text(object, &["spec", "chartName"]).map(last_part),
        values,
        elsewhere: None,
        location: name.span,
    })
}
