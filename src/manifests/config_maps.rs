//! The priority expander's `ConfigMap`, or what is meant to be it, where others bring it along.

use super::objects::{Header, Object};
use super::shape::{self, Reader};
use crate::source::Span;
use crate::yaml::Node;

/// Part of the name, for tools put something before or behind it.
const EXPANDER: &str = "cluster-autoscaler-priority-expander";
const KEY: &str = "priorities";

/// A `ConfigMap` that is meant for the priority expander.
#[derive(Debug)]
pub struct FoundExpander {
    pub name: String,
    pub namespace: Option<String>,
    /// What is under `priorities`.
    pub priorities: Option<String>,
    /// Its name.
    pub place: Span,
    /// The `priorities`, else the name.
    pub priorities_place: Span,
}

impl FoundExpander {
    /// The name that the autoscaler looks for.
    pub const NAME: &str = EXPANDER;
}

/// Whether a `ConfigMap` is meant for the expander.
pub(super) fn is_expander(node: &Node<'_>) -> bool {
    let name = node.at(&["metadata", "name"]).and_then(Node::as_str);
    name.is_some_and(|name| name.contains(EXPANDER))
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    object: &Object<'_, '_>,
    header: Header,
) -> FoundExpander {
    let data = shape::present(Some(object.node), "data");
    FoundExpander {
        priorities: reader.text(data, KEY),
        priorities_place: reader.place(data, KEY).unwrap_or(header.place),
        name: header.name,
        namespace: header.namespace,
        place: header.place,
    }
}
