//! The section of spotgen's own Helm chart for placeholders that the upstream chart does not support.

use serde_json::{Map, Value as Json, json};

use super::chart::{carried, with_kept};
use super::objects::pod_of;
use super::{Overprovisioner, Placeholder};
use crate::components::System;
use crate::components::chart::{Entry, Section, data};
use crate::plan::Plan;

pub(super) fn section(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let found = system.overprovisioner.as_ref()?;
    let carried = carried(system);
    let is_carried = |placeholder: &Placeholder| {
        carried
            .iter()
            .any(|carried| carried.name == placeholder.name)
    };
    let own: Vec<&Placeholder> = found
        .placeholders
        .iter()
        .filter(|placeholder| !is_carried(placeholder))
        .collect();
    let classes: Map<String, Json> = own
        .iter()
        .map(|placeholder| &placeholder.priority_class)
        .map(|class| (class.name.clone(), json!(class.value)))
        .collect();
    let placeholders: Map<String, Json> = own
        .iter()
        .map(|placeholder| {
            (
                found.deployment(placeholder),
                deployment(plan, found, placeholder),
            )
        })
        .collect();
    let mut entries = vec![
        Entry::new("enabled", !own.is_empty()),
        Entry::new("serviceAccountName", found.name.as_str())
            .comment("The service account of all placeholders, without a token."),
        Entry::new("image", found.image.as_str()),
    ];
    if !own.is_empty() {
        entries.extend([
            Entry::new("priorityClasses", classes)
                .comment("Values by name. A value is immutable: to change it, choose another name."),
            Entry::new("placeholders", placeholders)
                .comment(with_kept(
                    plan,
                    &own,
                    "By the name of the Deployment. Replicas are omitted if an autoscaler controls them.",
                )),
        ]);
    }
    Some(Section {
        key: "overprovisioner",
        comment: "Placeholders that the chart cluster-overprovisioner does not support: it has one priority class, which may\npreempt, and it sets replicas even if an autoscaler controls them.",
        entries,
    })
}

fn deployment(plan: &Plan, found: &Overprovisioner, placeholder: &Placeholder) -> Json {
    let spec = pod_of(plan, found, placeholder);
    let mut written = Map::new();
    let mut set = |key: &str, value: Json| {
        if !value.is_null() {
            written.insert(key.to_owned(), value);
        }
    };
    set("replicas", json!(placeholder.replicas));
    set("requests", json!(placeholder.requests));
    set("priorityClassName", json!(placeholder.priority_class.name));
    set("nodeSelector", data(spec.node_selector));
    set("affinity", data(spec.affinity));
    set("tolerations", data(spec.tolerations));
    Json::Object(written)
}
