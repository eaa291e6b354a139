//! What made an object.

use std::fmt;

use serde::Deserialize;

/// A controller by its identity. It is in the namespace of what it controls, if that has one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Controller {
    pub namespace: String,
    pub kind: String,
    pub name: String,
}

impl fmt::Display for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            namespace,
            kind,
            name,
        } = self;
        write!(f, "{kind} {namespace}/{name}")
    }
}

/// An owner reference.
/// Source: kubernetes/apimachinery pkg/apis/meta/v1/types.go, `OwnerReference`.
#[derive(Clone, Debug, Deserialize)]
pub struct Owner {
    #[serde(rename = "apiVersion", default)]
    pub api_version: String,
    pub kind: String,
    pub name: String,
    #[serde(default)]
    controller: Option<bool>,
}

impl Owner {
    /// The one that controls an object of a namespace, if there is one.
    pub(super) fn controller(owners: Vec<Self>, namespace: &str) -> Option<Controller> {
        let controller = owners
            .into_iter()
            .find(|owner| owner.controller == Some(true))?;
        Some(Controller {
            namespace: namespace.to_owned(),
            kind: controller.kind,
            name: controller.name,
        })
    }
}
