//! Fields that cannot be changed in place, and the way that works.

use serde_json::Value as Json;

use super::object::Identity;
use super::path::Path;
use crate::values::shell::word;

/// Why a change is refused, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    pub refused: Refused,
    pub way: String,
}

/// Which apply is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Always,
    /// That of `kubectl apply --server-side`, also with `--force-conflicts`.
    ServerSide,
}

/// Fields of a kind that the API server lets nobody change.
struct Rule {
    group: &'static str,
    kind: &'static str,
    fields: &'static [&'static [&'static str]],
}

const APPS: &str = "apps";
const BATCH: &str = "batch";
const RBAC: &str = "rbac.authorization.k8s.io";

/// All in kubernetes/kubernetes, at v1.36.3. The selector of a `PodDisruptionBudget` is not among them:
/// pkg/apis/policy/validation/validation.go compares nothing with the old one.
const RULES: &[Rule] = &[
    // Source: pkg/apis/scheduling/validation/validation.go, `ValidatePriorityClassUpdate`.
    Rule {
        group: "scheduling.k8s.io",
        kind: "PriorityClass",
        fields: &[&["value"], &["preemptionPolicy"]],
    },
    // Source: pkg/apis/apps/validation/validation.go, `ValidateDeploymentUpdate`, `ValidateDaemonSetSpecUpdate` and
    // `ValidateReplicaSetUpdate`.
    Rule {
        group: APPS,
        kind: "Deployment",
        fields: &[&["spec", "selector"]],
    },
    Rule {
        group: APPS,
        kind: "DaemonSet",
        fields: &[&["spec", "selector"]],
    },
    Rule {
        group: APPS,
        kind: "ReplicaSet",
        fields: &[&["spec", "selector"]],
    },
    // Source: pkg/apis/batch/validation/validation.go, `ValidateJobSpecUpdate`.
    Rule {
        group: BATCH,
        kind: "Job",
        fields: &[
            &["spec", "selector"],
            &["spec", "template"],
            &["spec", "completionMode"],
            &["spec", "podFailurePolicy"],
            &["spec", "backoffLimitPerIndex"],
            &["spec", "managedBy"],
            &["spec", "successPolicy"],
        ],
    },
    // Source: pkg/apis/rbac/validation/validation.go, `ValidateRoleBindingUpdate` and `ValidateClusterRoleBindingUpdate`.
    Rule {
        group: RBAC,
        kind: "RoleBinding",
        fields: &[&["roleRef"]],
    },
    Rule {
        group: RBAC,
        kind: "ClusterRoleBinding",
        fields: &[&["roleRef"]],
    },
];

/// What a `StatefulSet` lets change.
/// Source: pkg/apis/apps/validation/validation.go, `ValidateStatefulSetUpdate`.
const OF_STATEFUL_SET: [&str; 7] = [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
];

/// None where the field can be changed. `old` and `new` are the whole objects.
pub(super) fn fixed(identity: &Identity, path: &Path, new: &Json, old: &Json) -> Option<Fixed> {
    let (group, kind) = (identity.group.as_str(), identity.kind.as_str());
    let is_listed = RULES
        .iter()
        .filter(|rule| rule.group == group && rule.kind == kind)
        .flat_map(|rule| rule.fields)
        .any(|field| path.begins_with(field));
    let is_fixed = is_listed
        || match (group, kind) {
            (APPS, "StatefulSet") => is_fixed_in_stateful_set(path),
            (BATCH, "Job") => is_fixed_in_job(path, new),
            ("", "Service") => is_fixed_in_service(path, new, old),
            ("", "ConfigMap") => is_fixed_in_config_map(path, old),
            _ => false,
        };
    is_fixed.then(|| Fixed {
        refused: Refused::Always,
        way: way(identity),
    })
}

fn is_fixed_in_stateful_set(path: &Path) -> bool {
    let is_free = |field: &str| path.begins_with(&["spec", field]);
    path.begins_with(&["spec"]) && !OF_STATEFUL_SET.iter().any(|field| is_free(field))
}

/// The completions of an indexed Job can change.
/// Source: pkg/apis/batch/validation/validation.go, `validateCompletions`.
fn is_fixed_in_job(path: &Path, new: &Json) -> bool {
    let mode = new.pointer("/spec/completionMode").and_then(Json::as_str);
    path.begins_with(&["spec", "completions"]) && mode != Some("Indexed")
}

/// Source: pkg/apis/core/validation/validation.go, `validateUpgradeDowngradeClusterIPs`.
fn is_fixed_in_service(path: &Path, new: &Json, old: &Json) -> bool {
    let is_external = |service: &Json| {
        service.pointer("/spec/type").and_then(Json::as_str) == Some("ExternalName")
    };
    let is_address =
        path.begins_with(&["spec", "clusterIP"]) || path.begins_with(&["spec", "clusterIPs"]);
    is_address && !is_external(new) && !is_external(old)
}

/// Source: pkg/apis/core/validation/validation.go, `ValidateConfigMapUpdate`.
fn is_fixed_in_config_map(path: &Path, old: &Json) -> bool {
    let is_content = ["immutable", "data", "binaryData"]
        .iter()
        .any(|key| path.begins_with(&[key]));
    is_content && old.get("immutable") == Some(&Json::Bool(true))
}

fn way(identity: &Identity) -> String {
    let delete = delete(identity);
    match identity.kind.as_str() {
        "PriorityClass" => format!(
            "give the class another name, or delete it and apply again: {delete}; running pods keep the priority that they have"
        ),
        "StatefulSet" => format!(
            "delete it without its pods, and apply again: {delete} --cascade=orphan; claims that exist stay as they are"
        ),
        "Deployment" | "DaemonSet" | "ReplicaSet" => {
            format!("delete it with its pods, and apply again: {delete}")
        }
        _ => format!("delete it, and apply again: {delete}"),
    }
}

/// The command that deletes an object.
pub(super) fn delete(identity: &Identity) -> String {
    let arguments = identity.arguments().into_iter().map(word);
    let arguments: Vec<String> = arguments.collect();
    format!(
        "kubectl delete {} {}",
        word(&identity.resource()),
        arguments.join(" ")
    )
}

/// The command that changes several fields at once.
pub(super) fn patch(identity: &Identity, operations: &Json) -> String {
    let arguments = identity.arguments().into_iter().map(word);
    let arguments: Vec<String> = arguments.collect();
    format!(
        "kubectl patch {} {} --type json --patch {}",
        word(&identity.resource()),
        arguments.join(" "),
        word(&operations.to_string()),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::fixed;
    use crate::diff::object::Identity;
    use crate::diff::path::{Path, Step};

    fn way(version: &str, kind: &str, path: &str, new: &Json, old: &Json) -> Option<String> {
        let object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": "x", "namespace": "n"}});
        let identity = Identity::of(&object).expect("an object");
        let mut keys = Path::default();
        for key in path.split('.') {
            keys.push(Step::Key(key.to_owned()));
        }
        fixed(&identity, &keys, new, old).map(|fixed| fixed.way)
    }

    #[test]
    fn fields_that_no_update_takes_are_known() {
        let nothing = json!({});
        for (version, kind, path) in [
            ("scheduling.k8s.io/v1", "PriorityClass", "value"),
            ("scheduling.k8s.io/v1", "PriorityClass", "preemptionPolicy"),
            ("apps/v1", "Deployment", "spec.selector.matchLabels.a"),
            ("apps/v1", "DaemonSet", "spec.selector.matchLabels"),
            ("apps/v1", "ReplicaSet", "spec.selector"),
            ("apps/v1", "StatefulSet", "spec.serviceName"),
            ("apps/v1", "StatefulSet", "spec.volumeClaimTemplates"),
            ("apps/v1", "StatefulSet", "spec.podManagementPolicy"),
            ("apps/v1", "StatefulSet", "spec.selector"),
            ("batch/v1", "Job", "spec.template.spec.containers"),
            ("batch/v1", "Job", "spec.selector"),
            ("batch/v1", "Job", "spec.completions"),
            ("batch/v1", "Job", "spec.podFailurePolicy"),
            (
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "roleRef.name",
            ),
            (
                "rbac.authorization.k8s.io/v1",
                "ClusterRoleBinding",
                "roleRef",
            ),
            ("v1", "Service", "spec.clusterIP"),
        ] {
            let way = way(version, kind, path, &nothing, &nothing);
            assert!(
                way.is_some_and(|way| way.contains("kubectl delete ")),
                "{kind} {path}"
            );
        }
        let (old, new) = (json!({"immutable": true}), json!({}));
        assert!(way("v1", "ConfigMap", "data.x", &new, &old).is_some());
        assert!(way("v1", "ConfigMap", "metadata.labels.x", &new, &old).is_none());
    }

    #[test]
    fn fields_that_an_update_takes_are_not_among_them() {
        let indexed = json!({"spec": {"completionMode": "Indexed"}});
        let external = json!({"spec": {"type": "ExternalName"}});
        let nothing = json!({});
        for (version, kind, path, new) in [
            (
                "scheduling.k8s.io/v1",
                "PriorityClass",
                "globalDefault",
                &nothing,
            ),
            (
                "scheduling.k8s.io/v1",
                "PriorityClass",
                "description",
                &nothing,
            ),
            ("apps/v1", "Deployment", "spec.replicas", &nothing),
            ("apps/v1", "StatefulSet", "spec.replicas", &nothing),
            ("apps/v1", "StatefulSet", "spec.template.spec", &nothing),
            ("apps/v1", "StatefulSet", "metadata.labels.a", &nothing),
            ("batch/v1", "Job", "spec.parallelism", &nothing),
            ("batch/v1", "Job", "spec.completions", &indexed),
            (
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                "subjects",
                &nothing,
            ),
            ("v1", "Service", "spec.clusterIP", &external),
            ("v1", "Service", "spec.ports", &nothing),
            ("v1", "ConfigMap", "data.x", &nothing),
            (
                "policy/v1",
                "PodDisruptionBudget",
                "spec.selector",
                &nothing,
            ),
        ] {
            assert_eq!(
                way(version, kind, path, new, &nothing),
                None,
                "{kind} {path}"
            );
        }
    }

    #[test]
    fn the_way_is_a_command() {
        let way = way(
            "apps/v1",
            "Deployment",
            "spec.selector",
            &json!({}),
            &json!({}),
        );
        assert_eq!(
            way.as_deref(),
            Some(
                "delete it with its pods, and apply again: kubectl delete deployment.apps x --namespace n"
            )
        );
    }
}
