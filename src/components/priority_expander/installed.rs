//! Priorities in manifests.

use super::config_map::{CONFIG_MAP, KEY};
use super::priorities;
use crate::diagnostic::Severity;
use crate::manifests::{ConfigMap, Keys, Manifests, Problem, Text};
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
    /// or behind it; and where it holds nothing but priorities, another name is a mistake.
    pub(crate) fn read(map: &'m ConfigMap) -> Option<Self> {
        let data = map.data.iter();
        let data = data.map(|text| (text.key.as_str(), text.text.as_str()));
        if !is_meant(&map.name) && !holds_priorities(&data.collect::<Vec<_>>()) {
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

    /// Whether its name tells what it is meant for, and not only what it holds.
    pub fn is_named_for_it(&self) -> bool {
        is_meant(&self.map.name)
    }

    /// What in the priorities is replaced later: they are not known then.
    pub fn unknown(&self) -> Option<&'m str> {
        self.text?.unknown.as_deref()
    }

    /// Whether no file has the `ConfigMap`: a chart makes it of its values.
    pub(crate) fn is_of_a_chart(&self, manifests: &Manifests) -> bool {
        manifests.is_rendered(self.map.location)
    }

    /// What names them: the name, or the key of a chart's values.
    pub(crate) fn named_at(&self) -> Span {
        let key = self.text.and_then(|text| text.key_of_values);
        key.unwrap_or(self.map.location)
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

/// Whether data is all that a `ConfigMap` of the priority expander has: numbers, each with a list of patterns.
pub(super) fn holds_priorities(data: &[(&str, &str)]) -> bool {
    let [(KEY, text)] = data else {
        return false;
    };
    let (tiers, problems) = priorities::read(text);
    let is_read = problems.iter().all(|(level, _)| *level != Severity::Error);
    let has_patterns = tiers.iter().any(|(_, patterns)| !patterns.is_empty());
    is_read && has_patterns
}
