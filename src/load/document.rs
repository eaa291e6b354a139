//! The result of loading.

use std::borrow::Cow;

use foldhash::HashMap;

use super::tree::Tree;
use crate::diagnostic::Pointer;
use crate::source::{Sources, Span};
use crate::yaml::{Node, Value};

/// A YAML mapping in which every node has its location. It has no duplicate keys and no `null`; aliases and merge keys are
/// resolved. A node that an alias stands for has the location of the alias, and its content that of the anchor's.
#[derive(Clone, Debug)]
pub struct Document<'s> {
    pub(super) tree: Tree<'s>,
    /// The keys that were `null`, and are left out.
    pub nulls: Vec<(Pointer, Span)>,
    /// The nodes that aliases refer to, by the aliases.
    pub aliases: HashMap<Span, Span>,
    pub sources: &'s Sources,
}

/// A node on the way to another one.
struct Passed<'d, 's> {
    node: &'d Node<'s>,
    /// How many segments of the way lead there.
    depth: usize,
    location: Span,
}

impl<'s> Document<'s> {
    /// The mapping that it is. To make all its nodes takes long; those of one part are made by [`Document::node`].
    pub fn root(&self) -> &Node<'s> {
        self.tree.root()
    }

    /// The same to change it.
    pub fn root_mut(&mut self) -> &mut Node<'s> {
        self.tree.root_mut()
    }

    /// The location of a pointer. If nothing is written there, the location of the nearest ancestor that is.
    pub fn locate(&self, pointer: &Pointer) -> Span {
        let way: Vec<Cow<'_, str>> = pointer.segments().collect();
        let wants_key = |depth| depth == way.len() && pointer.key;
        let Passed {
            mut node,
            depth,
            mut location,
        } = match self.begin(&way, pointer.key) {
            Ok(passed) => passed,
            Err(location) => return location,
        };
        for (depth, segment) in (depth + 1..).zip(&way[depth..]) {
            match &node.value {
                Value::Mapping(entries) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == *segment) else {
                        return location;
                    };
                    node = &entry.value;
                    location = if wants_key(depth) || self.has_its_key(node, entry.key_span) {
                        entry.key_span
                    } else {
                        node.span
                    };
                }
                Value::Sequence(items) => {
                    let Some(item) = segment.parse::<usize>().ok().and_then(|at| items.get(at))
                    else {
                        return location;
                    };
                    location = item.span;
                    node = item;
                }
                _ => return location,
            }
        }
        location
    }

    /// The first node on a way whose location is known: what the outline leads to, or else the root. The error is the
    /// location of all that is there.
    fn begin(&self, way: &[Cow<'_, str>], wants_key: bool) -> Result<Passed<'_, 's>, Span> {
        let Tree::Outlined { outline, .. } = &self.tree else {
            let node = self.root();
            return Ok(Passed {
                node,
                depth: 0,
                location: Span {
                    end: node.span.start,
                    ..node.span
                },
            });
        };
        if way.is_empty() {
            return Err(outline.start());
        }
        let reached = outline.reach(way);
        let is_last = reached.depth == way.len();
        let key = reached.key.unwrap_or_else(|| outline.start());
        if is_last && (wants_key && !reached.is_item() || reached.is_block()) {
            return Err(key);
        }
        let node = reached.node().ok_or(key)?;
        let is_at_key = !reached.is_item() && self.has_its_key(node, key);
        Ok(Passed {
            node,
            depth: reached.depth,
            location: if is_at_key { key } else { node.span },
        })
    }

    /// Whether the key of a node is a better location than its first entry: it is a list or map over several lines.
    fn has_its_key(&self, node: &Node<'_>, key: Span) -> bool {
        matches!(node.value, Value::Mapping(_) | Value::Sequence(_))
            && !self.sources.slice(node.span).starts_with(['{', '['])
            && node.span.source == key.source
    }

    /// Where the node at a pointer is written, which may be an anchor that several aliases refer to.
    pub fn written_at(&self, pointer: &Pointer) -> Option<Span> {
        let mut span = self.node(pointer)?.span;
        while let Some(anchored) = self.aliases.get(&span) {
            span = *anchored;
        }
        Some(span)
    }

    /// The node at a pointer.
    pub fn node(&self, pointer: &Pointer) -> Option<&Node<'s>> {
        let way: Vec<Cow<'_, str>> = pointer.segments().collect();
        let (node, depth): (&Node<'s>, usize) = match &self.tree {
            Tree::Outlined { outline, .. } if !way.is_empty() => {
                let reached = outline.reach(&way);
                (reached.node()?, reached.depth)
            }
            _ => (self.root(), 0),
        };
        way[depth..]
            .iter()
            .try_fold(node, |node, segment| match &node.value {
                Value::Mapping(_) => node.get(segment),
                Value::Sequence(items) => items.get(segment.parse::<usize>().ok()?),
                _ => None,
            })
    }
}
