//! The `ConfigMap` that makes the cluster autoscaler's priority expander scale up Spot pools first.

use crate::components::{ComponentId, Explained, System};
use std::collections::BTreeMap;

use indexmap::IndexMap;
use k8s_openapi::api::core::v1::ConfigMap;

use super::config_map::{CONFIG_MAP, KEY};
use crate::components::objects::metadata;
use crate::kubernetes::Object;
use crate::plan::Tier;
use crate::yaml;

pub(crate) fn build(system: &System) -> Vec<Explained<Object>> {
    let plan = &system.plan;
    let tiers = &plan.autoscaler.priorities;
    let namespace = plan.autoscaler.namespace.as_deref();
    let Some(namespace) = namespace.filter(|_| !tiers.is_empty()) else {
        return Vec::new();
    };
    let made = Object::ConfigMap(ConfigMap {
        metadata: metadata(
            plan,
            ComponentId::PriorityExpander,
            CONFIG_MAP,
            Some(namespace),
        ),
        data: Some(BTreeMap::from([(KEY.to_owned(), text(tiers))])),
        ..ConfigMap::default()
    });
    vec![Explained::from(made).because(["data", KEY], ABOUT.to_owned())]
}

/// How to read the priorities.
pub(super) const ABOUT: &str = "The cluster autoscaler scales up node groups with the highest number first. Patterns are Go regular expressions.";

/// The tiers in the text form of the `ConfigMap`.
pub(crate) fn text(tiers: &[Tier]) -> String {
    let priorities: IndexMap<u32, &Vec<String>> = tiers
        .iter()
        .map(|tier| (tier.priority, &tier.patterns))
        .collect();
    let mut text = String::new();
    yaml::write(&priorities, &mut text);
    text
}
