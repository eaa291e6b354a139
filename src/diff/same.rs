//! Whether two values mean the same to Kubernetes.

use serde_json::{Map, Value as Json};

use super::field::Field;
use super::lists::{self, Strategy};
use crate::values::{Duration, Quantity};

/// Whether two values are equal: by amount, length and number where that is what they are, and whatever the order of a
/// list that has none.
pub(super) fn is_same(field: Field<'_>, one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => has_same_entries(field, one, other),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len()
                && match lists::strategy(field) {
                    Strategy::Ordered => {
                        let mut pairs = one.iter().zip(other);
                        pairs.all(|(one, other)| is_same(field, one, other))
                    }
                    Strategy::Set | Strategy::Keyed(_) => is_permutation(field, one, other),
                }
        }
        _ if one == other => true,
        _ => is_same_scalar(field, one, other),
    }
}

fn is_same_scalar(field: Field<'_>, one: &Json, other: &Json) -> bool {
    let (Some(a), Some(b)) = (plain(one), plain(other)) else {
        return false;
    };
    if field.is_quantity() {
        return matches!((Quantity::parse(&a), Quantity::parse(&b)), (Ok(a), Ok(b)) if a == b);
    }
    if field.is_int_or_string() {
        return matches!((a.parse::<i64>(), b.parse::<i64>()), (Ok(a), Ok(b)) if a == b);
    }
    if field.is_duration() {
        let nanos = |text: &str| Duration::parse(text).map(|duration| duration.nanos());
        return matches!((nanos(&a), nanos(&b)), (Ok(a), Ok(b)) if a == b);
    }
    match (one, other) {
        // `1` and `1.0`.
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        _ => false,
    }
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn has_same_entries(field: Field<'_>, one: &Map<String, Json>, other: &Map<String, Json>) -> bool {
    let has = |own: &Map<String, Json>, key: &str, value: &Json| match own.get(key) {
        Some(there) => is_same(field.child(key), value, there),
        None => is_nothing(field.child(key), value),
    };
    one.iter().all(|(key, value)| has(other, key, value))
        && other
            .iter()
            .all(|(key, value)| one.contains_key(key) || is_nothing(field.child(key), value))
}

fn is_permutation(field: Field<'_>, one: &[Json], other: &[Json]) -> bool {
    let mut left: Vec<&Json> = other.iter().collect();
    one.iter().all(|item| {
        let found = left.iter().position(|other| is_same(field, item, other));
        found.map(|at| left.swap_remove(at)).is_some()
    })
}

/// Whether the API server gives a value back as if it were not there, or says the same where it is not.
/// Source: kubernetes/api, `omitempty` of fields that are no pointers.
pub(super) fn is_nothing(field: Field<'_>, value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) if text.is_empty() => !field.is_of_users(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) if entries.is_empty() => matches!(
            field.name,
            "labels"
                | "annotations"
                | "nodeSelector"
                | "matchLabels"
                | "limits"
                | "requests"
                | "resources"
                | "data"
                | "metadata"
        ),
        Json::Bool(false) => matches!(
            field.name,
            "globalDefault"
                | "hostNetwork"
                | "hostPID"
                | "hostIPC"
                | "paused"
                | "publishNotReadyAddresses"
                | "readOnly"
                | "stdin"
                | "stdinOnce"
                | "tty"
        ),
        Json::Number(number) => field.name == "minReadySeconds" && number.as_i64() == Some(0),
        // Of a toleration. Source: kubernetes/api core/v1/types.go, `Toleration.Operator`.
        Json::String(text) if field.name == "operator" => {
            field.parent == "tolerations" && text == "Equal"
        }
        // Of references to fields, which one manager owns with all defaults.
        // Source: kubernetes/kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_ObjectFieldSelector`.
        Json::String(text) if field.name == "apiVersion" => {
            field.parent == "fieldRef" && text == "v1"
        }
        Json::String(text) if field.name == "divisor" => {
            field.parent == "resourceFieldRef" && text == "0"
        }
        // Of a subject, by its kind. Source: kubernetes/kubernetes pkg/apis/rbac/v1/defaults.go.
        Json::String(text) if field.name == "apiGroup" => {
            field.parent == "subjects" && text == "rbac.authorization.k8s.io"
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{is_nothing, is_same};
    use crate::diff::field::Field;

    fn same(parent: &str, name: &str, one: &Json, other: &Json) -> bool {
        let field = Field { name, parent };
        assert_eq!(is_same(field, one, other), is_same(field, other, one));
        is_same(field, one, other)
    }

    #[test]
    fn values_that_mean_the_same_are_equal() {
        for (parent, name, one, other) in [
            ("limits", "cpu", json!("1"), json!("1000m")),
            ("limits", "cpu", json!(1), json!("1")),
            ("requests", "memory", json!("1Gi"), json!("1024Mi")),
            ("emptyDir", "sizeLimit", json!("1Gi"), json!("1073741824")),
            ("ports", "targetPort", json!("8080"), json!(8080)),
            ("spec", "maxUnavailable", json!("1"), json!(1)),
            ("rules", "for", json!("2h"), json!("120m")),
            ("endpoints", "interval", json!("60s"), json!("1m")),
            ("spec", "weight", json!(1), json!(1.0)),
            (
                "rules",
                "verbs",
                json!(["get", "list"]),
                json!(["list", "get"]),
            ),
            (
                "",
                "rules",
                json!([{"resources": ["pods"], "verbs": ["get"]}, {"resources": ["nodes"], "verbs": ["list"]}]),
                json!([{"resources": ["nodes"], "verbs": ["list"]}, {"resources": ["pods"], "verbs": ["get"]}]),
            ),
            (
                "spec",
                "tolerations",
                json!([{"key": "a", "value": "b", "operator": "Equal"}, {"key": "c", "operator": "Exists"}]),
                json!([{"key": "c", "operator": "Exists"}, {"key": "a", "value": "b"}]),
            ),
            (
                "x",
                "subjects",
                json!([{"kind": "User", "name": "a"}]),
                json!([{"kind": "User", "name": "a", "apiGroup": "rbac.authorization.k8s.io"}]),
            ),
        ] {
            assert!(same(parent, name, &one, &other), "{name}: {one} {other}");
        }
    }

    #[test]
    fn values_that_look_alike_are_not() {
        for (parent, name, one, other) in [
            ("labels", "a", json!("1"), json!("1000m")),
            ("labels", "a", json!("1"), json!(1)),
            ("limits", "cpu", json!("1"), json!("1001m")),
            ("ports", "targetPort", json!("http"), json!(80)),
            ("spec", "maxUnavailable", json!("10%"), json!(10)),
            ("rules", "for", json!("2h"), json!("2m")),
            ("containers", "args", json!(["a", "b"]), json!(["b", "a"])),
            ("rules", "verbs", json!(["get"]), json!(["get", "list"])),
            (
                "rules",
                "verbs",
                json!(["a", "a", "b"]),
                json!(["a", "b", "b"]),
            ),
            // Of alerts, which are written to be read.
            (
                "groups",
                "rules",
                json!([{"alert": "a"}, {"alert": "b"}]),
                json!([{"alert": "b"}, {"alert": "a"}]),
            ),
            ("x", "flag", json!(true), json!("true")),
        ] {
            assert!(!same(parent, name, &one, &other), "{name}: {one} {other}");
        }
    }

    #[test]
    fn what_the_server_leaves_out_is_nothing() {
        let nothing = |parent, name, value: Json| is_nothing(Field { name, parent }, &value);
        assert!(nothing("x", "globalDefault", json!(false)));
        assert!(nothing("env", "value", json!("")));
        assert!(nothing("metadata", "labels", json!({})));
        assert!(nothing("spec", "tolerations", json!([])));
        assert!(nothing("x", "y", json!(null)));
        assert!(nothing("fieldRef", "apiVersion", json!("v1")));
        assert!(!nothing("labels", "y", json!("")));
        assert!(!nothing("volumes", "emptyDir", json!({})));
        assert!(!nothing("x", "automountServiceAccountToken", json!(false)));
        assert!(!nothing("spec", "replicas", json!(0)));
    }
}
