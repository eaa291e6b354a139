//! Where the values of a chart stand, so that an edit reaches what is rendered from them.

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
    /// Whether it is an argument as a whole: `--name=value`.
    pub(crate) is_word: bool,
}

/// All of them; none where they do not stand in places of their own.
pub(in crate::manifests) fn placed(release: &ChartRelease<'_, '_>) -> Vec<PlacedValue> {
    let mut all = Vec::new();
    add(release.values, &release.pointer, &mut all);
    let mut spans: Vec<u32> = all.iter().map(|value| value.location.start).collect();
    spans.sort_unstable();
    let is_clear = spans.windows(2).all(|pair| pair[0] != pair[1]);
    if is_clear { all } else { Vec::new() }
}

fn add(node: &Node<'_>, pointer: &Pointer, all: &mut Vec<PlacedValue>) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                add(&entry.value, &pointer.child(&entry.key), all);
            }
        }
        Value::Sequence(items) => {
            for (number, item) in items.iter().enumerate() {
                add(item, &pointer.child(number), all);
            }
        }
        Value::Null => {}
        _ => all.push(PlacedValue {
            location: node.span,
            pointer: pointer.clone(),
            is_word: node.as_str().is_some_and(|text| text.starts_with('-')),
        }),
    }
}
