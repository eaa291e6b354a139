//! The `ConfigMap`s of the system itself, or what is meant to be them, where others bring them along.

use super::keys::Keys;
use super::objects::{Header, Object};
use super::policy::{self, Fault, Policy};
use super::shape::{self, Reader};
use super::{parameters, priorities};
use crate::plan::Control;
use crate::source::Span;
use crate::yaml::Node;

/// Part of the name, for tools put something before or behind it.
const EXPANDER: &str = "cluster-autoscaler-priority-expander";
const PRIORITIES: &str = "priorities";
const POLICY_KIND: &str = "DeschedulerPolicy";
/// What every policy has in it, in the kind or in the version.
const POLICY: &str = "escheduler";

/// A `ConfigMap` that is meant for the priority expander.
#[derive(Debug)]
pub struct FoundExpander {
    pub name: String,
    pub namespace: Option<String>,
    /// The tiers under `priorities` with their patterns; none without that key.
    pub priorities: Option<Vec<(i64, Vec<String>)>>,
    /// What the autoscaler has against them.
    pub faults: Vec<Fault>,
    /// Its name.
    pub place: Span,
    /// The `priorities`, else the name.
    pub priorities_place: Span,
    pub keys: Keys,
}

impl FoundExpander {
    /// The name that the autoscaler looks for.
    pub const NAME: &str = EXPANDER;
}

/// A policy of the descheduler.
#[derive(Debug)]
pub struct FoundPolicy {
    pub policy: Policy,
    /// What the descheduler has against it.
    pub faults: Vec<Fault>,
    pub place: Span,
    pub keys: Keys,
}

/// Parameters of a proportional autoscaler.
#[derive(Debug)]
pub struct FoundParameters {
    pub name: String,
    pub namespace: Option<String>,
    pub control: Option<Control>,
    /// What it has against them.
    pub faults: Vec<Fault>,
    /// The first key under `data`.
    pub place: Span,
    pub keys: Keys,
}

/// What a `ConfigMap` of the system holds.
pub(super) enum Content {
    Expander(FoundExpander),
    Policy(Box<FoundPolicy>),
    Parameters(FoundParameters),
}

/// Whether a `ConfigMap` is anything to us.
pub(super) fn is_of_the_system(node: &Node<'_>) -> bool {
    let name = node.at(&["metadata", "name"]).and_then(Node::as_str);
    name.is_some_and(|name| name.contains(EXPANDER))
        || data(node).any(|(key, text)| is_parameters(key) || is_policy(text))
}

fn data<'n>(node: &'n Node<'_>) -> impl Iterator<Item = (&'n str, &'n str)> {
    let data = node.get("data").map_or(&[][..], Node::entries);
    data.iter()
        .filter_map(|entry| Some((entry.key.as_ref(), entry.value.as_str()?)))
}

fn is_parameters(key: &str) -> bool {
    matches!(key, "linear" | "ladder")
}

/// Whether a text is a policy, as opposed to one that speaks of policies.
fn is_policy(text: &str) -> bool {
    let says = |line: &str| {
        let (key, value) = line.split_once(':').unwrap_or(("", ""));
        let value = value.trim().trim_matches(['"', '\'']);
        match key {
            "kind" => value == POLICY_KIND,
            "apiVersion" => value.starts_with("descheduler/"),
            _ => false,
        }
    };
    text.contains(POLICY) && text.lines().any(says)
}

pub(super) fn read(reader: &mut Reader<'_>, object: &Object<'_, '_>, header: Header) -> Content {
    let node = shape::present(Some(object.node), "data");
    let place = |key: &str| reader.place(node, key).unwrap_or(header.place);
    let mut texts = data(object.node);
    if header.name.contains(EXPANDER) {
        let priorities_place = place(PRIORITIES);
        let text = reader.text(node, PRIORITIES);
        let (priorities, faults) = text.as_deref().map(priorities::read).unzip();
        return Content::Expander(FoundExpander {
            priorities,
            faults: faults.unwrap_or_default(),
            priorities_place,
            keys: reader.keys(node, PRIORITIES),
            name: header.name,
            namespace: header.namespace,
            place: header.place,
        });
    }
    if let Some((key, text)) = texts.find(|(_, text)| is_policy(text)) {
        let (policy, faults) = policy::read(text);
        return Content::Policy(Box::new(FoundPolicy {
            policy,
            faults,
            place: place(key),
            keys: reader.keys(node, key),
        }));
    }
    let owned = data(object.node).map(|(key, text)| (key.to_owned(), text.to_owned()));
    let data: Vec<(String, String)> = owned.collect();
    let (control, faults) = parameters::read(&data);
    Content::Parameters(FoundParameters {
        place: data.first().map_or(header.place, |(key, _)| place(key)),
        keys: data
            .first()
            .map_or_else(Keys::default, |(key, _)| reader.keys(node, key)),
        control,
        faults,
        name: header.name,
        namespace: header.namespace,
    })
}
