//! Workloads that only the configuration knows, as objects.

use serde_json::{Map, Value as Json, json};

use super::rollouts::left_out;
use super::strategic::merge;
use crate::components::bundle::Bundle;
use crate::components::placement::pod_patch;
use crate::config::Kind;
use crate::config::pointers;
use crate::diagnostic::Diagnostic;
use crate::kubernetes::Labels;
use crate::load::Document;
use crate::plan::{Part, Plan, Workload};
use crate::simulate::read::{Unread, makes_pods};
use crate::simulate::start::Given;

/// The label of pods whose own are not known.
const UNKNOWN_LABELS: &str = "spotgen.dev/workload";

/// What is wrong where nothing makes pods: each scenario would end well.
pub fn without_pods(given: &Given, document: &Document<'_>) -> Option<Diagnostic> {
    let kinds = given.workloads.iter();
    let mut kinds = kinds.filter_map(|object| object.get("kind")?.as_str());
    if kinds.any(makes_pods) {
        return None;
    }
    let location = document.locate(&pointers::spec("workloads"));
    let missing = Diagnostic::error("config", "no workload makes pods, so nothing can be played");
    Some(missing.at(location).help(
        "list workloads under `spec.workloads`, or read their manifests: --from MANIFESTS; CronJobs and custom resources make no pods here",
    ))
}

/// Objects for the workloads of the plan whose manifests are not given: what the configuration says of them, with their
/// placement laid over it.
pub(super) fn listed(plan: &Plan, bundle: &Bundle<'_>, unread: &mut Vec<Unread>) -> Vec<Json> {
    let patches = patches(bundle);
    let mut objects = Vec::new();
    let own = plan.workloads.iter();
    for workload in own.filter(|own| own.found().is_none() && !is_copied(own)) {
        let mut object = object(workload);
        let patch = patches.iter().find(|patch| is_for(patch, workload));
        if let Some(spec) = patch.and_then(|patch| patch.get("spec")) {
            merge(&mut object["spec"], spec);
        } else if workload.base().is_some() {
            // Nothing patches it: it is made with its placement.
            merge(
                &mut object["spec"]["template"]["spec"],
                &pod_patch(plan, workload),
            );
        }
        if workload.kind == Kind::Rollout {
            unread.push(left_out(&workload.namespace, &workload.name));
        }
        let name = format!("{}/{}", workload.namespace, workload.name);
        unread.extend(unknown(workload).map(|reason| Unread {
            object: name.clone(),
            reason: reason.to_owned(),
        }));
        objects.push(object);
        objects.extend(autoscaler(workload));
    }
    objects
}

/// What of a workload the configuration does not say, and what is taken for it.
fn unknown(workload: &Workload) -> impl Iterator<Item = &'static str> {
    let makes_pods = workload.kind != Kind::CronJob;
    let requests = (workload.requests.is_none() && makes_pods)
        .then_some("what its pods request is not known: they request nothing here");
    let count = match workload.kind {
        // Nodes decide, or there is only one, or none is made.
        Kind::DaemonSet | Kind::Pod | Kind::CronJob => None,
        Kind::Job => Some("how many of its pods run at a time is not known: 1 is assumed"),
        Kind::Deployment
        | Kind::StatefulSet
        | Kind::ReplicaSet
        | Kind::ReplicationController
        | Kind::Rollout => Some("how many replicas it has is not known: 1 is assumed"),
    };
    let is_known = workload.replicas.is_some() || workload.autoscaling.is_some();
    let count = count.filter(|_| !is_known);
    requests.into_iter().chain(count)
}

/// Whether it is the copy of a manifest that is given.
fn is_copied(workload: &Workload) -> bool {
    let base = workload.base();
    base.is_some_and(|base| base.original.is_some())
}

fn is_for(patch: &Json, workload: &Workload) -> bool {
    let metadata = &patch["metadata"];
    let namespace = metadata["namespace"].as_str();
    metadata["name"] == workload.name.as_str()
        && namespace.is_none_or(|own| own == workload.namespace)
        && patch["kind"] == workload.kind.as_str()
}

