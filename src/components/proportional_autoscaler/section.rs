//! The section of the proportional autoscalers in spotgen's own Helm chart.

use serde_json::{Map, Value as Json, json};

use super::objects::node_labels;
use super::{Control, ProportionalAutoscaler};
use crate::components::System;
use crate::components::chart::{Entry, Section, data};
use crate::components::overprovisioner::{Overprovisioner, Placeholder};
use crate::kubernetes::api_tolerations;
use crate::plan::Plan;

pub(super) fn section(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let found = system.overprovisioner.as_ref()?;
    let autoscaler = system.proportional_autoscaler.as_ref()?;
    let scalers: Map<String, Json> = found
        .placeholders
        .iter()
        .filter_map(|placeholder| scaler(plan, found, placeholder))
        .collect();
    let mut entries = vec![Entry::new("enabled", true)];
    entries.extend(autoscaler_namespace(found, autoscaler));
    entries.extend([
        Entry::new("image", autoscaler.image.as_str()),
        Entry::new("resources", json!(autoscaler.resources)),
    ]);
    if let Some(tolerations) = api_tolerations(&plan.on_demand_tolerations) {
        entries.push(Entry::new("tolerations", data(tolerations)));
    }
    entries.push(
        Entry::new("scalers", scalers)
            .comment("By name. Each has either linear or ladder parameters."),
    );
    Some(Section {
        key: "proportionalAutoscaler",
        comment: "Autoscalers that control the replicas of placeholders.",
        entries,
    })
}

/// The namespace, omitted if it is the placeholders': then the release's applies.
fn autoscaler_namespace(
    found: &Overprovisioner,
    autoscaler: &ProportionalAutoscaler,
) -> Option<Entry> {
    (autoscaler.namespace != found.namespace)
        .then(|| Entry::new("namespace", autoscaler.namespace.as_str()))
}

fn scaler(
    plan: &Plan,
    found: &Overprovisioner,
    placeholder: &Placeholder,
) -> Option<(String, Json)> {
    let scaling = placeholder.scaling.as_ref()?;
    let mut written = json!({
        "target": found.deployment(placeholder),
        "configMap": scaling.config_map,
        "nodeLabels": node_labels(plan, &scaling.counting),
    });
    match &scaling.control {
        Control::Linear(linear) => written["linear"] = json!(linear),
        Control::Ladder(ladder) => written["ladder"] = json!(ladder),
    }
    Some((scaling.name.clone(), written))
}
