//! `helmCharts` of a `kustomization.yaml`.
//! Sources: kubernetes-sigs/kustomize api/types/helmchartargs.go, `HelmChart`; api/internal/builtins/
//! HelmChartInflationGenerator.go, `createNewMergedValuesFile` and `replaceValuesInline`.

use super::beside::Beside;
use super::found::{Found, last_part, text};
use super::layers::Layers;
use super::values_files::{Base, Named};
use crate::diagnostic::Pointer;
use crate::manifests::shape::Texts;
use crate::source::Span;
use crate::yaml::Node;

pub(super) fn releases<'n>(
    document: &'n Node<'_>,
    (texts, beside): (Texts<'_>, &Beside<'_>),
) -> Vec<Found<'n>> {
    let charts = document.get("helmCharts").map_or(&[][..], Node::items);
    let charts = charts.iter().enumerate().filter_map(|(at, chart)| {
        let name = chart.get("name")?;
        let release = text(chart, &["releaseName"]);
        let pointer = Pointer::parse("/helmCharts").child(at);
        let mut values = Layers::default();
        let elsewhere = add(&mut values, (chart, pointer), (texts, beside));
        Some(Found {
            kind: Some("Kustomization"),
            name: release.or_else(|| name.as_str())?,
            namespace: text(chart, &["namespace"]).or_else(|| text(document, &["namespace"])),
            chart: name.as_str().map(last_part),
            values,
            elsewhere,
            location: name.span,
        })
    });
    charts.collect()
}

/// The file and the map, as `valuesMerge` says it, and the other files over both. Returns where others come from.
fn add(
    values: &mut Layers,
    (chart, pointer): (&Node<'_>, Pointer),
    (texts, beside): (Texts<'_>, &Beside<'_>),
) -> Option<Span> {
    let read = |path: &Node<'_>| {
        let path = path.as_str().filter(|path| !path.is_empty())?;
        beside.values_files.read(Named {
            path,
            base: Base::Folder,
            near: chart.span.source,
            release: chart.span,
        })
    };
    let inline = chart.get("valuesInline");
    let has_inline = inline.is_some_and(|inline| !inline.entries().is_empty());
    let merge = text(chart, &["valuesMerge"]);
    let pointer = pointer.child("valuesInline");
    let mut elsewhere = None;
    if has_inline && merge == Some("merge") {
        values.map(texts, inline, pointer.clone());
    }
    if let Some(file) = chart.entry("valuesFile") {
        let found = read(&file.value);
        // It takes no part, and is not to be judged alone for that.
        let is_replaced = has_inline && merge == Some("replace");
        if !is_replaced && !values.file(found) {
            elsewhere = Some(file.key_span);
        }
    }
    if has_inline && merge != Some("merge") {
        values.map(texts, inline, pointer);
    }
    if let Some(files) = chart.entry("additionalValuesFiles") {
        for file in files.value.items() {
            if !values.file(read(file)) {
                elsewhere = elsewhere.or(Some(files.key_span));
            }
        }
    }
    elsewhere
}
