//! The keys of an object, as far as paths to pod specs need them.

use crate::yaml::{Node, Value};

/// The longest paths have as many keys: `spec.jobTargetRef.template.spec` and those of workers in lists.
const DEPTH: usize = 10;

/// What a value is, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    Null,
    Map(Vec<(Box<str>, Shape)>),
    List(Vec<Shape>),
    /// A value by itself, or one that is too deep to matter.
    Leaf,
}

impl Shape {
    pub(crate) fn of(node: &Node<'_>) -> Self {
        Self::to_depth(node, DEPTH)
    }

    /// What is behind keys.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |shape, key| {
            let Self::Map(entries) = shape else {
                return None;
            };
            let found = entries.iter().find(|(own, _)| **own == **key);
            found.map(|(_, value)| value)
        })
    }

    fn to_depth(node: &Node<'_>, depth: usize) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Mapping(entries) if depth > 0 => {
                let entries = entries.iter();
                Self::Map(
                    entries
                        .map(|entry| {
                            (
                                entry.key.as_ref().into(),
                                Self::to_depth(&entry.value, depth - 1),
                            )
                        })
                        .collect(),
                )
            }
            Value::Sequence(items) if depth > 0 => Self::List(
                items
                    .iter()
                    .map(|item| Self::to_depth(item, depth))
                    .collect(),
            ),
            _ => Self::Leaf,
        }
    }
}
