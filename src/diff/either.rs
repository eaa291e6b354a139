//! Fields of which an object may have only one: an apply that sets one leaves the other there, if somebody else has set it.

use serde_json::{Value as Json, json};

use super::change::{Change, Kind};
use super::fixed::{Fixed, Refused, patch};
use super::object::Identity;
use super::path::{Path, Side, Step};

/// Two fields of one parent, in either order. `above` is the list or the map that the parent is in.
struct Pair {
    kind: Option<&'static str>,
    above: &'static str,
    fields: [&'static str; 2],
}

const PAIRS: [Pair; 2] = [
    // Source: kubernetes/kubernetes pkg/apis/policy/validation/validation.go, `ValidatePodDisruptionBudgetSpec`:
    // "minAvailable and maxUnavailable cannot be both set".
    Pair {
        kind: Some("PodDisruptionBudget"),
        above: "spec",
        fields: ["minAvailable", "maxUnavailable"],
    },
    // Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `validateEnvVarValueFrom`: "may not be
    // specified when `value` is not empty".
    Pair {
        kind: None,
        above: "env",
        fields: ["value", "valueFrom"],
    },
];

/// For a field that is new: the way that works, where the other one stays. `changes` are all of the object, `old` is the
/// live object.
pub(super) fn beside_another(
    identity: &Identity,
    change: &Change,
    changes: &[Change],
    old: &Json,
) -> Option<Fixed> {
    let added = change.new.as_ref().filter(|_| change.kind == Kind::Added)?;
    let other = other(identity, &change.path)?;
    let mut all = changes.iter();
    let goes = all.any(|other_change| {
        other_change.path.pointer(Side::Old) == other.pointer(Side::Old)
            && other_change.kind == Kind::Removed
    });
    let stays = old.pointer(&other.pointer(Side::Old));
    stays.filter(|value| !goes && !value.is_null())?;
    let operations = json!([
        {"op": "remove", "path": other.pointer(Side::Old)},
        {"op": "add", "path": change.path.pointer(Side::Old), "value": added},
    ]);
    Some(Fixed {
        refused: Refused::Always,
        way: format!(
            "`{other}` is there, an apply leaves it, and the API server refuses both together; change both at once: {}",
            patch(identity, &operations),
        ),
    })
}

/// The path of the other field.
fn other(identity: &Identity, path: &Path) -> Option<Path> {
    let (name, above) = path.last_keys();
    let pair = PAIRS.iter().find(|pair| {
        pair.kind.is_none_or(|kind| kind == identity.kind)
            && pair.above == above
            && pair.fields.contains(&name)
    })?;
    let other = pair.fields.iter().find(|field| **field != name)?;
    let mut path = path.clone();
    path.pop();
    path.push(Step::Key((*other).to_owned()));
    Some(path)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use crate::diff::compare::Walk;
    use crate::diff::object::Identity;

    /// The way, where there is one. `former` is what was applied before.
    fn way(new: &Json, old: &Json, former: Option<&Json>) -> Option<String> {
        let object = json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"name": "web", "namespace": "shop"}});
        let identity = Identity::of(&object).expect("an object");
        let changes =
            Walk::of_kind("policy", "PodDisruptionBudget", false).changes(new, old, former);
        let mut ways = changes
            .iter()
            .filter_map(|change| super::beside_another(&identity, change, &changes, old));
        ways.next().map(|fixed| fixed.way)
    }

    #[test]
    fn a_bound_of_the_other_kind_is_in_the_way() {
        let (new, old) = (
            json!({"spec": {"maxUnavailable": "25%"}}),
            json!({"spec": {"minAvailable": 1}}),
        );
        let way = way(&new, &old, None).expect("both would be there");
        let patch = r#"'[{"op":"remove","path":"/spec/minAvailable"},{"op":"add","path":"/spec/maxUnavailable","value":"25%"}]'"#;
        assert!(way.ends_with(patch), "{way}");
        assert!(
            way.contains("kubectl patch poddisruptionbudget.policy web --namespace shop"),
            "{way}"
        );
        assert_eq!(super::tests::way(&new, &old, Some(&old)), None);
        assert_eq!(super::tests::way(&new, &new, None), None);
    }

    #[test]
    fn a_variable_has_its_value_from_one_place() {
        let of = |variable: Json| json!({"spec": {"env": [variable]}});
        let new = of(json!({"name": "A", "value": "x"}));
        let old =
            of(json!({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}));
        let way = way(&new, &old, None).expect("both would be there");
        assert!(way.contains("/spec/env/0/valueFrom"), "{way}");
        assert_eq!(super::tests::way(&new, &old, Some(&old)), None);
    }
}
