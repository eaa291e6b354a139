//! `HelmChart` and `HelmChartConfig` of K3s and RKE2.
//! Sources: k3s-io/helm-controller pkg/apis/helm.cattle.io/v1/types.go (`HelmChartSpec`, `HelmChartConfigSpec`) and
//! pkg/controllers/chart/chart.go (`getJobAndRelatedResources`: the values of the `HelmChartConfig` of the same name and
//! namespace are laid over those of the chart; `args`: `set` is laid over both).

use super::found::{Found, last_part, place, text};
use crate::diagnostic::Pointer;
use crate::yaml::{Entry, Node, Value};

pub(super) fn releases<'n, 's>(object: &'n Node<'s>) -> Vec<Found<'n, 's>> {
    let spec = object.get("spec");
    let chart = text(object, &["spec", "chart"]).map(last_part);
    let elsewhere = ["set", "valuesSecrets"];
    let elsewhere = elsewhere.into_iter().find_map(|key| place(spec, key));
    let found = found(object, "HelmChart");
    let with_chart = |found| Found {
        chart,
        namespace: text(object, &["spec", "targetNamespace"])
            .or_else(|| text(object, &["metadata", "namespace"])),
        elsewhere,
        ..found
    };
    found.map(with_chart).into_iter().collect()
}

/// The values of a `HelmChartConfig` whose chart is nowhere here.
pub(super) fn config<'n, 's>(object: &'n Node<'s>) -> Option<Found<'n, 's>> {
    found(object, "HelmChartConfig")
}

fn found<'n, 's>(object: &'n Node<'s>, kind: &'static str) -> Option<Found<'n, 's>> {
    let name = object.at(&["metadata", "name"])?;
    let (key, values) = values(object).unzip();
    Some(Found {
        kind: Some(kind),
        name: name.as_str()?,
        namespace: None,
        chart: None,
        values,
        pointer: Pointer::parse("/spec").child(key.unwrap_or(CONTENT)),
        elsewhere: Some(name.span),
        location: name.span,
    })
}

const CONTENT: &str = "valuesContent";

/// Newer releases have `values` besides, which come before the text.
/// Source: k3s-io/helm-controller doc/helmchart.md.
pub(super) fn values<'n, 's>(object: &'n Node<'s>) -> Option<(&'static str, &'n Node<'s>)> {
    ["values", CONTENT].into_iter().find_map(|key| {
        let values = object.at(&["spec", key])?;
        Some((key, values)).filter(|_| !values.is_null())
    })
}

/// The `HelmChart`s and `HelmChartConfig`s of all manifests: of one name in one namespace, they belong together.
#[derive(Debug, Default)]
pub(in crate::manifests) struct HelmCharts<'s> {
    charts: Vec<Identity>,
    configs: Vec<(Identity, Node<'s>)>,
}

type Identity = (Option<String>, String);

impl<'s> HelmCharts<'s> {
    pub(in crate::manifests) fn add(&mut self, document: &Node<'s>) {
        if let Some(identity) = identity(document, "HelmChart") {
            self.charts.push(identity);
        } else if let Some(identity) = identity(document, "HelmChartConfig")
            && let Some((_, values)) = values(document)
        {
            self.configs.push((identity, values.clone()));
        }
        for item in document.get("items").map_or(&[][..], Node::items) {
            self.add(item);
        }
    }

    /// The values that are laid over those of a `HelmChart`.
    pub(in crate::manifests) fn values_over(&self, object: &Node<'_>) -> Option<&Node<'s>> {
        let own = identity(object, "HelmChart")?;
        let config = self.configs.iter().rfind(|(other, _)| *other == own)?;
        Some(&config.1)
    }

    /// Whether the chart of a `HelmChartConfig` is here.
    pub(in crate::manifests) fn has_chart_of(&self, config: &Node<'_>) -> bool {
        let own = identity(config, "HelmChartConfig");
        own.is_some_and(|own| self.charts.contains(&own))
    }
}

fn identity(object: &Node<'_>, kind: &str) -> Option<Identity> {
    let is_one = text(object, &["kind"]) == Some(kind)
        && text(object, &["apiVersion"])?.starts_with("helm.cattle.io/");
    let name = text(object, &["metadata", "name"]).filter(|_| is_one)?;
    let namespace = text(object, &["metadata", "namespace"]);
    Some((namespace.map(str::to_owned), name.to_owned()))
}

/// Values with others laid over them, as Helm does it: maps key by key, everything else as a whole.
/// Source: helm/helm pkg/chart/common/util/coalesce.go.
pub(in crate::manifests) fn laid_over<'s>(base: &Node<'s>, over: &Node<'s>) -> Node<'s> {
    let (Value::Mapping(below), Value::Mapping(above)) = (&base.value, &over.value) else {
        return if over.is_null() {
            base.clone()
        } else {
            over.clone()
        };
    };
    let mut entries: Vec<Entry<'s>> = below.clone();
    for entry in above {
        match entries.iter_mut().find(|own| own.key == entry.key) {
            // `null` takes the key away.
            Some(own) if entry.value.is_null() => own.value = entry.value.clone(),
            Some(own) => {
                own.value = laid_over(&own.value, &entry.value);
                own.key_span = entry.key_span;
            }
            None => entries.push(entry.clone()),
        }
    }
    Node {
        span: base.span,
        value: Value::Mapping(entries),
    }
}
