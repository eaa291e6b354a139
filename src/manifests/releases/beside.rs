//! What belongs to a release and stands beside it, in any order and in any file.

use super::found::text;
use crate::source::{SourceId, Sources};
use crate::yaml::{self, Node};

/// The `HelmChart`s, `HelmChartConfig`s and `ConfigMap`s of all manifests, as far as a release may use them.
#[derive(Debug, Default)]
pub(in crate::manifests) struct Beside<'s> {
    /// Those of one name in one namespace belong together.
    charts: Vec<Identity>,
    configs: Vec<(Identity, Node<'s>)>,
    config_maps: Vec<(Identity, Node<'s>)>,
}

/// The namespace and the name.
type Identity = (Option<String>, String);

impl<'s> Beside<'s> {
    /// Reads the files that may have some.
    pub(in crate::manifests) fn read(sources: &'s Sources, files: &[SourceId]) -> Self {
        let text = |file: &SourceId| sources.get(*file).text.as_str();
        let refers = |file: &SourceId| {
            let text = text(file);
            text.contains("HelmRelease") && text.contains("valuesFrom")
        };
        let has_references = files.iter().any(refers);
        let mut all = Self::default();
        for &file in files {
            let text = text(&file);
            let is_read = text.contains("HelmChartConfig")
                || has_references && text.contains("ConfigMap") && text.contains("data");
            if is_read {
                let documents = yaml::parse_stream(file, text).documents;
                documents.iter().for_each(|document| all.add(document));
            }
        }
        all
    }

    fn add(&mut self, document: &Node<'s>) {
        if let Some(identity) = identity(document, "HelmChart", "helm.cattle.io/") {
            self.charts.push(identity);
        } else if let Some(identity) = identity(document, "HelmChartConfig", "helm.cattle.io/") {
            self.configs.push((identity, document.clone()));
        } else if let Some(identity) = identity(document, "ConfigMap", "v1") {
            self.config_maps.push((identity, document.clone()));
        }
        for item in document.get("items").map_or(&[][..], Node::items) {
            self.add(item);
        }
    }

    /// The `HelmChartConfig` of a `HelmChart`.
    pub(super) fn config_of(&self, chart: &Node<'_>) -> Option<&Node<'s>> {
        let own = identity(chart, "HelmChart", "helm.cattle.io/")?;
        let config = self.configs.iter().rfind(|(other, _)| *other == own)?;
        Some(&config.1)
    }

    /// Whether the chart of a `HelmChartConfig` is here.
    pub(super) fn has_chart_of(&self, config: &Node<'_>) -> bool {
        let own = identity(config, "HelmChartConfig", "helm.cattle.io/");
        own.is_some_and(|own| self.charts.contains(&own))
    }

    /// The `ConfigMap` of a name in a namespace. A namespace that is not written may be any: a tool sets it later, for all
    /// objects together.
    pub(super) fn config_map(&self, namespace: Option<&str>, name: &str) -> Option<&Node<'s>> {
        let named = self.config_maps.iter().filter(|(own, _)| own.1 == name);
        let is_there = |own: &Identity| own.0.as_deref() == namespace;
        if let Some((_, map)) = named.clone().rfind(|(own, _)| is_there(own)) {
            return Some(map);
        }
        let may_be = |own: &Identity| own.0.is_none() || namespace.is_none();
        let mut others = named.filter(|(own, _)| may_be(own));
        let (_, map) = others.next()?;
        others.next().is_none().then_some(map)
    }
}

fn identity(object: &Node<'_>, kind: &str, group: &str) -> Option<Identity> {
    let is_one =
        text(object, &["kind"]) == Some(kind) && text(object, &["apiVersion"])?.starts_with(group);
    let name = text(object, &["metadata", "name"]).filter(|_| is_one)?;
    let namespace = text(object, &["metadata", "namespace"]);
    Some((namespace.map(str::to_owned), name.to_owned()))
}
