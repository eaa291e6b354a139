//! A change of a value as data: a tree of steps whose leaves are the new values.

use std::borrow::Cow;

use k8s_openapi::api::core::v1::{
    PodAffinityTerm, PreferredSchedulingTerm, Toleration, TopologySpreadConstraint,
    WeightedPodAffinityTerm,
};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

/// A change of a value. Missing keys are created. It serializes as the result of applying it to nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// A value, and the one that it takes the place of.
    Set {
        old: Option<Json>,
        new: Json,
    },
    /// Items to append to a list.
    Append(Vec<Item>),
    Within(Vec<(Step, Change)>),
    /// Changes of one value, in this order: of items of a list, and of the list.
    Both(Vec<Change>),
}

/// One step into a map or a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Key(Cow<'static, str>),
    Item(usize),
}

/// An item in its own type, since most are written once and never inspected as data.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Item {
    Toleration(Toleration),
    PreferredNode(PreferredSchedulingTerm),
    PreferredPods(WeightedPodAffinityTerm),
    RequiredPods(PodAffinityTerm),
    Spread(TopologySpreadConstraint),
    Data(Json),
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Set { new: value, .. } => value.serialize(serializer),
            Self::Append(items) => items.serialize(serializer),
            Self::Both(changes) => changes.last().serialize(serializer),
            Self::Within(steps) => {
                serializer.collect_map(steps.iter().filter_map(|(step, change)| match step {
                    Step::Key(key) => Some((key, change)),
                    Step::Item(_) => None,
                }))
            }
        }
    }
}

impl Change {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Set { .. } => false,
            Self::Append(items) => items.is_empty(),
            Self::Within(steps) => steps.is_empty(),
            Self::Both(changes) => changes.iter().all(Self::is_empty),
        }
    }

    /// The same change behind these steps.
    pub(super) fn under(self, steps: Vec<Step>) -> Self {
        if self.is_empty() {
            return self;
        }
        let steps = steps.into_iter().rev();
        steps.fold(self, |change, step| Self::Within(vec![(step, change)]))
    }

    /// Both changes.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Within(mut steps), Self::Within(others)) => {
                for (step, other) in others {
                    match steps.iter_mut().find(|(known, _)| *known == step) {
                        Some((_, change)) => {
                            let own = std::mem::replace(change, Self::Within(Vec::new()));
                            *change = own.and(other);
                        }
                        None => steps.push((step, other)),
                    }
                }
                Self::Within(steps)
            }
            (Self::Append(mut items), Self::Append(others)) => {
                items.extend(others);
                Self::Append(items)
            }
            (change, other) if other.is_empty() => change,
            (_, other) => other,
        }
    }

    /// Applies the change to plain data, which the edited text must match afterwards.
    pub(super) fn apply(&self, value: &mut Json) {
        if value.is_null() {
            *value = data(self);
            return;
        }
        match self {
            Self::Set { new, .. } => *value = new.clone(),
            Self::Append(items) => {
                if let Some(list) = value.as_array_mut() {
                    list.extend(items.iter().map(data));
                }
            }
            Self::Both(changes) => changes.iter().for_each(|change| change.apply(value)),
            Self::Within(steps) => {
                for (step, change) in steps {
                    let location = match step {
                        Step::Key(key) => value
                            .as_object_mut()
                            .map(|map| map.entry(key.as_ref()).or_insert(Json::Null)),
                        Step::Item(at) => value.get_mut(at),
                    };
                    if let Some(location) = location {
                        change.apply(location);
                    }
                }
            }
        }
    }

    /// Describes the change: the paths, and for each the number of new items or the value set.
    pub(super) fn describe(&self) -> Vec<String> {
        let mut words = Vec::new();
        self.describe_at("", &mut words);
        words
    }

    fn describe_at(&self, path: &str, words: &mut Vec<String>) {
        match self {
            Self::Set { old: None, new } => words.push(format!("{path} = {new}")),
            Self::Set {
                old: Some(old),
                new,
            } => words.push(format!("{path} {old} → {new}")),
            Self::Append(items) => words.push(format!("{path} +{}", items.len())),
            Self::Both(changes) => {
                for change in changes {
                    change.describe_at(path, words);
                }
            }
            Self::Within(steps) => {
                for (step, change) in steps {
                    let path = match step {
                        Step::Key(key) if path.is_empty() => key.to_string(),
                        Step::Key(key) => format!("{path}.{key}"),
                        Step::Item(at) => format!("{path}[{at}]"),
                    };
                    change.describe_at(&path, words);
                }
            }
        }
    }
}

/// A Kubernetes type as plain data.
pub(super) fn data<T: Serialize>(value: &T) -> Json {
    serde_json::to_value(value).expect("Kubernetes types are plain data")
}
