use std::collections::BTreeMap;

use super::Brought;
use crate::manifests::{FoundExpander, Manifests, is_taken};
use crate::plan::Tier;
use crate::resolve::take_pools;
use crate::rules::places;

/// The priorities of a `ConfigMap` that the autoscaler finds and can read.
pub(super) fn put(brought: &mut Brought, manifests: &Manifests) {
    let Some(namespace) = brought.plan.provider.expander_namespace else {
        return;
    };
    let is_read = |expander: &&FoundExpander| {
        expander.name == FoundExpander::NAME
            && expander
                .namespace
                .as_deref()
                .is_none_or(|own| own == namespace)
            && is_taken(&expander.faults)
    };
    let mut expanders = manifests.expanders.iter().filter(is_read);
    let found = expanders.find_map(|expander| Some((expander, expander.priorities.as_ref()?)));
    let Some((expander, tiers)) = found else {
        return;
    };
    // Of two of one number the last counts; those below zero never win.
    let tiers: BTreeMap<u32, &Vec<String>> = tiers
        .iter()
        .filter_map(|(number, patterns)| Some((u32::try_from(*number).ok()?, patterns)))
        .collect();
    let plan = &mut brought.plan;
    plan.autoscaler.priorities = tiers
        .into_iter()
        .rev()
        .map(|(priority, patterns)| Tier {
            priority,
            patterns: patterns.clone(),
        })
        .collect();
    take_pools(&plan.autoscaler, plan.provider, &mut plan.node_pools);
    let pointer = places::spec("autoscaler/priorities");
    for tier in &brought.plan.autoscaler.priorities {
        // As the number is mostly written.
        if let Some(place) = expander.keys.any(&tier.priority.to_string()) {
            brought.places.add(pointer.child(tier.priority), place);
        }
    }
    brought.places.add(pointer, expander.priorities_place);
}
