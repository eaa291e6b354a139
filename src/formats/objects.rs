//! Objects, with a comment where a number needs an explanation.

use k8s_openapi::api::apps::v1::Deployment;

use crate::components::System;
use crate::components::overprovisioner::kept::Kept;
use crate::kubernetes::Object;
use crate::yaml;

/// Appends an object.
pub(super) fn write(system: &System, object: &Object, out: &mut String) {
    let start = out.len();
    yaml::write(object, out);
    let Object::Deployment(deployment) = object else {
        return;
    };
    // User input is indented deeper than the fields of `spec`.
    let at = |key: &str| out[start..].find(key);
    if let Some(comment) = replicas(system, deployment)
        // Replicas that an autoscaler controls are not written.
        && let Some(at) = at("\n  replicas: ").or_else(|| at("\n  selector:"))
    {
        out.insert_str(start + at, &format!("\n  # {comment}"));
    }
}

/// The comment on a placeholder's replicas: the nodes that they keep running.
fn replicas(system: &System, deployment: &Deployment) -> Option<String> {
    let plan = &system.plan;
    let overprovisioner = system.overprovisioner.as_ref()?;
    let name = deployment.metadata.name.as_deref()?;
    let namespace = deployment.metadata.namespace.as_deref()?;
    let (_, placeholder) = system
        .placeholders()
        .find(|(_, placeholder)| overprovisioner.deployment(placeholder) == name)
        .filter(|_| overprovisioner.namespace == namespace)?;
    Kept::said(plan, placeholder)
}
