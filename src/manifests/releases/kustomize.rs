//! `helmCharts` of a `kustomization.yaml`.
//! Source: kubernetes-sigs/kustomize api/types/helmchartargs.go, `HelmChart`.

use super::found::{Found, last_part, place, text};
use super::layers::Layers;
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::yaml::Node;

pub(super) fn releases<'n>(document: &'n Node<'_>, texts: Texts<'_>) -> Vec<Found<'n>> {
    let charts = document.get("helmCharts").map_or(&[][..], Node::items);
    let charts = charts.iter().enumerate().filter_map(|(at, chart)| {
        let name = chart.get("name")?;
        let release = text(chart, &["releaseName"]);
        let elsewhere = ["valuesFile", "additionalValuesFiles"];
        let pointer = Pointer::parse("/helmCharts").child(at);
        let mut values = Layers::default();
        let inline = chart.get("valuesInline");
        values.map(texts, inline, pointer.child("valuesInline"));
        // They are laid over the others, and so is the file where it is merged into them.
        // Source: kubernetes-sigs/kustomize api/types/helmchartargs.go, `ValuesMerge` and `AdditionalValuesFiles`.
        let is_below = text(chart, &["valuesMerge"]) == Some("merge");
        if is_below || place(Some(chart), "additionalValuesFiles").is_some() {
            values.unread(Vec::new());
        }
        Some(Found {
            kind: Some("Kustomization"),
            name: release.or_else(|| name.as_str())?,
            namespace: text(chart, &["namespace"]).or_else(|| text(document, &["namespace"])),
            chart: name.as_str().map(last_part),
            values,
            elsewhere: elsewhere
                .into_iter()
                .find_map(|key| place(Some(chart), key)),
            location: name.span,
        })
    });
    charts.collect()
}