fn object(workload: &Workload) -> Json {
    let labels = labels(workload);
    let mut requests = Map::new();
    if let Some(own) = &workload.requests {
        requests.insert("cpu".to_owned(), json!(own.cpu.to_string()));
        requests.insert("memory".to_owned(), json!(own.memory.to_string()));
    }
    let pod = json!({
        "containers": [{"name": "main", "resources": {"requests": requests}}],
    });
    let template = json!({"metadata": {"labels": labels}, "spec": pod});
    let selector = json!({"matchLabels": labels});
    let replicas = workload.usual_replicas().unwrap_or(1);
    let (api_version, kind) = kind(workload.kind);
    let spec = match workload.kind {
        Kind::Pod => template["spec"].clone(),
        Kind::Job => {
            json!({"template": template, "parallelism": replicas, "completions": replicas})
        }
        Kind::CronJob => json!({
            "schedule": "@daily",
            "jobTemplate": {"spec": {"template": template}},
        }),
        Kind::DaemonSet => json!({"selector": selector, "template": template}),
        Kind::ReplicationController => {
            json!({"replicas": replicas, "selector": labels, "template": template})
        }
        _ => json!({"replicas": replicas, "selector": selector, "template": template}),
    };
    let mut metadata = json!({"name": workload.name, "namespace": workload.namespace});
    if workload.kind == Kind::Pod {
        metadata["labels"] = json!(labels);
    }
    json!({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec})
}

fn labels(workload: &Workload) -> Labels {
    if workload.selector.iter().next().is_some() {
        return workload.selector.clone();
    }
    [(UNKNOWN_LABELS.to_owned(), workload.name.clone())]
        .into_iter()
        .collect()
}

/// A Rollout makes pods as a Deployment does, as far as this goes.
fn kind(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Deployment | Kind::Rollout => ("apps/v1", "Deployment"),
        Kind::StatefulSet => ("apps/v1", "StatefulSet"),
        Kind::ReplicaSet => ("apps/v1", "ReplicaSet"),
        Kind::DaemonSet => ("apps/v1", "DaemonSet"),
        Kind::Job => ("batch/v1", "Job"),
        Kind::CronJob => ("batch/v1", "CronJob"),
        Kind::ReplicationController => ("v1", "ReplicationController"),
        Kind::Pod => ("v1", "Pod"),
    }
}

fn autoscaler(workload: &Workload) -> Option<Json> {
    let range = workload.autoscaling?;
    let (api_version, kind) = kind(workload.kind);
    Some(json!({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": workload.name, "namespace": workload.namespace},
        "spec": {
            "minReplicas": range.min.get(),
            "maxReplicas": range.max.get(),
            "scaleTargetRef": {"apiVersion": api_version, "kind": kind, "name": workload.name},
        },
    }))
}

fn patches(bundle: &Bundle<'_>) -> Vec<Json> {
    bundle
        .patches()
        .map(|patch| serde_json::to_value(&patch.value).expect("Kubernetes objects are plain data"))
        .collect()
}

/// An object of the manifests with its placement, and with the replicas that its second workload leaves it.
pub(super) fn placed(plan: &Plan, bundle: &Bundle<'_>, mut object: Json) -> Json {
    let metadata = &object["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    let is_it = |own: &&Workload| {
        metadata["name"] == own.name.as_str()
            && (namespace == own.namespace || own.is_without_namespace())
            && object["kind"] == own.kind.as_str()
            && own.base().is_none()
    };
    let Some(workload) = plan.workloads.iter().find(is_it) else {
        return object;
    };
    let patches = patches(bundle);
    let patch = patches.iter().find(|patch| is_for(patch, workload));
    if let Some(spec) = patch.and_then(|patch| patch.get("spec")) {
        merge(&mut object["spec"], spec);
    }
    if let (Some(Part::Others { .. }), Some(replicas)) = (&workload.part, workload.replicas) {
        object["spec"]["replicas"] = json!(replicas);
    }
    object
}
