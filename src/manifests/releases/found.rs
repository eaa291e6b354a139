//! A release as it stands in an object or a document.

use super::layers::Layers;
use crate::source::Span;
use crate::yaml::Node;

/// A release, with its values where they stand.
#[derive(Debug)]
pub(in crate::manifests) struct Found<'n> {
    /// None for a values file.
    pub(in crate::manifests) kind: Option<&'static str>,
    pub(in crate::manifests) name: &'n str,
    pub(in crate::manifests) namespace: Option<&'n str>,
    /// The last part of the chart's name or path.
    pub(in crate::manifests) chart: Option<&'n str>,
    pub(in crate::manifests) values: Layers,
    /// Where more values come from.
    pub(in crate::manifests) elsewhere: Option<Span>,
    pub(in crate::manifests) location: Span,
}

/// A text that is not empty.
pub(super) fn text<'n>(node: &'n Node<'_>, path: &[&str]) -> Option<&'n str> {
    let text = node.at(path).and_then(Node::as_str);
    text.filter(|text| !text.is_empty())
}

/// Where something stands that is not empty.
pub(super) fn place(node: Option<&Node<'_>>, key: &str) -> Option<Span> {
    let entry = node?.entry(key)?;
    let is_empty = entry.value.is_null()
        || entry.value.items().is_empty()
            && entry.value.entries().is_empty()
            && entry.value.as_str().is_none_or(str::is_empty);
    (!is_empty).then_some(entry.key_span)
}

/// The last part of a name or path.
pub(super) fn last_part(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}
