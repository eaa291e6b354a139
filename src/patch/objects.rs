//! The Kubernetes objects of a document, lists unwrapped, and where their pod specs are.

use crate::config::{CustomKind, Kind};
use crate::manifests::workload_kind;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// An object, and what it calls itself.
pub(super) struct Object<'n, 's> {
    pub(super) node: &'n Node<'s>,
    pub(super) kind: &'n str,
    pub(super) api_version: Option<&'n str>,
    /// The steps from the document to it: numbers of items in lists.
    pub(super) items: Vec<usize>,
}

/// All objects of a document in their order. What does not look like one is none.
pub(super) fn unwrap<'n, 's>(document: &'n Node<'s>) -> Vec<Object<'n, 's>> {
    let mut objects = Vec::new();
    collect(document, None, &mut Vec::new(), &mut objects);
    objects
}

fn collect<'n, 's>(
    node: &'n Node<'s>,
    inherited: Option<(&'n str, Option<&'n str>)>,
    steps: &mut Vec<usize>,
    objects: &mut Vec<Object<'n, 's>>,
) {
    let text = |key: &str| {
        node.get(key)
            .and_then(Node::as_str)
            .filter(|text| !text.is_empty())
    };
    let Some(kind) = text("kind").or(inherited.map(|(kind, _)| kind)) else {
        return;
    };
    let api_version = text("apiVersion").or(inherited.and_then(|(_, version)| version));
    let item_kind = kind.strip_suffix("List");
    let (Some(item_kind), Some(items)) = (item_kind, node.get("items")) else {
        objects.push(Object {
            node,
            kind,
            api_version,
            items: steps.clone(),
        });
        return;
    };
    // The items of a typed list need not say what they are; those of the others must.
    let inherited = (!matches!(item_kind, "" | "Resource")).then_some((item_kind, api_version));
    for (at, item) in items.items().iter().enumerate() {
        steps.push(at);
        collect(item, inherited, steps, objects);
        steps.pop();
    }
}

/// A pod spec and what leads to it.
pub(super) struct PodSpec<'n, 's> {
    /// The built-in kind, if it is one.
    pub(super) kind: Option<Kind>,
    /// Each map on the way with the entry of it that is taken; the last entry's value is the pod spec.
    pub(super) way: Vec<(&'n Node<'s>, &'n Entry<'s>)>,
}

impl<'n, 's> PodSpec<'n, 's> {
    /// The map that holds the pod spec, and the pod spec.
    pub(super) fn template(&self) -> (&'n Node<'s>, &'n Node<'s>) {
        let (template, entry) = self.way.last().expect("a way has at least one step");
        (template, &entry.value)
    }
}

impl<'n, 's> Object<'n, 's> {
    /// The keys that lead to the pod spec, for a kind that has one.
    pub(super) fn pod_spec_keys<'k>(
        &self,
        custom: &'k [CustomKind],
    ) -> Option<(Option<Kind>, Vec<&'k str>)> {
        if let Some(kind) = workload_kind(self.kind, self.api_version) {
            let keys = match kind {
                Kind::Pod => vec!["spec"],
                Kind::CronJob => vec!["spec", "jobTemplate", "spec", "template", "spec"],
                _ => vec!["spec", "template", "spec"],
            };
            return Some((Some(kind), keys));
        }
        let group = self.api_version?.split_once('/')?.0;
        let custom = custom
            .iter()
            .find(|custom| custom.kind.as_str() == self.kind && custom.group.as_str() == group)?;
        Some((None, custom.pod_spec.as_str().split('.').collect()))
    }

    /// The pod spec at the end of these keys; the place where the way ends when there is none.
    pub(super) fn pod_spec(
        &self,
        kind: Option<Kind>,
        keys: &[&str],
    ) -> Result<PodSpec<'n, 's>, Span> {
        let mut way = Vec::with_capacity(keys.len());
        let mut node = self.node;
        for key in keys {
            let entry = node.entry(key).ok_or(node.span)?;
            way.push((node, entry));
            node = &entry.value;
        }
        match node.value {
            Value::Mapping(_) => Ok(PodSpec { kind, way }),
            _ => Err(node.span),
        }
    }

    pub(super) fn metadata(&self, key: &str) -> Option<&'n Node<'s>> {
        self.node.get("metadata")?.get(key)
    }

    pub(super) fn text(&self, key: &str) -> Option<&'n str> {
        self.metadata(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// Its own namespace, else the one that it is taken to be in.
    pub(super) fn namespace(&self, assumed: Option<&'n str>) -> Option<&'n str> {
        self.text("namespace").or(assumed)
    }

    /// Its name, or what the API server begins it with.
    pub(super) fn name(&self) -> &'n str {
        self.text("name")
            .or(self.text("generateName"))
            .unwrap_or_default()
    }

    /// What messages call it: ``Deployment `web` ``.
    pub(super) fn title(&self) -> String {
        format!("{} `{}`", self.kind, self.name())
    }

    /// Where findings about it point.
    pub(super) fn place(&self) -> Span {
        self.metadata("name")
            .or(self.metadata("generateName"))
            .or(self.node.get("kind"))
            .unwrap_or(self.node)
            .span
    }
}
