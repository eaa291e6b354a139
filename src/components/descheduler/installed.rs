//! Policies in manifests.

use super::policy::{self, KIND, Policy};
use crate::diagnostic::Pointer;
use crate::manifests::{ConfigMap, Problem, Text};
use crate::source::SourceId;
use crate::yaml::{self, Dialect, Node};

/// What every policy has in it, in the kind or in the version.
const POLICY: &str = "escheduler";

/// A policy of the descheduler.
#[derive(Debug)]
pub struct InstalledPolicy<'m> {
    pub text: &'m Text,
    pub policy: Policy,
    /// What the descheduler has against it.
    pub problems: Vec<Problem>,
}

impl<'m> InstalledPolicy<'m> {
    /// None where a `ConfigMap` has no policy.
    pub(crate) fn read(map: &'m ConfigMap) -> Option<Self> {
        let text = map.data.iter().find(|text| is_policy(&text.text))?;
        let (policy, problems) = policy::read(&text.text);
        Some(Self {
            text,
            policy,
            problems,
        })
    }
}

impl InstalledPolicy<'_> {
    /// Where the arguments of a plugin are or belong; `None` unless there is one profile of this name, with no more than
    /// one entry for the plugin.
    pub(super) fn arguments(&self, profile: &str, plugin: &str) -> Option<Arguments> {
        let parsed = yaml::parse(SourceId(0), &self.text.text, Dialect::Manifest);
        let profiles = parsed.documents.first()?.get("profiles")?;
        let number = the_only(profiles, profile)?;
        let profile = self.text.pointer().child("profiles").child(number);
        let plugins = profile.child("pluginConfig");
        match profiles.items()[number].get("pluginConfig") {
            Some(list) if !list.is_null() && has(list, plugin) => {
                let own = plugins.child(the_only(list, plugin)?);
                Some(Arguments::Written(own.child("args")))
            }
            _ => Some(Arguments::Missing(plugins)),
        }
    }
}

/// The arguments of a plugin in a policy.
pub(super) enum Arguments {
    /// Where they are.
    Written(Pointer),
    /// The list that an entry for the plugin is to be added to.
    Missing(Pointer),
}

fn has(list: &Node<'_>, name: &str) -> bool {
    let mut items = list.items().iter();
    items.any(|item| name_of(item) == name)
}

/// A profile may have none.
fn name_of<'n>(item: &'n Node<'_>) -> &'n str {
    let name = item.get("name").and_then(Node::as_str);
    name.unwrap_or_default()
}

/// The number of the only item of this name.
fn the_only(list: &Node<'_>, name: &str) -> Option<usize> {
    let has_it = |item: &Node<'_>| name_of(item) == name;
    let mut found = list
        .items()
        .iter()
        .enumerate()
        .filter(|(_, item)| has_it(item));
    let (number, _) = found.next()?;
    found.next().is_none().then_some(number)
}

/// Whether a text is a policy, as opposed to one that speaks of policies.
pub(crate) fn is_policy(text: &str) -> bool {
    // JSON is YAML, too, and may be one line.
    if text.trim_start().starts_with('{') {
        return text.contains(KIND) && text.contains("descheduler/");
    }
    let first = text.lines().find(|line| !line.trim().is_empty());
    let indentation = first.map_or(0, |line| line.len() - line.trim_start().len());
    let says = |line: &str| {
        let line = line.get(indentation..).unwrap_or_default();
        let (key, value) = line.split_once(':').unwrap_or(("", ""));
        let value = value.trim().trim_matches(['"', '\'']);
        match key {
            "kind" => value == KIND,
            "apiVersion" => value.starts_with("descheduler/"),
            _ => false,
        }
    };
    text.contains(POLICY) && text.lines().any(says)
}
