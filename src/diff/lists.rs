//! How the items of a list are matched.

use serde_json::Value as Json;

use super::field::Field;
use crate::kubernetes::{PREFERRED, REQUIRED};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strategy {
    /// Items are known by these keys, and `kubectl apply` leaves items alone that it never made.
    Keyed(&'static [&'static str]),
    /// The order means nothing, and `kubectl apply` replaces all of it.
    Set,
    /// The order counts, and `kubectl apply` replaces all of it.
    Ordered,
}

/// What the API server adds to an item that leaves it out.
const PROTOCOL: &str = "TCP";

/// By the name of the list, and where that is not enough of the one above.
///
/// Source: kubernetes/api core/v1/types.go, `patchMergeKey` and `listMapKey`. `tolerations`, the lists of affinities and
/// of roles have neither: they are replaced.
pub(super) fn strategy(field: Field<'_>) -> Strategy {
    match field.name {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "env"
        | "volumes"
        | "imagePullSecrets"
        | "resourceClaims"
        | "schedulingGates" => Strategy::Keyed(&["name"]),
        "volumeMounts" => Strategy::Keyed(&["mountPath"]),
        "volumeDevices" => Strategy::Keyed(&["devicePath"]),
        "hostAliases" => Strategy::Keyed(&["ip"]),
        "topologySpreadConstraints" => Strategy::Keyed(&["topologyKey", "whenUnsatisfiable"]),
        // Those of a container, and those of a Service.
        "ports" => Strategy::Keyed(&["containerPort", "port", "protocol"]),
        "tolerations" | "taints" | "zones" | "verbs" | "apiGroups" | "resources"
        | "resourceNames" | "nonResourceURLs" | "subjects" | "values" | "matchExpressions"
        | "matchFields" | "nodeSelectorTerms" | "matchNames" | "drop" | "add" | "finalizers"
        | "include" | "exclude" | PREFERRED | REQUIRED => Strategy::Set,
        // Of a role, which allows what any of them allows.
        "rules" if field.parent.is_empty() => Strategy::Set,
        _ => Strategy::Ordered,
    }
}

/// The same for a text in a `ConfigMap` and for custom objects, which `kubectl apply` always replaces whole: names only
/// help to tell what has changed.
pub(super) fn names(field: Field<'_>) -> &'static [&'static str] {
    match field.name {
        "profiles" | "pluginConfig" | "groups" => &["name"],
        "rules" => &["alert", "record"],
        "endpoints" | "podMetricsEndpoints" => &["port"],
        "panels" => &["title"],
        _ => &[],
    }
}

/// What names an item by these keys: `web`, `8080/TCP`. None where it has none of them.
pub(super) fn key(item: &Json, keys: &[&str]) -> Option<String> {
    let item = item.as_object()?;
    let parts = keys.iter().filter_map(|key| match item.get(*key) {
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Number(number)) => Some(number.to_string()),
        _ if *key == "protocol" => Some(PROTOCOL.to_owned()),
        _ => None,
    });
    let parts: Vec<String> = parts.collect();
    let has_more = parts.len() > 1 || !keys.contains(&"protocol");
    (!parts.is_empty() && has_more).then(|| parts.join("/"))
}

/// The names of all items; none where one has no name or two have the same.
pub(super) fn all_keys(items: &[Json], keys: &[&str]) -> Option<Vec<String>> {
    let names: Option<Vec<String>> = items.iter().map(|item| key(item, keys)).collect();
    let mut sorted = names.clone()?;
    sorted.sort();
    sorted.dedup();
    names.filter(|names| names.len() == sorted.len())
}

/// The longest list of equal pairs in order: the indices on both sides.
pub(super) fn common(
    old: &[Json],
    new: &[Json],
    is_same: impl Fn(&Json, &Json) -> bool,
) -> Vec<(usize, usize)> {
    /// More pairs than this are not tried: such a list is compared item by item.
    const MOST: usize = 1_000_000;
    if old.len().saturating_mul(new.len()) > MOST {
        let both = old.len().min(new.len());
        return (0..both)
            .filter(|&at| is_same(&old[at], &new[at]))
            .map(|at| (at, at))
            .collect();
    }
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    let mut equal = vec![false; old.len() * new.len()];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let same = is_same(&old[i], &new[j]);
            equal[i * new.len() + j] = same;
            lengths[i * width + j] = if same {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if equal[i * new.len() + j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{all_keys, common, key};

    #[test]
    fn items_are_named_by_their_keys() {
        let ports = &["containerPort", "port", "protocol"];
        assert_eq!(
            key(&json!({"containerPort": 80}), ports),
            Some("80/TCP".into())
        );
        assert_eq!(
            key(&json!({"port": 53, "protocol": "UDP"}), ports),
            Some("53/UDP".into())
        );
        assert_eq!(key(&json!({"x": 1}), ports), None);
        assert_eq!(key(&json!("x"), &["name"]), None);
        assert_eq!(
            all_keys(&[json!({"name": "a"}), json!({"name": "a"})], &["name"]),
            None
        );
    }

    #[test]
    fn an_insertion_leaves_the_others_in_pairs() {
        let (old, new) = (
            [json!(1), json!(2)],
            [json!(0), json!(1), json!(3), json!(2)],
        );
        assert_eq!(common(&old, &new, |a, b| a == b), [(0, 1), (1, 3)]);
        assert_eq!(common(&[], &new, |a, b| a == b), []);
    }
}
