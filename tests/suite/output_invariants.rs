//! What every golden output must be, whatever its configuration: Kubernetes objects that lose nothing in the API's own
//! types, that fit each other, and that are hardened.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    ConfigMap, Namespace, Pod, PodSpec, ReplicationController, Service, ServiceAccount,
};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{descheduler, golden};

/// All documents of a stream, read by another library than ours.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    text.split("\n---\n")
        .skip(1)
        .map(|document| {
            serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{error}\n{document}"))
        })
        .collect()
}

/// The stream of every golden case.
fn streams(name: &str) -> Vec<(String, Vec<Value>)> {
    golden::cases(&golden::root())
        .iter()
        .filter_map(|case| {
            let text = fs::read_to_string(case.join(name)).ok()?;
            Some((case.display().to_string(), documents(&text)))
        })
        .collect()
}

/// The manifests of every golden case that makes any.
static MANIFESTS: LazyLock<Vec<(String, Vec<Value>)>> = LazyLock::new(|| streams("manifests.yaml"));

pub(crate) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn through<T: DeserializeOwned + Serialize>(object: &Value) -> Value {
    let typed: T = serde_json::from_value(object.clone())
        .unwrap_or_else(|error| panic!("{error}\n{object:#}"));
    serde_json::to_value(typed).expect("typed objects are plain data")
}

/// An object decoded into its type and encoded again.
fn through_its_type(object: &Value) -> Value {
    match text(object, "/kind") {
        "Namespace" => through::<Namespace>(object),
        "PriorityClass" => through::<PriorityClass>(object),
        "ServiceAccount" => through::<ServiceAccount>(object),
        "ClusterRole" => through::<ClusterRole>(object),
        "ClusterRoleBinding" => through::<ClusterRoleBinding>(object),
        "Role" => through::<Role>(object),
        "RoleBinding" => through::<RoleBinding>(object),
        "ConfigMap" => through::<ConfigMap>(object),
        "Deployment" => through::<Deployment>(object),
        "DaemonSet" => through::<DaemonSet>(object),
        "StatefulSet" => through::<StatefulSet>(object),
        "ReplicaSet" => through::<ReplicaSet>(object),
        "ReplicationController" => through::<ReplicationController>(object),
        "Pod" => through::<Pod>(object),
        "Job" => through::<Job>(object),
        "CronJob" => through::<CronJob>(object),
        "PodDisruptionBudget" => through::<PodDisruptionBudget>(object),
        "Service" => through::<Service>(object),
        // Kinds of the Prometheus operator, which its own schemas judge on a real control plane.
        "ServiceMonitor" | "PodMonitor" | "PrometheusRule" => object.clone(),
        // Argo's own type, with the pod template of Kubernetes in it.
        "Rollout" => {
            let mut object = object.clone();
            let pod = &mut object["spec"]["template"]["spec"];
            *pod = through::<PodSpec>(pod);
            object
        }
        kind => panic!("no type for `{kind}`"),
    }
}

#[test]
fn objects_lose_nothing_in_the_api_types() {
    for (case, objects) in MANIFESTS.iter() {
        for object in objects {
            assert_eq!(&through_its_type(object), object, "{case}");
        }
    }
}

/// A patch is partial: required fields that it lacks come back empty. Everything that it says comes back as it was.
#[test]
fn patches_lose_nothing_in_the_api_types() {
    fn contains(whole: &Value, part: &Value) -> bool {
        match (whole, part) {
            (Value::Object(whole), Value::Object(part)) => part
                .iter()
                .all(|(key, value)| whole.get(key).is_some_and(|whole| contains(whole, value))),
            _ => whole == part,
        }
    }
    for (case, patches) in streams("patches.yaml") {
        for patch in &patches {
            assert!(
                contains(&through_its_type(patch), patch),
                "{case}: {patch:#}"
            );
        }
    }
}

