//! Objects that a cluster is about to delete: what is applied to them goes too.

use serde_json::Value as Json;

use super::change::Ending;
use super::object::{Identity, Objects};

/// Whether an object goes at this moment, or its namespace. `live` may have the namespace.
pub(super) fn ending(identity: &Identity, live: &Objects) -> Option<Ending> {
    if live.get(identity).is_some_and(is_ending) {
        return Some(Ending::Object);
    }
    let namespace = Identity {
        kind: "Namespace".to_owned(),
        namespace: None,
        name: identity.namespace.clone()?,
        group: String::new(),
    };
    let is_ending = live.get(&namespace).is_some_and(is_ending);
    is_ending.then_some(Ending::Namespace)
}

/// Source: kubernetes/apimachinery pkg/apis/meta/v1/types.go, `ObjectMeta.DeletionTimestamp`.
fn is_ending(live: &Json) -> bool {
    let time = live.pointer("/metadata/deletionTimestamp");
    time.is_some_and(|time| !time.is_null())
}

impl Ending {
    /// What follows from it.
    /// Source: kubernetes/apiserver pkg/admission/plugin/namespace/lifecycle/admission.go: "unable to create new content
    /// in namespace %s because it is being terminated".
    pub fn words(self, identity: &Identity) -> String {
        let namespace = identity.namespace.as_deref().unwrap_or_default();
        match self {
            Self::Object if identity.kind == "Namespace" => {
                "it is being deleted with all that is in it: apply when it is gone".to_owned()
            }
            Self::Object => "it is being deleted: apply when it is gone".to_owned(),
            Self::Namespace => format!(
                "the namespace `{namespace}` is being deleted, and takes no new objects: apply when it is gone"
            ),
        }
    }
}
