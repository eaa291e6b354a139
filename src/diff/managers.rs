//! Who has set which field, as the API server keeps it.
//!
//! Source: kubernetes-sigs/structured-merge-diff fieldpath/serialize-pe.go: `f:` is a key, `k:` the keys of an item, `v:`
//! an item that is a value, `i:` an index.

use serde_json::{Map, Value as Json};

use super::path::{Path, Step};

/// A field manager of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manager<'o> {
    pub name: &'o str,
    /// Whether it applies on the server's side.
    pub applies: bool,
    fields: &'o Json,
}

/// Those that set anything but the status.
pub(super) fn managers(live: &Json) -> Vec<Manager<'_>> {
    let entries = live
        .get("metadata")
        .and_then(|metadata| metadata.get("managedFields"))
        .and_then(Json::as_array);
    let entries = entries.into_iter().flatten();
    let own = entries.filter(|entry| {
        let part = entry.get("subresource").and_then(Json::as_str);
        // A change by `kubectl scale` is one of the object.
        matches!(part, None | Some("" | "scale"))
    });
    own.filter_map(|entry| {
        Some(Manager {
            name: entry.get("manager")?.as_str()?,
            applies: entry.get("operation").and_then(Json::as_str) == Some("Apply"),
            fields: entry.get("fieldsV1")?,
        })
    })
    .collect()
}

impl Manager<'_> {
    /// What it has set, with the values that are there now.
    pub(super) fn values(&self, live: &Json) -> Json {
        masked(self.fields, live).unwrap_or(Json::Null)
    }

    /// Whether it has set the field at a path of the live object.
    pub(super) fn has_set(&self, path: &Path, live: &Json) -> bool {
        let (mut fields, mut live) = (self.fields, Some(live));
        for step in path.steps() {
            let is_end = fields
                .as_object()
                .is_none_or(|map| map.keys().all(|key| key == "."));
            if is_end {
                // It has set the whole.
                return true;
            }
            let (found, value) = match step {
                Step::Key(key) => {
                    let value = live.and_then(|own| own.get(key));
                    (fields.get(format!("f:{key}")), value)
                }
                Step::Item { old, .. } => {
                    let Some(at) = old else { return false };
                    let value = live.and_then(|own| own.get(*at));
                    let found = value.and_then(|item| of_item(fields, item, *at));
                    (found, value)
                }
            };
            let Some(found) = found else { return false };
            (fields, live) = (found, value);
        }
        true
    }
}

/// The fields of an item of a list.
fn of_item<'f>(fields: &'f Json, item: &Json, at: usize) -> Option<&'f Json> {
    let fields = fields.as_object()?;
    let mut entries = fields.iter();
    let found = entries.find(|(key, _)| match key.split_once(':') {
        Some(("k", keys)) => has_keys(item, keys),
        Some(("v", value)) => serde_json::from_str::<Json>(value).is_ok_and(|own| own == *item),
        Some(("i", index)) => index.parse() == Ok(at),
        _ => false,
    });
    found.map(|(_, fields)| fields)
}

fn has_keys(item: &Json, keys: &str) -> bool {
    let keys: Map<String, Json> = serde_json::from_str(keys).unwrap_or_default();
    !keys.is_empty() && keys.iter().all(|(key, value)| item.get(key) == Some(value))
}

/// The part of a value that these fields name.
fn masked(fields: &Json, value: &Json) -> Option<Json> {
    let named = fields.as_object()?;
    if named.keys().all(|key| key == ".") {
        return Some(value.clone());
    }
    match value {
        Json::Object(entries) => {
            let entries = entries.iter().filter_map(|(key, value)| {
                let fields = named.get(&format!("f:{key}"))?;
                Some((key.clone(), masked(fields, value)?))
            });
            Some(Json::Object(entries.collect()))
        }
        Json::Array(items) => {
            let items = items.iter().enumerate().filter_map(|(at, item)| {
                let part = masked(of_item(fields, item, at)?, item)?;
                // Its keys name it, whoever has set them.
                Some(part)
            });
            Some(Json::Array(items.collect()))
        }
        _ => Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::managers;
    use crate::diff::path::{Path, Step};

    fn live() -> Json {
        json!({
            "metadata": {
                "labels": {"a": "1", "b": "2"},
                "managedFields": [
                    {"manager": "kubectl", "operation": "Apply", "fieldsV1": {
                        "f:metadata": {"f:labels": {"f:a": {}}},
                        "f:spec": {
                            "f:selector": {},
                            "f:containers": {"k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:image": {}}},
                            "f:finalizers": {"v:\"x\"": {}},
                        },
                    }},
                    {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status",
                     "fieldsV1": {"f:status": {}}},
                    {"manager": "kubectl-edit", "operation": "Update",
                     "fieldsV1": {"f:metadata": {"f:labels": {"f:b": {}}}}},
                ],
            },
            "spec": {
                "selector": {"x": {"y": 1}},
                "containers": [{"name": "side", "image": "s"}, {"name": "web", "image": "w", "tty": true}],
                "finalizers": ["w", "x"],
                "replicas": 3,
            },
        })
    }

    #[test]
    fn the_values_of_a_manager_are_those_that_it_has_set() {
        let live = live();
        let managers = managers(&live);
        let names: Vec<(&str, bool)> = managers.iter().map(|own| (own.name, own.applies)).collect();
        assert_eq!(names, [("kubectl", true), ("kubectl-edit", false)]);
        assert_eq!(
            managers[0].values(&live),
            json!({
                "metadata": {"labels": {"a": "1"}},
                "spec": {
                    "selector": {"x": {"y": 1}},
                    "containers": [{"name": "web", "image": "w"}],
                    "finalizers": ["x"],
                },
            })
        );
    }

    #[test]
    fn a_field_is_set_by_who_has_set_it_or_all_around_it() {
        let live = live();
        let managers = managers(&live);
        let path = |keys: &[&str]| {
            let mut path = Path::default();
            for key in keys {
                path.push(match key.parse() {
                    Ok(at) => Step::Item {
                        label: None,
                        old: Some(at),
                        new: None,
                    },
                    Err(_) => Step::Key((*key).to_owned()),
                });
            }
            path
        };
        let [kubectl, edit] = managers.as_slice() else {
            panic!("two managers");
        };
        for (keys, by_kubectl, by_edit) in [
            (&["metadata", "labels", "a"][..], true, false),
            (&["metadata", "labels", "b"], false, true),
            (&["spec", "selector", "x", "y"], true, false),
            (&["spec", "containers", "1", "image"], true, false),
            (&["spec", "containers", "1", "tty"], false, false),
            (&["spec", "containers", "0", "image"], false, false),
            (&["spec", "finalizers", "1"], true, false),
            (&["spec", "replicas"], false, false),
        ] {
            assert_eq!(kubectl.has_set(&path(keys), &live), by_kubectl, "{keys:?}");
            assert_eq!(edit.has_set(&path(keys), &live), by_edit, "{keys:?}");
        }
    }
}
