//! What stands once in a text and counts in several places of it.

use std::collections::{HashMap, HashSet};

use super::node::{Entry, Node};
use crate::source::Span;

/// Anchors that are used, and what merge keys bring. Whoever edits a text has to keep off them, for more would change
/// than is meant.
#[derive(Debug, Default)]
pub struct Sharing {
    /// The nodes that an alias stands for, and their names.
    anchors: HashMap<Span, String>,
    /// Maps with the keys that they have from a merge key.
    merged: HashSet<(Span, Span)>,
}

impl Sharing {
    /// The anchor of a node, if an alias uses it.
    pub fn anchor(&self, node: &Node<'_>) -> Option<&str> {
        self.anchors.get(&node.span).map(String::as_str)
    }

    /// Whether a map has this entry from a merge key.
    pub fn is_merged(&self, map: &Node<'_>, entry: &Entry<'_>) -> bool {
        self.merged.contains(&(map.span, entry.key_span))
    }

    pub(super) fn uses(&mut self, anchored: Span, name: &str) {
        self.anchors.insert(anchored, name.to_owned());
    }

    pub(super) fn merges(&mut self, map: Span, key: Span) {
        self.merged.insert((map, key));
    }
}
