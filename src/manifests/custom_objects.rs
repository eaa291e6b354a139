//! Objects of other kinds than those of Kubernetes, of which an operator may make pods.

use crate::kinds::Shape;
use crate::kubernetes::Labels;
use crate::source::Span;
use crate::yaml::Node;

use super::objects::{self, Object};

/// An object as little read as choosing it needs.
#[derive(Debug)]
pub struct CustomObject {
    pub kind: String,
    pub api_version: String,
    /// If it is generated, the beginning of it.
    pub name: String,
    /// `None` if whoever applies the manifest decides.
    pub namespace: Option<String>,
    pub labels: Labels,
    pub annotations: Labels,
    pub location: Span,
    /// The value of the annotation by which it selects a class, if it has one.
    pub class_location: Option<Span>,
    /// Whether there is a pod spec in it.
    pub has_pods: bool,
    /// `spec.mode`, by which some operators choose a controller.
    pub mode: Option<String>,
    pub shape: Shape,
}

/// How deep a pod spec lies at most: `spec.leaderWorkerTemplate.workerTemplate.spec`.
const DEPTH: usize = 6;

/// Whether a map, or one in it, is the `spec` of pods. What lies in lists are mostly patterns of policies.
fn has_pods(map: &Node<'_>, depth: usize) -> bool {
    let is_container = |item: &Node<'_>| item.get("name").is_some() && item.get("image").is_some();
    depth > 0
        && map.entries().iter().any(|entry| {
            let containers = entry.value.get("containers").map_or(&[][..], Node::items);
            entry.key == "spec" && !containers.is_empty() && containers.iter().all(is_container)
                || has_pods(&entry.value, depth - 1)
        })
}

/// None for what can be of no custom kind: its API group has no domain, or it has no name.
pub(super) fn read(object: &Object<'_, '_>) -> Option<CustomObject> {
    let api_version = object.api_version.as_ref()?;
    let (group, _) = api_version.split_once('/')?;
    if !group.contains('.') || objects::is_left_alone(object.node) {
        return None;
    }
    let metadata = object.node.get("metadata")?;
    let name = metadata.get("name").or(metadata.get("generateName"))?;
    let text = |key: &str| metadata.get(key)?.as_str().map(str::to_owned);
    Some(CustomObject {
        kind: object.kind.clone(),
        api_version: api_version.clone(),
        name: name.as_str()?.to_owned(),
        namespace: text("namespace").filter(|namespace| !namespace.is_empty()),
        labels: texts(metadata.get("labels")),
        annotations: texts(metadata.get("annotations")),
        location: name.span,
        class_location: objects::class_location(object.node),
        has_pods: has_pods(object.node, DEPTH),
        mode: mode(object),
        shape: shape(object),
    })
}

fn mode(object: &Object<'_, '_>) -> Option<String> {
    let mode = object.node.at(&["spec", "mode"])?;
    mode.as_str().map(str::to_owned)
}

/// Its keys; those of a definition of a kind are many, and no pod spec is among them.
fn shape(object: &Object<'_, '_>) -> Shape {
    if object.kind == "CustomResourceDefinition" {
        return Shape::Leaf;
    }
    Shape::of(object.node)
}

fn texts(map: Option<&Node<'_>>) -> Labels {
    let entries = map.map_or(&[][..], Node::entries).iter();
    entries
        .filter_map(|entry| Some((entry.key.to_string(), entry.value.as_str()?.to_owned())))
        .collect()
}
