//! A change to a document, and what becomes of plain data by it.

use serde_json::{Map, Value as Json};

use super::pointer::Pointer;

/// A change to a document of YAML. Mappings on the way to a pointer are made where there are none.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Writes a value, in place of the one that is there.
    Set { pointer: Pointer, value: Json },
    /// Adds a value to a list.
    Append { pointer: Pointer, value: Json },
    /// Removes an entry of a mapping or an item of a list.
    Remove { pointer: Pointer },
}

impl Edit {
    pub fn pointer(&self) -> &Pointer {
        match self {
            Self::Set { pointer, .. } | Self::Append { pointer, .. } | Self::Remove { pointer } => {
                pointer
            }
        }
    }

    /// The same edit at another place.
    #[must_use]
    pub fn at(self, pointer: Pointer) -> Self {
        match self {
            Self::Set { value, .. } => Self::Set { pointer, value },
            Self::Append { value, .. } => Self::Append { pointer, value },
            Self::Remove { .. } => Self::Remove { pointer },
        }
    }

    /// Changes plain data; `None` if the pointer leads nowhere in them.
    #[must_use]
    pub fn apply(&self, root: &mut Json) -> Option<()> {
        match self {
            Self::Set { pointer, value } => *made(root, pointer)? = value.clone(),
            Self::Append { pointer, value } => {
                let list = made(root, pointer)?;
                if list.is_null() {
                    *list = Json::Array(Vec::new());
                }
                list.as_array_mut()?.push(value.clone());
            }
            Self::Remove { pointer } => {
                let last = pointer.segments().last()?;
                match root.pointer_mut(&pointer.parent().to_string())? {
                    Json::Array(items) => {
                        let at: usize = last.parse().ok()?;
                        (at < items.len()).then(|| items.remove(at))?;
                    }
                    Json::Object(entries) => {
                        entries.shift_remove(last.as_ref())?;
                    }
                    _ => return None,
                }
            }
        }
        Some(())
    }
}

/// The value at a pointer, with the mappings on the way to it.
fn made<'j>(root: &'j mut Json, pointer: &Pointer) -> Option<&'j mut Json> {
    pointer.segments().try_fold(root, |node, segment| {
        if node.is_null() {
            *node = Json::Object(Map::new());
        }
        match node {
            Json::Array(items) => items.get_mut(segment.parse::<usize>().ok()?),
            Json::Object(entries) => Some(entries.entry(segment).or_insert(Json::Null)),
            _ => None,
        }
    })
}
