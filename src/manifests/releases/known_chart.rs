//! Charts whose values are read.

use super::layers::Layers;
use super::rendered::{Map, Rendered, ValuePlace};
use crate::diagnostic::Pointer;
use crate::manifests::keys::Keys;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A chart that installs a part of the system.
#[derive(Clone, Copy, Debug)]
pub struct KnownChart {
    /// Its name in its repository, and the key of its values in an umbrella chart.
    pub name: &'static str,
    /// Keys of its values that no other chart has: they tell a values file.
    pub keys: &'static [&'static str],
    /// Keys of its values that others may have too: below its name, one of them tells its values.
    pub usual: &'static [&'static str],
    /// Whether values without a key of its own are its own all the same.
    pub tells: fn(&Node<'_>) -> bool,
    /// What it renders to, as far as anybody asks for it.
    pub render: for<'s> fn(&ChartRelease<'_, 's>) -> Vec<Rendered<'s>>,
}

/// One release of it.
#[derive(Debug)]
pub struct ChartRelease<'n, 's> {
    /// Its name; that of the chart in a values file.
    pub name: &'n str,
    pub namespace: Option<&'n str>,
    pub values: &'n Node<'s>,
    /// Whether these are all of its values: what they do not say is then as the chart has it.
    pub is_complete: bool,
    /// Of these values among all values of the release.
    pub(super) path: Pointer,
    pub(super) layers: &'n Layers,
    /// Where everything stands that no value says.
    pub location: Span,
}

impl<'n, 's> ChartRelease<'n, 's> {
    /// The value at a path of keys, unless it is `null`, which means the chart's default.
    pub fn value(&self, path: &[&str]) -> Option<&'n Node<'s>> {
        self.values.at(path).filter(|value| !value.is_null())
    }

    /// A text that is not empty.
    pub fn text(&self, path: &[&str]) -> Option<&'n str> {
        let text = self.value(path).and_then(Node::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// The name that most charts give their objects: the release's, with the chart's behind it unless it has that already.
    /// Source: helm/helm pkg/chart/v2/util/create.go, `defaultHelpers`, `fullname`.
    pub fn full_name(&self, chart: &str) -> String {
        if let Some(name) = self.text(&["fullnameOverride"]) {
            return name.to_owned();
        }
        let chart = self.text(&["nameOverride"]).unwrap_or(chart);
        if self.name.contains(chart) {
            self.name.to_owned()
        } else {
            format!("{}-{chart}", self.name)
        }
    }

    /// Where the value at a path of keys is written, for a text that is made of it.
    pub fn place(&self, path: &[&str], value: &Node<'_>) -> ValuePlace {
        let entry = path.split_last().and_then(|(last, way)| {
            let parent = self.values.at(way)?;
            parent.entry(last)
        });
        let path = path
            .iter()
            .fold(self.path.clone(), |path, key| path.child(key));
        let is_whole = self.layers.is_whole(&path);
        ValuePlace {
            location: value.span,
            key: entry.map(|entry| entry.key_span),
            pointer: self.layers.place(&path),
            keys: (!is_whole || matches!(value.value, Value::Mapping(_)))
                .then(|| Keys::of_value(value)),
            is_whole,
        }
    }

    pub fn map(&self) -> Map<'s> {
        Map::new(self.location)
    }

    /// An object of this name.
    pub fn object(&self, api_version: &'static str, kind: &'static str, name: String) -> Map<'s> {
        let mut metadata = self.map().text("name", name);
        if let Some(namespace) = self.namespace {
            metadata = metadata.text("namespace", namespace.to_owned());
        }
        self.map()
            .text("apiVersion", api_version)
            .text("kind", kind)
            .map("metadata", metadata)
    }

    /// A pod template for these containers, placed as these values say it, in the keys that all charts use.
    pub fn template(&self, name: &str, placed: &Node<'s>, pod: Map<'s>) -> Map<'s> {
        let labels = self.labels(name);
        let keys = [
            "affinity",
            "nodeSelector",
            "tolerations",
            "topologySpreadConstraints",
        ];
        let given = |pod: Map<'s>, key| pod.given(key, placed.get(key));
        self.map()
            .map("metadata", self.map().map("labels", labels))
            .map("spec", keys.into_iter().fold(pod, given))
    }

    /// A budget for its pods, as the value says.
    pub fn budget(&self, name: String, chart: &str, spec: Map<'s>) -> Node<'s> {
        self.object("policy/v1", "PodDisruptionBudget", name)
            .map("spec", spec.map("selector", self.selector(chart)))
            .build()
    }

    /// What the pods are selected by.
    pub fn selector(&self, name: &str) -> Map<'s> {
        self.map().map("matchLabels", self.labels(name))
    }

    fn labels(&self, name: &str) -> Map<'s> {
        self.map()
            .text("app.kubernetes.io/name", name.to_owned())
            .text("app.kubernetes.io/instance", self.name.to_owned())
    }

    /// `repository:tag`, each the chart's own where it is not set. A chart's own tag is the version of what it installs,
    /// which the values do not tell.
    pub fn image(&self, repository: &str) -> String {
        let repository = self.text(&["image", "repository"]).unwrap_or(repository);
        match self.text(&["image", "tag"]) {
            Some(tag) => format!("{repository}:{tag}"),
            None => repository.to_owned(),
        }
    }
}
