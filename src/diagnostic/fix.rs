//! What removes a finding, as data: for whoever applies it.

use serde_json::Value as Json;

use super::edit::Edit;
use super::pointer::Pointer;
use crate::source::Span;

/// What removes a finding. Applied to the input that it was found in, the rule finds nothing at that place any more.
#[derive(Clone, Debug, PartialEq)]
pub enum Fix {
    /// Edits of the configuration, in their order.
    Config(Vec<Edit>),
    /// Edits of manifests, in their order.
    Manifest(Vec<ManifestEdit>),
    /// A command that changes the cluster or the cloud, where no file has it.
    Command(String),
}

impl Fix {
    /// One value of the configuration: it is written, or takes the place of what is there.
    pub fn set(pointer: Pointer, value: impl Into<Json>) -> Self {
        Self::Config(vec![Edit::Set {
            pointer,
            value: value.into(),
        }])
    }

    /// One value more in a list of the configuration, which is made where there is none.
    pub fn append(pointer: Pointer, value: impl Into<Json>) -> Self {
        Self::Config(vec![Edit::Append {
            pointer,
            value: value.into(),
        }])
    }

    /// One value of the configuration less.
    pub fn remove(pointer: Pointer) -> Self {
        Self::Config(vec![Edit::Remove { pointer }])
    }

    /// One edit of a manifest.
    pub fn manifest(object: Span, edit: Edit) -> Self {
        Self::Manifest(vec![ManifestEdit { object, edit }])
    }
}

/// A change to an object of the manifests.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestEdit {
    /// Something in the object, by which it is found.
    pub object: Span,
    /// Its pointer starts at the object.
    pub edit: Edit,
}

/// Why no machine can tell what removes a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoFix(pub &'static str);
