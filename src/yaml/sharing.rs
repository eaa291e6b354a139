//! Nodes that are written once in a text and used in several locations.

use std::collections::{HashMap, HashSet};

use super::node::{Entry, Node};
use crate::source::Span;

/// Anchors that are used, and entries inherited by merge keys. Edits must avoid them, because they would change more
/// than intended.
#[derive(Debug, Default)]
pub struct Sharing {
    /// The nodes that aliases refer to, with the names of their anchors.
    anchors: HashMap<Span, String>,
    /// The nodes that aliases refer to, by the aliases.
    aliases: HashMap<Span, Span>,
    /// Maps with the keys that they inherit by a merge key.
    merged: HashSet<(Span, Span)>,
}

impl Sharing {
    /// The anchor of a node, if an alias uses it.
    pub fn anchor(&self, node: &Node<'_>) -> Option<&str> {
        self.anchors.get(&node.span).map(String::as_str)
    }

    /// Whether a map inherits this entry by a merge key.
    pub fn is_merged(&self, map: &Node<'_>, entry: &Entry<'_>) -> bool {
        self.merged.contains(&(map.span, entry.key_span))
    }

    /// The nodes that aliases refer to, by the aliases.
    pub fn into_aliases(self) -> HashMap<Span, Span> {
        self.aliases
    }

    pub(super) fn uses(&mut self, anchored: Span, name: &str, alias: Span) {
        self.anchors.insert(anchored, name.to_owned());
        self.aliases.insert(alias, anchored);
    }

    pub(super) fn merges(&mut self, map: Span, key: Span) {
        self.merged.insert((map, key));
    }
}
