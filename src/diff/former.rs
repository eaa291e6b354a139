//! What an earlier apply had stated of an object.

use serde_json::{Map, Value as Json};

use super::managers::{Manager, managers};
use super::object::annotation;

/// Where `kubectl apply` keeps what it applied.
/// Source: kubernetes/api `core/v1/annotation_key_constants.go`, `LastAppliedConfigAnnotation`.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What is known of an earlier state.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Former {
    /// It is a manifest: all of it was stated.
    Whole,
    /// The annotation of `kubectl apply`.
    LastApplied(Json),
    /// What the field manager applied on the server's side. Others may own parts of the same.
    Managed(Json),
    Unknown,
}

impl Former {
    /// `manager` is the one that applies on the server's side.
    pub(super) fn of(live: &Json, manager: &str) -> Self {
        let applied = annotation(live, LAST_APPLIED);
        if let Some(applied) = applied.and_then(|text| serde_json::from_str(text).ok()) {
            return Self::LastApplied(essential(&applied));
        }
        let all = managers(live);
        let is_own = |one: &&Manager<'_>| one.applies && one.name == manager;
        if let Some(own) = all.iter().find(is_own) {
            return Self::Managed(essential(&own.values(live)));
        }
        if is_live(live) {
            return Self::Unknown;
        }
        Self::Whole
    }

    pub(super) fn value(&self) -> Option<&Json> {
        match self {
            Self::LastApplied(value) | Self::Managed(value) => Some(value),
            Self::Whole | Self::Unknown => None,
        }
    }
}

/// Whether it comes from a cluster.
fn is_live(object: &Json) -> bool {
    let metadata = object.get("metadata");
    let has = |key: &str| metadata.is_some_and(|own| own.get(key).is_some_and(Json::is_string));
    has("uid") || has("resourceVersion") || has("creationTimestamp")
}

/// What is compared of an object: all but its identity, its status and what the server keeps about it.
pub(super) fn essential(object: &Json) -> Json {
    let Json::Object(entries) = object else {
        return Json::Object(Map::new());
    };
    let entries = entries
        .iter()
        .filter_map(|(key, value)| match key.as_str() {
            "apiVersion" | "kind" | "status" => None,
            "metadata" => Some((key.clone(), metadata(value))),
            _ => Some((key.clone(), value.clone())),
        });
    Json::Object(entries.collect())
}

/// Both maps are there, if only empty: others write into them, so that they never go as a whole.
fn metadata(metadata: &Json) -> Json {
    let mut kept = Map::new();
    for key in ["labels", "annotations"] {
        let entries = metadata.get(key).and_then(Json::as_object);
        let mut entries = entries.cloned().unwrap_or_default();
        entries.shift_remove(LAST_APPLIED);
        kept.insert(key.to_owned(), Json::Object(entries));
    }
    Json::Object(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Former, LAST_APPLIED};

    #[test]
    fn the_former_state_comes_from_where_it_is_kept() {
        let manifest = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}});
        assert_eq!(Former::of(&manifest, "kubectl"), Former::Whole);
        let mut live = manifest.clone();
        live["metadata"]["uid"] = json!("1");
        assert_eq!(Former::of(&live, "kubectl"), Former::Unknown);
        live["data"] = json!({"x": "1", "y": "2"});
        live["metadata"]["managedFields"] = json!([
            {"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:data": {"f:x": {}}}},
        ]);
        assert_eq!(
            Former::of(&live, "kubectl"),
            Former::Managed(json!({"data": {"x": "1"}}))
        );
        assert_eq!(Former::of(&live, "ci"), Former::Unknown);
        live["metadata"]["annotations"] =
            json!({LAST_APPLIED: r#"{"kind":"ConfigMap","data":{"y":"2"}}"#});
        assert_eq!(
            Former::of(&live, "kubectl"),
            Former::LastApplied(json!({"data": {"y": "2"}}))
        );
    }
}