#[test]
fn every_object_is_ours_and_unique_and_in_order() {
    let order = [
        "Namespace",
        "PriorityClass",
        "ServiceAccount",
        "ClusterRole",
        "ClusterRoleBinding",
        "Role",
        "RoleBinding",
        "ConfigMap",
        "Service",
        "Deployment",
        "DaemonSet",
        "a copy",
        "ServiceMonitor",
        "PodMonitor",
        "PrometheusRule",
        "PodDisruptionBudget",
    ];
    for (case, objects) in MANIFESTS.iter() {
        let mut seen = BTreeSet::new();
        let mut last = 0;
        for object in objects {
            let identity = ["/kind", "/metadata/namespace", "/metadata/name"]
                .map(|pointer| text(object, pointer));
            assert!(seen.insert(identity), "{case}: {identity:?} is there twice");
            assert_eq!(
                text(object, "/metadata/labels/app.kubernetes.io~1managed-by"),
                "spotgen",
                "{case}"
            );
            assert_ne!(
                text(object, "/metadata/labels/app.kubernetes.io~1part-of"),
                "",
                "{case}"
            );
            let rank = order
                .iter()
                .position(|kind| {
                    *kind
                        == if is_copy(object) {
                            "a copy"
                        } else {
                            identity[0]
                        }
                })
                .expect("a known kind");
            assert!(rank >= last, "{case}: {identity:?} comes too late");
            last = rank;
        }
    }
}

/// The pod spec of an object whose pods are spotgen's own, not a copy of those of a workload.
fn own_pod(object: &Value) -> Option<&Value> {
    let pod = object.pointer("/spec/template/spec");
    pod.filter(|_| !is_copy(object))
}

/// Whether it is the second workload of somebody's.
fn is_copy(object: &Value) -> bool {
    text(object, "/metadata/labels/spotgen.dev~1part") == "base"
}

/// Whatever an object names is there, or belongs to the cluster.
#[test]
fn references_meet_their_objects() {
    for (case, objects) in MANIFESTS.iter() {
        let names: BTreeSet<_> = objects
            .iter()
            .map(|object| {
                ["/kind", "/metadata/namespace", "/metadata/name"]
                    .map(|pointer| text(object, pointer).to_owned())
            })
            .collect();
        let exists = |kind: &str, namespace: &str, name: &str| {
            let wanted = [kind, namespace, name].map(str::to_owned);
            assert!(
                names.contains(&wanted),
                "{case}: no {kind} {namespace}/{name}"
            );
        };
        for object in objects {
            let namespace = text(object, "/metadata/namespace");
            for subject in list(object, "/subjects") {
                exists(
                    "ServiceAccount",
                    text(subject, "/namespace"),
                    text(subject, "/name"),
                );
            }
            if object.get("roleRef").is_some() {
                exists(
                    text(object, "/roleRef/kind"),
                    namespace,
                    text(object, "/roleRef/name"),
                );
            }
            let Some(pod) = own_pod(object) else {
                continue;
            };
            exists(
                "ServiceAccount",
                namespace,
                text(pod, "/serviceAccountName"),
            );
            let class = text(pod, "/priorityClassName");
            if !class.is_empty() && !class.starts_with("system-") {
                exists("PriorityClass", "", class);
            }
            for volume in list(pod, "/volumes") {
                exists("ConfigMap", namespace, text(volume, "/configMap/name"));
            }
            let selector = object
                .pointer("/spec/selector/matchLabels")
                .expect("a selector");
            assert_eq!(
                Some(selector),
                object.pointer("/spec/template/metadata/labels"),
                "{case}"
            );
            proportional_autoscaler(pod, &exists);
        }
    }
}

/// The autoscaler finds its target and its parameters where its flags say.
fn proportional_autoscaler(pod: &Value, exists: &dyn Fn(&str, &str, &str)) {
    let arguments: Vec<&str> = list(pod, "/containers/0/args")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let flag = |name: &str| {
        arguments
            .iter()
            .find_map(|argument| argument.strip_prefix(name))
    };
    if let (Some(target), Some(namespace)) = (flag("--target=deployment/"), flag("--namespace=")) {
        exists("Deployment", namespace, target);
        exists(
            "ConfigMap",
            namespace,
            flag("--configmap=").expect("a ConfigMap"),
        );
        assert!(
            flag("--nodelabels=").is_some_and(|labels| !labels.is_empty()),
            "it would count every node"
        );
    }
}

#[test]
fn scaled_deployments_leave_their_replicas_to_the_autoscaler() {
    for (case, objects) in MANIFESTS.iter() {
        let arguments = objects
            .iter()
            .flat_map(|object| list(object, "/spec/template/spec/containers/0/args"));
        let targets: BTreeSet<&str> = arguments
            .filter_map(|argument| argument.as_str()?.strip_prefix("--target=deployment/"))
            .collect();
        for object in objects
            .iter()
            .filter(|object| targets.contains(text(object, "/metadata/name")))
        {
            assert!(object.pointer("/spec/replicas").is_none(), "{case}");
        }
    }
}

