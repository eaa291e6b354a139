//! A copy of a `Deployment` for on-demand nodes.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Map, Value as Json, json};

use super::of_one_object::is_of_one_object;
use super::own_pods::count_own_pods;
use crate::components::Explained;
use crate::components::placement::pod_patch;
use crate::kubernetes::{Copied, GENERATOR, Labels, MANAGED_BY_LABEL, Object, PART_OF_LABEL};
use crate::plan::{BASE, PART_LABEL, Plan, Workload};
use crate::workloads::IGNORE_LABEL;

/// The second workload; none where the manifest of the first is not given.
pub(super) fn build(plan: &Plan, workload: &Workload) -> Option<Explained<Object>> {
    let base = workload.base()?;
    let original = base.original.as_ref()?.as_object()?;
    let metadata = metadata(plan, workload, original.get("metadata"));
    let mut object = Map::new();
    for (key, default) in [("apiVersion", "apps/v1"), ("kind", "Deployment")] {
        let own = original.get(key).cloned();
        object.insert(key.to_owned(), own.unwrap_or_else(|| json!(default)));
    }
    object.insert("metadata".to_owned(), json!(metadata));
    let others = original.iter().filter(|(key, _)| *key != "status");
    for (key, value) in others {
        object.entry(key).or_insert_with(|| value.clone());
    }
    if let Some(Json::Object(spec)) = object.get_mut("spec") {
        let pods = labels(spec);
        split(spec, workload);
        place(spec, pod_patch(plan, workload));
        count_own_pods(map(map(spec, "template"), "spec"), &pods);
    }
    let object = Json::Object(object);
    Some(Object::Copied(Box::new(Copied { metadata, object })).into())
}

/// The name, and what the author wrote of labels and annotations. Everything else is the API server's or a controller's.
fn metadata(plan: &Plan, workload: &Workload, original: Option<&Json>) -> ObjectMeta {
    let texts = |key: &str| -> Labels {
        let texts = original.and_then(|metadata| metadata.get(key)?.as_object());
        let texts = texts.into_iter().flatten();
        texts
            .filter(|(key, _)| !is_of_one_object(key))
            .filter_map(|(key, value)| Some((key, value.as_str()?)))
            .collect()
    };
    let mut labels = texts("labels");
    labels.extend(plan.common_labels.clone());
    let own = [
        (PART_OF_LABEL, plan.name.as_str()),
        (MANAGED_BY_LABEL, GENERATOR),
        (PART_LABEL, BASE),
    ];
    labels.extend(own);
    let mut annotations = texts("annotations");
    annotations.extend(plan.common_annotations.clone());
    // It is placed: nothing else may place it again by the class of the first.
    annotations.insert(IGNORE_LABEL, "true");
    ObjectMeta {
        name: Some(workload.name.to_string()),
        namespace: Some(workload.namespace.to_string()),
        labels: Some(labels.into()),
        annotations: Some(annotations.into()),
        ..ObjectMeta::default()
    }
}

/// The labels of the pods of the first.
fn labels(spec: &Map<String, Json>) -> Labels {
    let metadata = spec.get("template").and_then(|pod| pod.get("metadata"));
    let labels = metadata.and_then(|metadata| metadata.get("labels")?.as_object());
    let labels = labels.into_iter().flatten();
    labels
        .filter_map(|(key, value)| Some((key, value.as_str()?)))
        .collect()
}

/// Gives it its number of pods, and labels by which it finds its own alone. A pause is for a change to the first: a new
/// Deployment that is paused makes no pods.
/// Source: kubernetes/kubernetes `pkg/controller/deployment/deployment_controller.go`, `syncDeployment`; sync.go, `sync`.
fn split(spec: &mut Map<String, Json>, workload: &Workload) {
    spec.shift_remove("paused");
    spec.insert("replicas".to_owned(), json!(workload.replicas));
    let selector = map(spec, "selector");
    if let Some(Json::Array(expressions)) = selector.get_mut("matchExpressions") {
        expressions.retain(|expression| expression.get("key") != Some(&json!(PART_LABEL)));
        if expressions.is_empty() {
            selector.shift_remove("matchExpressions");
        }
    }
    map(selector, "matchLabels").insert(PART_LABEL.to_owned(), json!(BASE));
    let template = map(spec, "template");
    let labels = map(map(template, "metadata"), "labels");
    labels.insert(PART_LABEL.to_owned(), json!(BASE));
    labels.insert(IGNORE_LABEL.to_owned(), json!("true"));
}

fn place(spec: &mut Map<String, Json>, pod_patch: Json) {
    let template = map(spec, "template");
    if let Json::Object(patch) = pod_patch {
        merge(map(template, "spec"), patch);
    }
}

/// As a strategic merge does it. Constraints over the keys of its own are not in the patch.
fn merge(own: &mut Map<String, Json>, patch: Map<String, Json>) {
    for (key, new) in patch {
        match (own.get_mut(&key), new) {
            (Some(Json::Object(own)), Json::Object(patch)) => merge(own, patch),
            (Some(Json::Array(own)), Json::Array(new)) if key == "topologySpreadConstraints" => {
                own.extend(new);
            }
            (_, new) => {
                own.insert(key, new);
            }
        }
    }
}

/// The map under a key, in place of whatever else is there.
fn map<'m>(parent: &'m mut Map<String, Json>, key: &str) -> &'m mut Map<String, Json> {
    let value = parent.entry(key).or_insert(Json::Null);
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut().expect("it is a map now")
}
