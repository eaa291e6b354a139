use std::collections::BTreeMap;

use super::installed::InstalledPriorities;
use super::pairing::found_by;
use super::resolve::take as match_pools;
use super::running;
use crate::components::Installed;
use crate::components::observe::{Observed, nth};
use crate::config::pointers;
use crate::load::Document;
use crate::manifests::is_accepted;
use crate::plan::Tier;

/// The autoscaler, and the priorities of a `ConfigMap` that it finds and can read.
pub(crate) fn observe(
    observed: &mut Observed,
    installed: &Installed<'_>,
    _: &Document<'_>,
    number: usize,
) {
    let autoscaler = nth(running::running(installed), number);
    if let Some((found, program)) = autoscaler {
        running::observe(observed, found, program);
    }
    let Some(namespace) = observed.system.plan.autoscaler.namespace.clone() else {
        return;
    };
    let is_read = |expander: &&InstalledPriorities<'_>| {
        is_accepted(&expander.problems) && expander.unknown().is_none()
    };
    let autoscaler = autoscaler.map(|(found, _)| found);
    let all = found_by(installed, autoscaler, &namespace);
    let mut expanders = all.into_iter().filter(is_read);
    let found = expanders.find_map(|expander| Some((expander, expander.tiers.as_ref()?)));
    let Some((expander, tiers)) = found else {
        return;
    };
    // Of two of one number the last counts; those below zero never win.
    let tiers: BTreeMap<u32, &Vec<String>> = tiers
        .iter()
        .filter(|(number, _)| *number >= 0)
        .map(|(number, patterns)| (u32::try_from(*number).unwrap_or(u32::MAX), patterns))
        .collect();
    let plan = &mut observed.system.plan;
    plan.autoscaler.unread.clear();
    plan.autoscaler.priorities = tiers
        .into_iter()
        .rev()
        .map(|(priority, patterns)| Tier {
            priority,
            patterns: patterns.clone(),
        })
        .collect();
    match_pools(&plan.autoscaler, &mut plan.node_pools);
    let pointer = pointers::spec("autoscaler/priorities");
    for tier in &observed.system.plan.autoscaler.priorities {
        // As the number is mostly written.
        if let Some(location) = expander
            .keys()
            .and_then(|keys| keys.any(&tier.priority.to_string()))
        {
            observed
                .locations
                .add(pointer.child(tier.priority), location);
        }
    }
    for tier in &observed.system.plan.autoscaler.priorities {
        for (at, pattern) in tier.patterns.iter().enumerate() {
            if let Some(location) = expander.keys().and_then(|keys| keys.item(pattern)) {
                let pattern = pointers::pattern(tier.priority, at);
                observed.locations.add(pattern, location);
            }
        }
    }
    if let Some(text) = expander.text {
        let place = text.pointer();
        observed
            .locations
            .add_place(pointer.clone(), text.location, place);
    }
    observed.locations.add(pointer, expander.location());
}
