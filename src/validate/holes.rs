//! The parts that were cut out of a document so that the rest of it can be checked.

use std::borrow::Cow;

use foldhash::{HashSet, HashSetExt as _};

use crate::diagnostic::Pointer;
use crate::load::Document;
use crate::source::Span;
use crate::yaml::{Entry, Node, Value};

/// Values for required keys without which nothing else can be checked. They are never reported.
const STAND_INS: [(&[&str], &str); 4] = [
    (&["apiVersion"], "spotgen.dev/v1alpha1"),
    (&["kind"], "SpotConfig"),
    (&["metadata", "name"], "unnamed"),
    (&["spec", "provider"], "generic"),
];

/// A node to cut out, or a key that it lacks.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub pointer: Pointer,
    pub missing: Option<String>,
}

/// The parts that were cut out of the document. Nothing about them may be reported as missing.
#[derive(Clone, Debug)]
pub(crate) struct Holes {
    /// All ancestors of the parts that were cut out, each by its depth and its span. Neither changes when other parts
    /// are cut out.
    around: HashSet<(usize, Span)>,
    /// Whether the provider is unknown, and with it what the provider allows.
    pub is_without_provider: bool,
    /// Whether facts of workloads may come from their manifests.
    pub has_manifests: bool,
}

impl Holes {
    /// Nothing is cut out yet.
    pub(crate) fn new(has_manifests: bool) -> Self {
        Self {
            around: HashSet::new(),
            is_without_provider: false,
            has_manifests,
        }
    }

    /// Cuts the broken parts out of the document, or replaces them. Returns false if its root would have to be cut out.
    pub(crate) fn cut(&mut self, document: &mut Document<'_>, broken: &[Broken]) -> bool {
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
        // From the back, so that the indexes of earlier items do not change.
        pointers.sort_by_cached_key(order);
        pointers.dedup();
        for pointer in pointers.iter().rev() {
            if pointer.is_root() {
                return false;
            }
            let path: Vec<Cow<'_, str>> = pointer.segments().collect();
            if remove(document.root_mut(), &path) {
                self.remember(document, pointer);
            }
        }
        true
    }

    fn stand_in(&mut self, document: &mut Document<'_>, pointer: &Pointer) -> bool {
        let starts = |path: &[&str]| path.iter().zip(pointer.segments()).all(|(a, b)| *a == b);
        let Some((path, value)) = STAND_INS
            .iter()
            .find(|(path, _)| starts(path) && (1..=path.len()).contains(&pointer.depth()))
        else {
            return false;
        };
        // Without `spec` there is nothing left to check.
        if pointer.segments().eq(["spec"]) {
            return false;
        }
        let location = document.root().span;
        let mut node = document.root_mut();
        for key in *path {
            node = child(node, key, location);
        }
        node.value = Value::String((*value).into());
        self.is_without_provider |= path.contains(&"provider");
        true
    }

    /// Remembers the ancestors of a part that is cut out.
    fn remember(&mut self, document: &Document<'_>, pointer: &Pointer) {
        let mut around = pointer.parent();
        loop {
            if let Some(node) = document.node(&around) {
                self.around.insert((around.depth(), node.span));
            }
            if around.is_root() {
                return;
            }
            around = around.parent();
        }
    }

    /// Whether something was cut out of the node at `pointer`. Then nothing may be reported as missing there.
    pub(crate) fn within(&self, document: &Document<'_>, pointer: &Pointer) -> bool {
        !self.around.is_empty()
            && document.node(pointer).is_none_or(|node| {
                // The whole node may have been cut out.
                self.around.contains(&(pointer.depth(), node.span))
            })
    }
}

/// The value under a key. Creates it if it is missing.
fn child<'n, 's>(node: &'n mut Node<'s>, key: &'static str, location: Span) -> &'n mut Node<'s> {
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
                key_span: location,
                value: Node {
                    span: location,
                    value: Value::Null,
                },
            });
            entries.len() - 1
        });
    &mut entries[at].value
}

fn order(pointer: &Pointer) -> Vec<(usize, String)> {
    let key = |segment: Cow<'_, str>| (segment.parse().unwrap_or(0), segment.into_owned());
    pointer.segments().map(key).collect()
}

/// Removes the node at a path. Returns whether it existed.
fn remove(node: &mut Node<'_>, path: &[Cow<'_, str>]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    match &mut node.value {
        Value::Mapping(entries) => {
            let found = entries.iter().position(|entry| entry.key == *first);
            match found {
                Some(at) if rest.is_empty() => drop(entries.remove(at)),
                Some(at) => return remove(&mut entries[at].value, rest),
                None => return false,
            }
            true
        }
        Value::Sequence(items) => {
            let found = first.parse::<usize>().ok().filter(|&at| at < items.len());
            match found {
                Some(at) if rest.is_empty() => drop(items.remove(at)),
                Some(at) => return remove(&mut items[at], rest),
                None => return false,
            }
            true
        }
        _ => false,
    }
}
