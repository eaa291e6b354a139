//! Our entries beside a workload's own, in lists that a strategic merge replaces whole.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, Toleration};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::is_of_any_value;

/// An entry of a list: the workload's own, kept as it was found, or ours.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Entry<T> {
    Own(Json),
    Ours(T),
}

/// Those of our entries that the workload does not have yet.
pub(super) fn missing<T>(
    own: &[Json],
    mut ours: Vec<T>,
    has: impl Fn(&Json, &T) -> bool,
) -> Vec<T> {
    ours.retain(|entry| !own.iter().any(|own| has(own, entry)));
    ours
}

/// The workload's entries and then ours; nothing when there is nothing to add.
pub(super) fn lists<T>(own: &[Json], ours: Vec<T>) -> Vec<Entry<T>> {
    if ours.is_empty() {
        return Vec::new();
    }
    let own = own.iter().cloned().map(Entry::Own);
    own.chain(ours.into_iter().map(Entry::Ours)).collect()
}

/// Whether an entry of the workload is the very same as ours.
pub(super) fn same<T: Serialize>(own: &Json, ours: &T) -> bool {
    serde_json::to_value(ours).is_ok_and(|ours| ours == *own)
}

/// Whether a toleration of the workload says the same as ours, or something broader.
/// Source: k8s.io/api core/v1/toleration.go, `ToleratesTaint`.
pub(super) fn tolerates(own: &Json, ours: &Toleration) -> bool {
    let text = |key: &str| {
        own.get(key)
            .and_then(Json::as_str)
            .filter(|text| !text.is_empty())
    };
    let exists = text("operator") == Some("Exists");
    // Ours with a time limit asks for that limit; without one, theirs must not have one either.
    let seconds = own.get("tolerationSeconds").and_then(Json::as_i64);
    text("effect").is_none_or(|effect| Some(effect) == ours.effect.as_deref())
        && match text("key") {
            None => exists,
            Some(key) => {
                let has_value = || !is_of_any_value(ours) && text("value") == ours.value.as_deref();
                Some(key) == ours.key.as_deref() && (exists || has_value())
            }
        }
        && (seconds.is_none() || ours.toleration_seconds.is_some())
}

/// The numbers of the `nodeSelectorTerms` that lack a requirement: they are alternatives, so that it has to stand in each
/// of them. An empty one matches no node, and would match some with the requirement in it: it is left alone.
/// Source: k8s.io/component-helpers scheduling/corev1/nodeaffinity/nodeaffinity.go, `isEmptyNodeSelectorTerm`.
pub(super) fn lacking(terms: &[Json], requirement: &NodeSelectorRequirement) -> Vec<usize> {
    let list = |term: &Json, key: &str| term.get(key).and_then(Json::as_array).cloned();
    let lacks = |term: &Json| {
        let expressions = list(term, "matchExpressions").unwrap_or_default();
        let fields = list(term, "matchFields").unwrap_or_default();
        let matches_nothing = expressions.is_empty() && fields.is_empty();
        !matches_nothing && !expressions.iter().any(|own| same(own, requirement))
    };
    let numbered = terms.iter().enumerate();
    numbered
        .filter(|(_, term)| lacks(term))
        .map(|(at, _)| at)
        .collect()
}

/// The terms, with a requirement in those of these numbers.
pub(super) fn with_requirement(
    terms: &[Json],
    numbers: &[usize],
    requirement: &NodeSelectorRequirement,
) -> Vec<Json> {
    let mut terms = terms.to_vec();
    for &at in numbers {
        let expressions = &mut terms[at]["matchExpressions"];
        if expressions.is_null() {
            *expressions = json!([]);
        }
        if let Some(list) = expressions.as_array_mut() {
            list.push(json!(requirement));
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Toleration {
        Toleration {
            key: Some("k".into()),
            operator: Some("Equal".into()),
            value: Some("v".into()),
            effect: Some("NoSchedule".into()),
            ..Toleration::default()
        }
    }

    #[test]
    fn the_same_and_broader_tolerations_are_enough() {
        for (own, enough) in [
            (
                json!({"key": "k", "operator": "Equal", "value": "v", "effect": "NoSchedule"}),
                true,
            ),
            (json!({"key": "k", "value": "v"}), true),
            (json!({"key": "k", "operator": "Exists"}), true),
            (json!({"operator": "Exists"}), true),
            (json!({"operator": "Exists", "effect": "NoExecute"}), false),
            (
                json!({"key": "k", "operator": "Equal", "value": "other"}),
                false,
            ),
            (json!({"key": "other", "operator": "Exists"}), false),
            (
                json!({"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}),
                false,
            ),
            (json!({}), false),
        ] {
            assert_eq!(tolerates(&own, &ours()), enough, "{own}");
        }
    }

    #[test]
    fn a_taint_of_any_value_needs_a_toleration_of_any() {
        let key = "DeletionCandidateOfClusterAutoscaler";
        let ours = super::super::deletion_candidates();
        for (own, enough) in [
            (json!({"key": key, "operator": "Exists"}), true),
            (
                json!({"key": key, "operator": "Exists", "effect": "PreferNoSchedule"}),
                true,
            ),
            (json!({"operator": "Exists"}), true),
            (
                json!({"operator": "Exists", "effect": "PreferNoSchedule"}),
                true,
            ),
            (
                json!({"key": key, "operator": "Exists", "effect": "NoSchedule"}),
                false,
            ),
            // Its value is a time, and never empty.
            (json!({"key": key, "effect": "PreferNoSchedule"}), false),
            (
                json!({"key": "ToBeDeletedByClusterAutoscaler", "operator": "Exists"}),
                false,
            ),
        ] {
            assert_eq!(tolerates(&own, &ours), enough, "{own}");
        }
    }

    #[test]
    fn own_entries_come_first_and_nothing_comes_twice() {
        let own = [json!({"key": "dedicated", "operator": "Exists"})];
        let merged = lists(&own, missing(&own, vec![ours()], tolerates));
        let merged = serde_json::to_value(&merged).expect("plain data");
        assert_eq!(merged[0], own[0]);
        assert_eq!(merged[1]["key"], "k");
        let broader = [json!({"operator": "Exists"})];
        assert!(lists(&broader, missing(&broader, vec![ours()], tolerates)).is_empty());
    }

    #[test]
    fn a_requirement_belongs_into_every_alternative_that_matches_something() {
        let requirement = NodeSelectorRequirement {
            key: "spot".into(),
            operator: "In".into(),
            values: Some(vec!["yes".into()]),
        };
        let fields = json!([{"key": "metadata.name", "operator": "In", "values": ["n"]}]);
        let own = [
            json!({"matchExpressions": [{"key": "disk", "operator": "Exists"}]}),
            json!({}),
            json!({"matchFields": []}),
            json!({"matchExpressions": null, "matchFields": fields}),
            json!({"matchFields": fields}),
            json!({"matchExpressions": [requirement]}),
        ];
        let numbers = lacking(&own, &requirement);
        assert_eq!(numbers, [0, 3, 4]);
        let merged = with_requirement(&own, &numbers, &requirement);
        for (at, expressions) in [(0, 2), (3, 1), (4, 1), (5, 1)] {
            let list = merged[at]["matchExpressions"].as_array();
            assert_eq!(list.map(Vec::len), Some(expressions), "{at}");
        }
        assert_eq!(merged[1..3], own[1..3]);
        assert!(lacking(&merged, &requirement).is_empty());
    }
}
