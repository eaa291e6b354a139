//! The result of loading.

use foldhash::HashMap;

use crate::diagnostic::Pointer;
use crate::source::{Sources, Span};
use crate::yaml::{Node, Value};

/// A YAML mapping in which every node has its location. It has no duplicate keys and no `null`; aliases and merge keys are
/// resolved. A node that an alias stands for has the location of the alias, and its content that of the anchor's.
#[derive(Clone, Debug)]
pub struct Document<'s> {
    pub root: Node<'s>,
    /// The keys that were `null`, and are left out.
    pub nulls: Vec<(Pointer, Span)>,
    /// The nodes that aliases refer to, by the aliases.
    pub aliases: HashMap<Span, Span>,
    pub sources: &'s Sources,
}

impl Document<'_> {
    /// The location of a pointer. If nothing is written there, the location of the nearest ancestor that is.
    pub fn locate(&self, pointer: &Pointer) -> Span {
        let mut node = &self.root;
        let mut location = Span {
            end: node.span.start,
            ..node.span
        };
        let mut segments = pointer.segments().peekable();
        while let Some(segment) = segments.next() {
            let is_last = segments.peek().is_none();
            match &node.value {
                Value::Mapping(entries) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == segment) else {
                        return location;
                    };
                    let wants_key = is_last && pointer.key;
                    let in_block = self.is_block(&entry.value)
                        && entry.value.span.source == entry.key_span.source;
                    location = if wants_key || in_block {
                        entry.key_span
                    } else {
                        entry.value.span
                    };
                    node = &entry.value;
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

    /// Whether the node is a list or map over several lines. Its key is then a better location than its first entry.
    fn is_block(&self, node: &Node<'_>) -> bool {
        matches!(node.value, Value::Mapping(_) | Value::Sequence(_))
            && !self.sources.slice(node.span).starts_with(['{', '['])
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
    pub fn node(&self, pointer: &Pointer) -> Option<&Node<'_>> {
        pointer
            .segments()
            .try_fold(&self.root, |node, segment| match &node.value {
                Value::Mapping(_) => node.get(&segment),
                Value::Sequence(items) => items.get(segment.parse::<usize>().ok()?),
                _ => None,
            })
    }
}
