//! Its section of the Helm chart of our own.

use serde_json::{Map, Value as Json, json};

use crate::components::System;
use crate::components::chart::{Entry, Section};

pub(super) fn section(system: &System) -> Option<Section> {
    let plan = &system.plan;
    let namespace = plan.provider.cluster_autoscaler.expander_namespace?;
    let tiers = &plan.autoscaler.priorities;
    let priorities: Map<String, Json> = tiers
        .iter()
        .map(|tier| (tier.priority.to_string(), json!(tier.patterns)))
        .collect();
    (!tiers.is_empty()).then(|| Section {
        key: "priorityExpander",
        comment: "The cluster autoscaler grows the node groups of the highest number first. The patterns are Go's.",
        entries: vec![
            Entry::new("enabled", true),
            Entry::new("namespace", namespace).comment("Where the cluster autoscaler runs."),
            Entry::new("priorities", priorities),
        ],
    })
}
