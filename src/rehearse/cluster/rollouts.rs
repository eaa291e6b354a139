//! Rollouts of Argo, which make pods as Deployments do.

use serde_json::{Value as Json, json};

use crate::simulate::read::Unread;

/// A Deployment in the place of a Rollout; any other object as it is. One that takes its pods from another object makes none
/// that are known here.
/// Source: argoproj/argo-rollouts docs/migrating.md, "Convert Deployment to Rollout".
pub(super) fn as_deployment(mut object: Json, unread: &mut Vec<Unread>) -> Json {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let is_rollout = text("kind") == "Rollout" && text("apiVersion").starts_with("argoproj.io/");
    if !is_rollout || !object["spec"]["template"].is_object() {
        return object;
    }
    let metadata = &object["metadata"];
    let namespace = metadata["namespace"].as_str().unwrap_or("default");
    let name = metadata["name"].as_str().unwrap_or_default();
    unread.push(left_out(namespace, name));
    object["apiVersion"] = json!("apps/v1");
    object["kind"] = json!("Deployment");
    if let Some(spec) = object["spec"].as_object_mut() {
        spec.remove("strategy");
    }
    object
}

/// What of a Rollout is not played.
pub(super) fn left_out(namespace: &str, name: &str) -> Unread {
    Unread {
        object: format!("Rollout {namespace}/{name}"),
        reason: "its steps and its traffic are not modelled: it rolls out as a Deployment does"
            .to_owned(),
    }
}
