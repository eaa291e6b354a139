//! Where the values of a chart stand, so that an edit reaches what is rendered from them.

use foldhash::{HashMap, HashMapExt as _};

use super::known_chart::ChartRelease;
use super::no_place::NoPlace;
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

/// All of them, as far as they stand in a place of their own.
#[derive(Debug, Default)]
pub(in crate::manifests) struct Placed {
    pub(in crate::manifests) values: Vec<PlacedValue>,
    pub(in crate::manifests) others: Vec<(Span, NoPlace)>,
}

pub(in crate::manifests) fn placed(release: &ChartRelease<'_, '_>) -> Placed {
    let mut all = Placed::default();
    add(release, (release.values, &release.path), &mut all);
    let mut seen = HashMap::new();
    for value in &all.values {
        let start = (value.location.source, value.location.start);
        *seen.entry(start).or_insert(0) += 1;
    }
    let Placed { values, others } = &mut all;
    values.retain(|value| {
        let is_alone = seen[&(value.location.source, value.location.start)] == 1;
        if !is_alone {
            others.push((value.location, NoPlace::Together));
        }
        is_alone
    });
    all
}

fn add(release: &ChartRelease<'_, '_>, (node, path): (&Node<'_>, &Pointer), all: &mut Placed) {
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
            let pointer = match release.layers.argument_place(path) {
                Ok(pointer) => pointer,
                Err(why) => return all.others.push((node.span, why)),
            };
            all.values.push(PlacedValue {
                location: node.span,
                is_only_argument: release.layers.place(path).is_err(),
                pointer,
                is_word: node.as_str().is_some_and(|text| text.starts_with('-')),
            });
        }
    }
}
