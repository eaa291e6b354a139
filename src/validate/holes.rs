//! What was taken out of a document so that the rest of it could be looked at.

use crate::diagnostic::Pointer;
use crate::load::Document;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// What is put in place of keys without which nothing else could be looked at. What it says is never reported.
const STAND_INS: [(&[&str], &str); 4] = [
    (&["apiVersion"], "spotgen.dev/v1alpha1"),
    (&["kind"], "SpotConfig"),
    (&["metadata", "name"], "unnamed"),
    (&["spec", "provider"], "generic"),
];

/// A node that has to go, or a key that is missing from it.
#[derive(Clone, Debug)]
pub struct Broken {
    pub pointer: Pointer,
    pub missing: Option<String>,
}

/// What is not in the document, and so cannot be held against it.
#[derive(Clone, Debug)]
pub struct Holes {
    /// Places of the parts that were taken out.
    places: Vec<Span>,
    /// Whether the provider is not known, and so what it would allow.
    pub is_without_provider: bool,
    /// Whether the facts of workloads may come from their manifests.
    pub has_manifests: bool,
}

impl Holes {
    /// Nothing taken out yet.
    pub fn new(has_manifests: bool) -> Self {
        Self {
            places: Vec::new(),
            is_without_provider: false,
            has_manifests,
        }
    }

    /// Takes the broken parts out of the document, or puts something in their place. False when its root would have to
    /// go.
    pub fn cut(&mut self, document: &mut Document<'_>, broken: &[Broken]) -> bool {
        let mut pointers = Vec::new();
        for part in broken {
            let whole = match &part.missing {
                Some(key) => part.pointer.child(key),
                None => part.pointer.clone(),
            };
            if !self.stand_in(document, &whole) {
                pointers.push(part.pointer.clone());
            }
        }
        // From the back, so that the numbers of items before stay what they were.
        pointers.sort_by_cached_key(order);
        pointers.dedup();
        for pointer in pointers.iter().rev() {
            if pointer.segments().is_empty() {
                return false;
            }
            if let Some(span) = remove(&mut document.root, pointer.segments()) {
                self.places.push(span);
            }
        }
        true
    }

    fn stand_in(&mut self, document: &mut Document<'_>, pointer: &Pointer) -> bool {
        let starts = |path: &[&str]| {
            path.iter()
                .zip(pointer.segments())
                .all(|(a, b)| *a == b.as_str())
        };
        let Some((path, value)) = STAND_INS
            .iter()
            .find(|(path, _)| starts(path) && (1..=path.len()).contains(&pointer.segments().len()))
        else {
            return false;
        };
        // A broken `spec` is everything there is.
        if pointer.segments() == ["spec"] {
            return false;
        }
        let place = document.root.span;
        let mut node = &mut document.root;
        for key in *path {
            node = child(node, key, place);
        }
        node.value = Value::String((*value).into());
        self.is_without_provider |= path.contains(&"provider");
        true
    }

    /// Whether something was taken out of what is at `pointer`: then nothing may be said about what is missing there.
    pub fn within(&self, document: &Document<'_>, pointer: &Pointer) -> bool {
        let Some(node) = document.node(pointer) else {
            // The whole of it may be what was taken out.
            return !self.places.is_empty();
        };
        self.places.iter().any(|hole| {
            hole.source == node.span.source
                && node.span.start <= hole.start
                && hole.end <= node.span.end
        })
    }
}

/// The value under a key, made where it is missing.
fn child<'n, 's>(node: &'n mut Node<'s>, key: &'static str, place: Span) -> &'n mut Node<'s> {
    if !matches!(node.value, Value::Mapping(_)) {
        node.value = Value::Mapping(Vec::new());
    }
    let Value::Mapping(entries) = &mut node.value else {
        unreachable!("it has just been made a mapping");
    };
    let at = entries
        .iter()
        .position(|entry| entry.key == key)
        .unwrap_or_else(|| {
            entries.push(Entry {
                key: key.into(),
                key_span: place,
                value: Node {
                    span: place,
                    value: Value::Null,
                },
            });
            entries.len() - 1
        });
    &mut entries[at].value
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
