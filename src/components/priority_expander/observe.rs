use std::collections::BTreeMap;

use super::config_map::{CONFIG_MAP, KEY};
use super::priorities;
use super::resolve::take as match_pools;
use crate::components::Installed;
use crate::components::observe::Brought;
use crate::config::pointers;
use crate::manifests::{ConfigMap, Fault, Keys, Text, is_taken};
use crate::plan::Tier;
use crate::source::Span;

/// A `ConfigMap` that is meant for the priority expander.
#[derive(Debug)]
pub struct InstalledPriorities<'m> {
    pub map: &'m ConfigMap,
    text: Option<&'m Text>,
    /// The tiers under `priorities` with their patterns; none without that key.
    pub tiers: Option<Vec<(i64, Vec<String>)>>,
    /// What the autoscaler has against them.
    pub faults: Vec<Fault>,
}

impl<'m> InstalledPriorities<'m> {
    /// None where a `ConfigMap` is not meant for it. It need only be a part of the name, for tools put something before
    /// or behind it.
    pub(crate) fn read(map: &'m ConfigMap) -> Option<Self> {
        if !is_meant(&map.name) {
            return None;
        }
        let text = map.text(KEY);
        let (tiers, faults) = text.map(|text| priorities::read(&text.text)).unzip();
        Some(Self {
            map,
            text,
            tiers,
            faults: faults.unwrap_or_default(),
        })
    }

    /// Whether it has the name that the autoscaler looks for.
    pub fn has_its_name(&self) -> bool {
        self.map.name == CONFIG_MAP
    }

    /// The `priorities`, else the name.
    pub fn place(&self) -> Span {
        self.text.map_or(self.map.place, |text| text.place)
    }

    pub fn keys(&self) -> Option<&'m Keys> {
        self.text.map(|text| &text.keys)
    }
}

/// Whether this is the name of a `ConfigMap` that is meant for the priority expander.
pub(crate) fn is_meant(name: &str) -> bool {
    name.contains(CONFIG_MAP)
}

/// The priorities of a `ConfigMap` that the autoscaler finds and can read.
pub(crate) fn put(brought: &mut Brought, installed: &Installed<'_>) {
    let Some(namespace) = brought
        .system
        .plan
        .provider
        .cluster_autoscaler
        .expander_namespace
    else {
        return;
    };
    let is_read = |expander: &&InstalledPriorities<'_>| {
        expander.has_its_name()
            && expander
                .map
                .namespace
                .as_deref()
                .is_none_or(|own| own == namespace)
            && is_taken(&expander.faults)
    };
    let mut expanders = installed.priorities.iter().filter(is_read);
    let found = expanders.find_map(|expander| Some((expander, expander.tiers.as_ref()?)));
    let Some((expander, tiers)) = found else {
        return;
    };
    // Of two of one number the last counts; those below zero never win.
    let tiers: BTreeMap<u32, &Vec<String>> = tiers
        .iter()
        .filter_map(|(number, patterns)| Some((u32::try_from(*number).ok()?, patterns)))
        .collect();
    let plan = &mut brought.system.plan;
    plan.autoscaler.priorities = tiers
        .into_iter()
        .rev()
        .map(|(priority, patterns)| Tier {
            priority,
            patterns: patterns.clone(),
        })
        .collect();
    match_pools(&plan.autoscaler, plan.provider, &mut plan.node_pools);
    let pointer = pointers::spec("autoscaler/priorities");
    for tier in &brought.system.plan.autoscaler.priorities {
        // As the number is mostly written.
        if let Some(place) = expander
            .keys()
            .and_then(|keys| keys.any(&tier.priority.to_string()))
        {
            brought.places.add(pointer.child(tier.priority), place);
        }
    }
    brought.places.add(pointer, expander.place());
}
