//! Our entries beside a workload's own, in lists that a strategic merge replaces whole.

use k8s_openapi::api::core::v1::NodeSelectorRequirement;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::fields::is_of_any_value;
use crate::kubernetes::{TaintValue, Toleration};
use crate::manifests::{NodeExpression, NodeSelectorTerm};

/// An entry of a list: the workload's own, kept as it was found, or ours.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Entry<T> {
    Own(Json),
    Ours(T),
}

/// Those of our entries that the workload does not have yet.
pub(super) fn missing<E, T>(
    existing: &[E],
    mut ours: Vec<T>,
    is: impl Fn(&E, &T) -> bool,
) -> Vec<T> {
    ours.retain(|entry| !existing.iter().any(|own| is(own, entry)));
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

/// Whether a toleration of the workload says the same as ours, which is of one taint, or something broader.
pub(super) fn tolerates(own: &Toleration, ours: &Toleration) -> bool {
    let (Some(key), Some(effect)) = (&ours.key, ours.effect) else {
        return false;
    };
    let value = if is_of_any_value(Some(key)) {
        TaintValue::Changing
    } else {
        TaintValue::Fixed(ours.value.as_deref())
    };
    // Ours with a time limit asks for that limit; without one, theirs must not have one either.
    own.tolerates(key, value, effect) && (own.seconds.is_none() || ours.seconds.is_some())
}

/// A requirement that terms lack.
#[derive(Debug)]
pub(crate) struct MissingRequirement {
    pub requirement: NodeSelectorRequirement,
    /// The numbers of these terms.
    pub terms: Vec<usize>,
}

/// The numbers of the `nodeSelectorTerms` that have none of these requirements: terms are alternatives, so that one has
/// to stand in each of them. An empty one matches no node, and would match some with a requirement in it: it is left
/// alone.
pub(super) fn lacking(
    terms: &[NodeSelectorTerm],
    one_of: &[NodeSelectorRequirement],
) -> Vec<usize> {
    let is_enough = |own: &NodeExpression| one_of.iter().any(|wanted| own.is(wanted));
    let has = |term: &NodeSelectorTerm| term.expressions.iter().any(is_enough);
    let numbered = terms.iter().enumerate();
    numbered
        .filter(|(_, term)| !term.is_empty() && !has(term))
        .map(|(at, _)| at)
        .collect()
}

/// Pods with more terms get the first label alone: a scheduler goes through all of them for every node.
const MOST_TERMS: usize = 64;

/// Those of the terms with these numbers once more for each of the requirements: what a term asks for must all hold, and
/// of terms only one, so each label that a Spot node may have needs a term of its own.
/// Source: kubernetes/api core/v1/types.go, `NodeSelectorTerms` and `NodeSelectorTerm`.
pub(super) fn repeated(
    terms: &[Json],
    numbers: &[usize],
    requirements: &[NodeSelectorRequirement],
) -> Vec<Json> {
    if terms.len() + numbers.len() * requirements.len() > MOST_TERMS {
        return Vec::new();
    }
    let again: Vec<Json> = numbers.iter().map(|&at| terms[at].clone()).collect();
    let each = requirements.iter().flat_map(|requirement| {
        let missing = MissingRequirement {
            requirement: requirement.clone(),
            terms: (0..again.len()).collect(),
        };
        with_missing(&again, &[missing])
    });
    each.collect()
}

/// The terms with what they lack.
pub(super) fn with_missing(terms: &[Json], missing: &[MissingRequirement]) -> Vec<Json> {
    let mut terms = terms.to_vec();
    for MissingRequirement {
        requirement,
        terms: numbers,
    } in missing
    {
        for &at in numbers {
            let expressions = &mut terms[at]["matchExpressions"];
            if expressions.is_null() {
                *expressions = json!([]);
            }
            if let Some(list) = expressions.as_array_mut() {
                list.push(json!(requirement));
            }
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Kind;
    use crate::kinds::PlacementFields;
    use crate::kubernetes::{Effect, REQUIRED};
    use crate::manifests::{self, ExistingPlacement, PodsAt};
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    /// What a pod spec says of placement.
    fn existing(pod: &Json) -> ExistingPlacement {
        let text = json!({ "spec": pod }).to_string();
        let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
        let object = &parsed.documents[0];
        let spec = object.get("spec").expect("it is written above");
        let texts = |_| "";
        let at = PodsAt {
            kind: Some(Kind::Pod),
            template: Some(object),
            pod: Some(spec),
            fields: &PlacementFields::of_kubernetes(),
        };
        manifests::placeable(&texts, String::new(), object, at)
            .expect("all lists are lists of maps")
            .existing
    }

    /// Whether a toleration is enough.
    fn is_enough(own: &Json, ours: &Toleration) -> bool {
        let existing = existing(&json!({ "tolerations": [own] }));
        existing.tolerations.iter().any(|own| tolerates(own, ours))
    }

    fn ours() -> Toleration {
        Toleration {
            key: Some("k".into()),
            value: Some("v".into()),
            effect: Some(Effect::NoSchedule),
            seconds: None,
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
            assert_eq!(is_enough(&own, &ours()), enough, "{own}");
        }
    }

    #[test]
    fn a_taint_of_any_value_needs_a_toleration_of_any() {
        let key = "DeletionCandidateOfClusterAutoscaler";
        let ours = super::super::fields::deletion_candidates();
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
            assert_eq!(is_enough(&own, &ours), enough, "{own}");
        }
    }

    #[test]
    fn a_time_limit_is_enough_for_a_limit_alone() {
        let limited = json!({"key": "k", "operator": "Exists", "tolerationSeconds": 5});
        assert!(!is_enough(&limited, &ours()));
        let ours = Toleration {
            seconds: Some(60),
            ..ours()
        };
        assert!(is_enough(&limited, &ours));
    }

    #[test]
    fn own_entries_come_first_and_nothing_is_listed_for_nothing() {
        let own = [json!({"key": "dedicated", "operator": "Exists"})];
        let merged = lists(&own, vec![json!({"key": "k"})]);
        let merged = serde_json::to_value(&merged).expect("plain data");
        assert_eq!(merged, json!([own[0], {"key": "k"}]));
        assert!(lists::<Json>(&own, Vec::new()).is_empty());
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
        let lacking = |terms: &[Json]| {
            let affinity = json!({"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": terms}}});
            let existing = existing(&json!({ "affinity": affinity }));
            lacking(&existing.required_nodes, std::slice::from_ref(&requirement))
        };
        let numbers = lacking(&own);
        assert_eq!(numbers, [0, 3, 4]);
        let missing = MissingRequirement {
            requirement: requirement.clone(),
            terms: numbers,
        };
        let merged = with_missing(&own, &[missing]);
        for (at, expressions) in [(0, 2), (3, 1), (4, 1), (5, 1)] {
            let list = merged[at]["matchExpressions"].as_array();
            assert_eq!(list.map(Vec::len), Some(expressions), "{at}");
        }
        assert_eq!(merged[1..3], own[1..3]);
        assert!(lacking(&merged).is_empty());
    }

    #[test]
    fn terms_are_repeated_for_each_further_label_up_to_a_bound() {
        let label = |key: &str| NodeSelectorRequirement {
            key: key.into(),
            operator: "In".into(),
            values: Some(vec!["spot".into()]),
        };
        let own = [
            json!({}),
            json!({"matchExpressions": [{"key": "disk", "operator": "Exists"}]}),
            json!({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]}),
        ];
        let further = repeated(&own, &[1, 2], &[label("b"), label("c")]);
        let keys = |term: &Json| {
            let list = term["matchExpressions"].as_array().expect("it has labels");
            let keys = list.iter().map(|own| own["key"].as_str().expect("a key"));
            keys.collect::<Vec<_>>().join(" ")
        };
        let found: Vec<String> = further.iter().map(keys).collect();
        assert_eq!(found, ["disk b", "b", "disk c", "c"]);
        assert_eq!(further[1]["matchFields"], own[2]["matchFields"]);
        let many = vec![own[1].clone(); MOST_TERMS / 2 + 1];
        let numbers: Vec<usize> = (0..many.len()).collect();
        assert!(repeated(&many, &numbers, &[label("b")]).is_empty());
    }
}
