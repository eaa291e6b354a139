//! Priorities in manifests.

use super::config_map::{CONFIG_MAP, KEY};
use super::priorities;
use crate::manifests::{ConfigMap, Keys, Problem, Text};
use crate::source::Span;

/// A `ConfigMap` that is meant for the priority expander.
#[derive(Debug)]
pub struct InstalledPriorities<'m> {
    pub map: &'m ConfigMap,
    pub(super) text: Option<&'m Text>,
    /// The tiers under `priorities` with their patterns; none without that key.
    pub tiers: Option<Vec<(i64, Vec<String>)>>,
    /// What the autoscaler has against them.
    pub problems: Vec<Problem>,
}

impl<'m> InstalledPriorities<'m> {
    /// None where a `ConfigMap` is not meant for it. It need only be a part of the name, for tools put something before
    /// or behind it.
    pub(crate) fn read(map: &'m ConfigMap) -> Option<Self> {
        if !is_meant(&map.name) {
            return None;
        }
        let text = map.text(KEY);
        let (tiers, problems) = text
            .map(|text| match text.unknown {
                Some(_) => (Vec::new(), Vec::new()),
                None => priorities::read(&text.text),
            })
            .unzip();
        Some(Self {
            map,
            text,
            tiers,
            problems: problems.unwrap_or_default(),
        })
    }

    /// Whether it has the name that the autoscaler looks for.
    pub fn has_its_name(&self) -> bool {
        self.map.name == CONFIG_MAP
    }

    /// What in the priorities is replaced later: they are not known then.
    pub fn unknown(&self) -> Option<&'m str> {
        self.text?.unknown.as_deref()
    }

    /// The `priorities`, else the name.
    pub fn location(&self) -> Span {
        self.text.map_or(self.map.location, |text| text.location)
    }

    pub fn keys(&self) -> Option<&'m Keys> {
        self.text.map(|text| &text.keys)
    }
}

/// Whether this is the name of a `ConfigMap` that is meant for the priority expander.
pub(crate) fn is_meant(name: &str) -> bool {
    name.contains(CONFIG_MAP)
}
