//! Priorities in manifests.

use super::config_map::{CONFIG_MAP, KEY};
use super::priorities;
use crate::manifests::{ConfigMap, Fault, Keys, Text};
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
