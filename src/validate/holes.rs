//! What was taken out of a document so that the rest of it could be looked at.

use crate::diagnostic::Pointer;
use crate::load::Document;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// Places of the parts that were taken out.
#[derive(Clone, Debug, Default)]
pub struct Holes(Vec<Span>);

impl Holes {
    /// Takes the nodes at `pointers` out of the document. False when its root would have to go.
    pub fn cut(&mut self, document: &mut Document<'_>, pointers: &[Pointer]) -> bool {
        let mut pointers = pointers.to_vec();
        // From the back, so that the numbers of items before stay what they were.
        pointers.sort_by_cached_key(order);
        pointers.dedup();
        for pointer in pointers.iter().rev() {
            if pointer.segments().is_empty() {
                return false;
            }
            if let Some(span) = remove(&mut document.root, pointer.segments()) {
                self.0.push(span);
            }
        }
        true
    }

    /// Whether something was taken out of what is at `pointer`: then nothing may be said about what is missing there.
    pub fn within(&self, document: &Document<'_>, pointer: &Pointer) -> bool {
        let Some(node) = document.node(pointer) else {
            // The whole of it may be what was taken out.
            return !self.0.is_empty();
        };
        self.0.iter().any(|hole| {
            hole.source == node.span.source
                && node.span.start <= hole.start
                && hole.end <= node.span.end
        })
    }
}

fn order(pointer: &Pointer) -> Vec<(usize, String)> {
    let key = |segment: &String| (segment.parse().unwrap_or(0), segment.clone());
    pointer.segments().iter().map(key).collect()
}

fn remove(node: &mut Node<'_>, path: &[String]) -> Option<Span> {
    let (first, rest) = path.split_first()?;
    match &mut node.value {
        Value::Mapping(entries) => {
            let at = entries
                .iter()
                .position(|entry| entry.key == first.as_str())?;
            if rest.is_empty() {
                let entry = entries.remove(at);
                let same = entry.key_span.source == entry.value.span.source;
                let start = if same {
                    entry.key_span.start
                } else {
                    entry.value.span.start
                };
                return Some(Span {
                    start,
                    ..entry.value.span
                });
            }
            remove(&mut entries[at].value, rest)
        }
        Value::Sequence(items) => {
            let at = first.parse::<usize>().ok().filter(|&at| at < items.len())?;
            if rest.is_empty() {
                return Some(items.remove(at).span);
            }
            remove(&mut items[at], rest)
        }
        _ => None,
    }
}
