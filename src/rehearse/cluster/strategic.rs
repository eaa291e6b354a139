//! A strategic merge, as far as the patches of a placement go.

use serde_json::Value as Json;

/// The list whose entries a merge tells apart by their key; others are replaced whole, and a patch has what was in them.
const BY_KEY: (&str, &str) = ("topologySpreadConstraints", "topologyKey");
/// What tells whoever merges how to.
const DIRECTIVE: &str = "$patch";

/// Lays a patch over an object.
pub(super) fn merge(object: &mut Json, patch: &Json) {
    let Json::Object(patch) = patch else {
        *object = without_directives(patch);
        return;
    };
    if !object.is_object() {
        *object = Json::Object(serde_json::Map::new());
    }
    let Json::Object(object) = object else {
        return;
    };
    for (key, value) in patch.iter().filter(|(key, _)| *key != DIRECTIVE) {
        match object.get_mut(key) {
            Some(Json::Array(own)) if key == BY_KEY.0 => {
                let added = value.as_array().into_iter().flatten();
                for entry in added {
                    own.retain(|own| own[BY_KEY.1] != entry[BY_KEY.1]);
                    own.push(entry.clone());
                }
            }
            Some(own) => merge(own, value),
            None => {
                object.insert(key.clone(), without_directives(value));
            }
        }
    }
}

fn without_directives(value: &Json) -> Json {
    match value {
        Json::Array(items) => {
            let items = items.iter().filter(|item| item.get(DIRECTIVE).is_none());
            items.cloned().collect()
        }
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_adds_and_replaces() {
        let mut object = json!({"template": {"spec": {"containers": [1]}}, "replicas": 3});
        let patch =
            json!({"template": {"spec": {"tolerations": [{"$patch": "replace"}, {"key": 2}]}}});
        merge(&mut object, &patch);
        let both = json!({
            "template": {"spec": {"containers": [1], "tolerations": [{"key": 2}]}},
            "replicas": 3,
        });
        assert_eq!(object, both);
    }

    #[test]
    fn constraints_are_told_apart_by_their_key() {
        let mut object = json!({"topologySpreadConstraints": [{"topologyKey": "a", "maxSkew": 1}]});
        let patch = json!({"topologySpreadConstraints": [
            {"topologyKey": "a", "maxSkew": 2},
            {"topologyKey": "b", "maxSkew": 3},
        ]});
        merge(&mut object, &patch);
        assert_eq!(object, patch);
    }
}
