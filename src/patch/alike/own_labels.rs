//! The labels of a workload.

use std::collections::BTreeMap;

use crate::config::Kind;
use crate::patch::pod_spec::PodSpec;
use crate::yaml::{Node, Value};

/// A key and a value that are longer could be written in another way than on one line.
const LONGEST: usize = 256;

pub(super) type OwnLabels<'n> = BTreeMap<&'n str, &'n str>;

/// The labels by which a workload of a kind selects its pods, if it is beyond doubt that they are these.
pub(super) fn own_labels<'n>(
    object: &'n Node<'_>,
    kind: Kind,
    spec: &PodSpec<'_, '_, '_>,
) -> Option<OwnLabels<'n>> {
    if !kind.has_selector() || kind == Kind::ReplicationController {
        return None;
    }
    let [selector] = object.at(&["spec", "selector"])?.entries() else {
        return None;
    };
    let labels = as_labels(&selector.value).filter(|_| selector.key == "matchLabels")?;
    let template = spec.place().template?;
    let metadata = template.get("metadata");
    let are_read = match metadata.map(|metadata| &metadata.value) {
        None => true,
        Some(Value::Mapping(_)) => {
            let labels = metadata.and_then(|metadata| metadata.get("labels"));
            labels.is_none_or(are_labels)
        }
        Some(_) => false,
    };
    (are_read && !labels.is_empty()).then_some(labels)
}

/// Whether it is a map of short texts of one line.
fn are_labels(node: &Node<'_>) -> bool {
    let is_short = |text: &str| text.len() <= LONGEST && text.bytes().all(|byte| byte >= b' ');
    let is_map = matches!(node.value, Value::Mapping(_));
    let mut entries = node.entries().iter();
    is_map
        && entries.all(|entry| is_short(&entry.key) && entry.value.as_str().is_some_and(is_short))
}

fn as_labels<'n>(node: &'n Node<'_>) -> Option<OwnLabels<'n>> {
    let labels = node.entries().iter();
    let labels = labels.map(|entry| Some((entry.key.as_ref(), entry.value.as_str()?)));
    are_labels(node).then(|| labels.collect())?
}
