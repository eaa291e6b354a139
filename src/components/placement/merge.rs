//! Our entries beside a workload's own, in lists that a strategic merge replaces whole.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, Toleration};
use serde::Serialize;
use serde_json::{Value as Json, json};

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
                Some(key) == ours.key.as_deref()
                    && (exists || text("value") == ours.value.as_deref())
            }
        }
        && (seconds.is_none() || ours.toleration_seconds.is_some())
}

/// `nodeSelectorTerms` are alternatives: our requirement has to stand in each of them.
pub(super) fn terms(own: &[Json], requirement: &NodeSelectorRequirement) -> Vec<Json> {
    let ours = serde_json::to_value(requirement).expect("a requirement is plain data");
    if own.is_empty() {
        return vec![json!({"matchExpressions": [ours]})];
    }
    own.iter()
        .map(|term| with_requirement(term, &ours))
        .collect()
}

fn with_requirement(term: &Json, ours: &Json) -> Json {
    let mut term = term.clone();
    let Some(fields) = term.as_object_mut() else {
        return term;
    };
    let expressions = fields
        .entry("matchExpressions")
        .or_insert_with(|| json!([]));
    if let Some(list) = expressions.as_array_mut()
        && !list.contains(ours)
    {
        list.push(ours.clone());
    }
    term
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
    fn a_requirement_enters_every_alternative_once() {
        let requirement = NodeSelectorRequirement {
            key: "spot".into(),
            operator: "In".into(),
            values: Some(vec!["yes".into()]),
        };
        let own = [
            json!({"matchExpressions": [{"key": "disk", "operator": "Exists"}]}),
            json!({"matchFields": []}),
        ];
        let merged = terms(&own, &requirement);
        assert_eq!(
            merged[0]["matchExpressions"].as_array().map(Vec::len),
            Some(2)
        );
        assert_eq!(
            merged[1]["matchExpressions"].as_array().map(Vec::len),
            Some(1)
        );
        assert_eq!(terms(&merged, &requirement), merged);
    }
}
