//! `helmCharts` of a `kustomization.yaml`.
//! Source: kubernetes-sigs/kustomize api/types/helmchartargs.go, `HelmChart`.

use super::found::{Found, last_part, place, text};
use crate::diagnostic::Pointer;
use crate::yaml::Node;

pub(super) fn releases<'n, 's>(document: &'n Node<'s>) -> Vec<Found<'n, 's>> {
    let charts = document.get("helmCharts").map_or(&[][..], Node::items);
    let charts = charts.iter().enumerate().filter_map(|(at, chart)| {
        let name = chart.get("name")?;
        let release = text(chart, &["releaseName"]);
        let elsewhere = ["valuesFile", "additionalValuesFiles"];
        Some(Found {
            kind: Some("Kustomization"),
            name: release.or_else(|| name.as_str())?,
            namespace: text(chart, &["namespace"]).or_else(|| text(document, &["namespace"])),
            chart: name.as_str().map(last_part),
            values: chart.get("valuesInline"),
            pointer: Pointer::parse("/helmCharts")
                .child(at)
                .child("valuesInline"),
            elsewhere: elsewhere
                .into_iter()
                .find_map(|key| place(Some(chart), key)),
            location: name.span,
        })
    });
    charts.collect()
}
