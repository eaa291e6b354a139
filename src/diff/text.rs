//! Texts in a `ConfigMap` that are YAML or JSON themselves.

use serde_json::Value as Json;

use crate::source::SourceId;
use crate::yaml::{self, Dialect};

/// The one map or list that a text is.
pub(super) fn structure(text: &str) -> Option<Json> {
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    if !parsed.problems.is_empty() {
        return None;
    }
    let [document] = parsed.documents.as_slice() else {
        return None;
    };
    Some(document.to_json()).filter(|json| json.is_object() || json.is_array())
}
