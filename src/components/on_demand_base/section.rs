//! The section of second workloads in spotgen's own Helm chart.

use serde_json::{Map, Value as Json, json};

use super::objects::build;
use crate::components::System;
use crate::components::chart::{Entry, Section};

pub(super) fn section(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let mut deployments: Map<String, Json> = Map::new();
    for workload in &plan.workloads {
        let Some(made) = build(plan, workload) else {
            continue;
        };
        // As text: Helm would turn large numbers into floats.
        let mut text = String::new();
        made.write(&mut text);
        let namespace = deployments
            .entry(workload.namespace.as_str())
            .or_insert_with(|| json!({}));
        namespace[workload.name.as_str()] = Json::String(text);
    }
    (!deployments.is_empty()).then(|| Section {
        key: "onDemandBase",
        comment: "Deployments that keep a number of pods on on-demand: copies of the workloads' manifests, as text. Render them again\nwith each release of the workloads.",
        entries: vec![
            Entry::new("enabled", true),
            Entry::new("deployments", deployments).comment("By namespace and name."),
        ],
    })
}