#[test]
fn installed_pods_are_hardened() {
    for (case, objects) in MANIFESTS.iter() {
        for object in objects {
            let Some(pod) = own_pod(object) else {
                continue;
            };
            let name = text(object, "/metadata/name");
            let is = |pointer: &str, value: Value| {
                assert_eq!(
                    pod.pointer(pointer),
                    Some(&value),
                    "{case}: {name} {pointer}"
                );
            };
            is("/securityContext/runAsNonRoot", true.into());
            is(
                "/securityContext/seccompProfile/type",
                "RuntimeDefault".into(),
            );
            is(
                "/containers/0/securityContext/readOnlyRootFilesystem",
                true.into(),
            );
            is(
                "/containers/0/securityContext/allowPrivilegeEscalation",
                false.into(),
            );
            is(
                "/containers/0/securityContext/capabilities/drop",
                serde_json::json!(["ALL"]),
            );
            let is_placeholder = text(pod, "/containers/0/name") == "pause";
            is("/automountServiceAccountToken", (!is_placeholder).into());
            let probed = pod.pointer("/containers/0/livenessProbe").is_some()
                && pod.pointer("/containers/0/readinessProbe").is_some();
            assert!(probed || is_placeholder, "{case}: {name} has no probes");
            for kind in ["requests", "limits"] {
                let resources = pod.pointer(&format!("/containers/0/resources/{kind}"));
                assert!(resources.is_some(), "{case}: {name} has no {kind}");
            }
            let image = text(pod, "/containers/0/image");
            assert!(
                image.contains(':') && !image.ends_with(":latest"),
                "{case}: {image} is not pinned"
            );
        }
    }
}

/// What stands as text in a `ConfigMap` is what its reader takes.
#[test]
fn texts_in_config_maps_can_be_read() {
    for (case, objects) in MANIFESTS.iter() {
        for object in objects
            .iter()
            .filter(|object| text(object, "/kind") == "ConfigMap")
        {
            let data = object.get("data").and_then(Value::as_object).expect("data");
            // The proportional autoscaler refuses a second key.
            assert_eq!(data.len(), 1, "{case}");
            for (key, content) in data {
                let content = content.as_str().expect("text");
                match key.as_str() {
                    "priorities" => priorities(content),
                    "linear" | "ladder" => assert!(
                        serde_json::from_str::<Value>(content).is_ok_and(|json| json.is_object()),
                        "{content}"
                    ),
                    "policy.yaml" => {
                        assert_eq!(descheduler::judge(content), Ok(()), "{case}:\n{content}");
                    }
                    "spotgen.json" => assert!(
                        serde_json::from_str::<Value>(content).is_ok_and(|json| json.is_object()),
                        "{content}"
                    ),
                    "spotgen.rules.yaml" => {
                        let rules: Value = serde_saphyr::from_str(content).expect("rules");
                        assert!(rules["groups"].is_array(), "{content}");
                    }
                    other => panic!("{case}: nobody reads `{other}`"),
                }
            }
        }
    }
}

fn priorities(content: &str) {
    let tiers: std::collections::BTreeMap<i32, Vec<String>> =
        serde_saphyr::from_str(content).expect("int → list of text");
    assert!(tiers.keys().all(|priority| *priority > 0));
    for pattern in tiers.values().flatten() {
        assert!(
            spotgen::values::pattern::check(pattern).is_ok(),
            "{pattern}"
        );
    }
}

/// The user's labels are on every object, and in nothing that can never change.
#[test]
fn common_labels_enter_no_selector() {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/everything/manifests.yaml"),
    );
    let objects = documents(&text.expect("the case is there"));
    for object in &objects {
        assert_eq!(
            self::text(object, "/metadata/labels/example.com~1team"),
            "platform"
        );
        for pointer in ["/spec/selector", "/spec/template/metadata"] {
            let inner = object
                .pointer(pointer)
                .map(Value::to_string)
                .unwrap_or_default();
            assert!(!inner.contains("example.com/team"), "{inner}");
        }
    }
}
