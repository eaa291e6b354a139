//! Update strategies that take no settings of another one. The API server fills these settings in and nobody owns them, so
//! that an apply leaves them there.

use serde_json::{Value as Json, json};

use super::change::{Change, Kind};
use super::fixed::{Fixed, Refused, patch};
use super::object::Identity;
use super::path::{Path, Side, Step};

/// A type of the strategy of a kind, which is refused beside `rollingUpdate`.
struct Strategy {
    kind: &'static str,
    field: &'static str,
    plain: &'static str,
    refused: Refused,
}

/// A `DaemonSet` takes both together.
const STRATEGIES: [Strategy; 2] = [
    // Source: kubernetes/kubernetes pkg/apis/apps/validation/validation.go, `ValidateDeploymentStrategy`: "may not be
    // specified when strategy `type` is 'Recreate'". An apply on the client's side takes the settings away: kubernetes/api
    // apps/v1/types.go, `DeploymentSpec.Strategy`: patchStrategy "retainKeys".
    Strategy {
        kind: "Deployment",
        field: "strategy",
        plain: "Recreate",
        refused: Refused::ServerSide,
    },
    // Source: the same file, `ValidateStatefulSetSpec`: "only allowed for updateStrategy 'RollingUpdate'".
    Strategy {
        kind: "StatefulSet",
        field: "updateStrategy",
        plain: "OnDelete",
        refused: Refused::Always,
    },
];
const GROUP: &str = "apps";
const TYPE: &str = "type";
const SETTINGS: &str = "rollingUpdate";

/// For a new type of the strategy: the way that works, where the settings of the other one stay. `changes` are all of the
/// object, `new` and `old` are the whole objects.
pub(super) fn beside_settings(
    identity: &Identity,
    change: &Change,
    changes: &[Change],
    new: &Json,
    old: &Json,
) -> Option<Fixed> {
    let strategy = STRATEGIES.iter().find(|own| {
        identity.group == GROUP
            && own.kind == identity.kind
            && change.path.begins_with(&["spec", own.field])
    })?;
    let path = |field: &str| {
        let mut path = Path::default();
        for key in ["spec", strategy.field, field] {
            path.push(Step::Key(key.to_owned()));
        }
        path
    };
    let (kind, settings) = (path(TYPE), path(SETTINGS));
    let of = |object: &Json, path: &Path| object.pointer(&path.pointer(Side::Old)).cloned();
    let is_new = change.path == kind && change.kind != Kind::Removed;
    let is_plain = of(new, &kind).is_some_and(|value| value == strategy.plain);
    let states_settings = of(new, &settings).is_some_and(|value| !value.is_null());
    let there = of(old, &settings).filter(|value| !value.is_null())?;
    // An owner of all of them takes them away.
    let goes = changes.iter().any(|other| {
        other.path == settings && other.kind == Kind::Removed && other.old.as_ref() == Some(&there)
    });
    if !is_new || !is_plain || states_settings || goes {
        return None;
    }
    let operations = json!([
        {"op": "remove", "path": settings.pointer(Side::Old)},
        {"op": "add", "path": kind.pointer(Side::Old), "value": strategy.plain},
    ]);
    let plain = strategy.plain;
    let why = match strategy.refused {
        Refused::Always => format!(
            "an apply leaves `{settings}` there, and the API server refuses that beside `{plain}`;"
        ),
        Refused::ServerSide => format!(
            "it leaves `{settings}` there, and the API server refuses that beside `{plain}`; an apply without \
             `--server-side` removes it, or"
        ),
    };
    Some(Fixed {
        refused: strategy.refused,
        way: format!(
            "{why} change both at once: {}",
            patch(identity, &operations)
        ),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use crate::diff::compare::Walk;
    use crate::diff::fixed::Refused;
    use crate::diff::object::Identity;

    /// The way, where there is one. `former` is what was applied before.
    fn way(kind: &str, new: &Json, old: &Json, former: Option<&Json>) -> Option<String> {
        let object = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "x", "namespace": "n"}});
        let identity = Identity::of(&object).expect("an object");
        let walk = Walk::of_kind("apps", kind, false).shared(true);
        let changes = walk.changes(new, old, former);
        let mut ways = changes
            .iter()
            .filter_map(|change| super::beside_settings(&identity, change, &changes, new, old));
        ways.next().map(|fixed| {
            let is_deployment = fixed.refused == Refused::ServerSide;
            assert_eq!(is_deployment, kind == "Deployment");
            fixed.way
        })
    }

    fn deployment(strategy: &Json) -> Json {
        json!({"spec": {"strategy": strategy}})
    }

    #[test]
    fn settings_that_the_server_filled_in_are_in_the_way() {
        let defaults = json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}});
        let (new, old) = (
            deployment(&json!({"type": "Recreate"})),
            deployment(&defaults),
        );
        let found = way("Deployment", &new, &old, None).expect("both would be there");
        let patch = r#"kubectl patch deployment.apps x --namespace n --type json --patch '[{"op":"remove","path":"/spec/strategy/rollingUpdate"},{"op":"add","path":"/spec/strategy/type","value":"Recreate"}]'"#;
        assert!(found.ends_with(patch), "{found}");
        // Who stated one of them owns one of them.
        let part =
            deployment(&json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}}));
        assert!(way("Deployment", &new, &old, Some(&part)).is_some());
        assert_eq!(way("Deployment", &new, &old, Some(&old)), None);
        // It is on its way already, or changes in the other direction.
        assert_eq!(way("Deployment", &new, &new, None), None);
        assert_eq!(way("Deployment", &old, &new, None), None);
    }

    #[test]
    fn a_stateful_set_has_another_name_for_it_and_a_daemon_set_takes_both() {
        let of = |kind: &str| json!({"spec": {"updateStrategy": {"type": kind}}});
        let mut old = of("RollingUpdate");
        old["spec"]["updateStrategy"]["rollingUpdate"] = json!({"partition": 0});
        let found = way("StatefulSet", &of("OnDelete"), &old, None).expect("both would be there");
        assert!(
            found.contains("/spec/updateStrategy/rollingUpdate"),
            "{found}"
        );
        assert_eq!(way("DaemonSet", &of("OnDelete"), &old, None), None);
    }
}
