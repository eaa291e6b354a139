//! The section of the priorities in spotgen's own Helm chart.

use super::objects::ABOUT;
use serde_json::{Map, Value as Json, json};

use crate::components::System;
use crate::components::chart::{Entry, Section};

pub(super) fn section(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let namespace = plan.autoscaler.namespace.as_deref()?;
    let tiers = &plan.autoscaler.priorities;
    let priorities: Map<String, Json> = tiers
        .iter()
        .map(|tier| (tier.priority.to_string(), json!(tier.patterns)))
        .collect();
    (!tiers.is_empty()).then(|| Section {
        key: "priorityExpander",
        comment: ABOUT,
        entries: vec![
            Entry::new("enabled", true),
            Entry::new("namespace", namespace).comment("The namespace of the cluster autoscaler."),
            Entry::new("priorities", priorities),
        ],
    })
}
