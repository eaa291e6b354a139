//! Where the values of a chart stand, so that an edit reaches what is rendered from them.

use std::collections::HashMap;

use super::known_chart::ChartRelease;
use crate::diagnostic::Pointer;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// A scalar among the values of a release.
#[derive(Clone, Debug)]
pub(crate) struct PlacedValue {
    pub(crate) location: Span,
    /// In the object or document that has the values.
    pub(crate) pointer: Pointer,
    /// Whether it can hold nothing but a text.
    pub(crate) is_only_argument: bool,
    /// Whether it is an argument as a whole: `--name=value`.
    pub(crate) is_word: bool,
}

/// All of them that stand in a place of their own.
pub(in crate::manifests) fn placed(release: &ChartRelease<'_, '_>) -> Vec<PlacedValue> {
    let mut all = Vec::new();
    add(release, (release.values, &release.path), &mut all);
    let mut seen = HashMap::new();
    for value in &all {
        let start = (value.location.source, value.location.start);
        *seen.entry(start).or_insert(0) += 1;
    }
    all.retain(|value| seen[&(value.location.source, value.location.start)] == 1);
    all
}

fn add(
    release: &ChartRelease<'_, '_>,
    (node, path): (&Node<'_>, &Pointer),
    all: &mut Vec<PlacedValue>,
) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                add(release, (&entry.value, &path.child(&entry.key)), all);
            }
        }
        Value::Sequence(items) => {
            for (number, item) in items.iter().enumerate() {
                add(release, (item, &path.child(number)), all);
            }
        }
        Value::Null => {}
        _ => {
            let Some(pointer) = release.layers.argument_place(path) else {
                return;
            };
            all.push(PlacedValue {
                location: node.span,
                is_only_argument: release.layers.place(path).is_none(),
                pointer,
                is_word: node.as_str().is_some_and(|text| text.starts_with('-')),
            });
        }
    }
}
