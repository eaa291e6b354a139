//! What is to be changed in a pod spec, as data.

use k8s_openapi::api::core::v1::{
    PodAffinityTerm, PreferredSchedulingTerm, Toleration, TopologySpreadConstraint,
    WeightedPodAffinityTerm,
};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::components::placement::{Additions, RequiredNode, term};
use crate::kubernetes::{PREFERRED, REQUIRED};

/// A change of a value. What is not there yet comes to be. It is written as what comes of nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    Set(Json),
    /// Items for the end of a list.
    Append(Vec<Item>),
    Within(Vec<(Step, Change)>),
}

/// One step into a map or a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Key(&'static str),
    Item(usize),
}

/// An item in its own type: most are written once and never looked at as data.
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
            Self::Set(value) => value.serialize(serializer),
            Self::Append(items) => items.serialize(serializer),
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
            Self::Set(_) => false,
            Self::Append(items) => items.is_empty(),
            Self::Within(steps) => steps.is_empty(),
        }
    }

    /// Makes the change on plain data: what the text must say afterwards.
    pub(super) fn apply(&self, value: &mut Json) {
        if value.is_null() {
            *value = data(self);
            return;
        }
        match self {
            Self::Set(new) => *value = new.clone(),
            Self::Append(items) => {
                if let Some(list) = value.as_array_mut() {
                    list.extend(items.iter().map(data));
                }
            }
            Self::Within(steps) => {
                for (step, change) in steps {
                    match step {
                        Step::Key(key) => {
                            if let Some(map) = value.as_object_mut() {
                                change.apply(map.entry(*key).or_insert(Json::Null));
                            }
                        }
                        Step::Item(at) => {
                            if let Some(item) = value.get_mut(at) {
                                change.apply(item);
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Change {
    /// In a few words: the paths, and how many items each gets or what is set there.
    pub(super) fn describe(&self) -> Vec<String> {
        let mut words = Vec::new();
        self.describe_at("", &mut words);
        words
    }

    fn describe_at(&self, path: &str, words: &mut Vec<String>) {
        match self {
            Self::Set(value) => words.push(format!("{path} = {value}")),
            Self::Append(items) => words.push(format!("{path} +{}", items.len())),
            Self::Within(steps) => {
                for (step, change) in steps {
                    let path = match step {
                        Step::Key(key) if path.is_empty() => (*key).to_owned(),
                        Step::Key(key) => format!("{path}.{key}"),
                        Step::Item(at) => format!("{path}[{at}]"),
                    };
                    change.describe_at(&path, words);
                }
            }
        }
    }
}

/// The change that brings additions into a pod spec which has this grace period.
pub(super) fn placing(additions: Additions, grace: Option<i64>) -> Change {
    let required_node = additions.required_node.map_or_else(Vec::new, |required| {
        within(
            REQUIRED,
            Change::Within(within("nodeSelectorTerms", terms(required))),
        )
    });
    let node_affinity = [
        append(PREFERRED, additions.preferred_nodes, Item::PreferredNode),
        required_node,
    ]
    .concat();
    let anti_affinity = [
        append(
            PREFERRED,
            additions.preferred_anti_affinity,
            Item::PreferredPods,
        ),
        append(
            REQUIRED,
            additions.required_anti_affinity,
            Item::RequiredPods,
        ),
    ]
    .concat();
    let affinity = [
        within("nodeAffinity", Change::Within(node_affinity)),
        within("podAntiAffinity", Change::Within(anti_affinity)),
    ]
    .concat();
    let new_grace = additions
        .termination_grace_period_seconds
        .map(i64::from)
        .filter(|new| Some(*new) != grace);
    let steps = [
        within("affinity", Change::Within(affinity)),
        new_grace.map_or_else(Vec::new, |seconds| {
            within(
                "terminationGracePeriodSeconds",
                Change::Set(Json::from(seconds)),
            )
        }),
        append("tolerations", additions.tolerations, Item::Toleration),
        append(
            "topologySpreadConstraints",
            additions.topology_spread,
            Item::Spread,
        ),
    ];
    Change::Within(steps.concat())
}

fn append<T>(key: &'static str, items: Vec<T>, item: fn(T) -> Item) -> Vec<(Step, Change)> {
    within(key, Change::Append(items.into_iter().map(item).collect()))
}

/// A step into a key; none where nothing is to be done there.
fn within(key: &'static str, change: Change) -> Vec<(Step, Change)> {
    if change.is_empty() {
        return Vec::new();
    }
    vec![(Step::Key(key), change)]
}

fn data<T: Serialize>(value: &T) -> Json {
    serde_json::to_value(value).expect("what Kubernetes takes is plain data")
}

fn terms(required: RequiredNode) -> Change {
    match required {
        RequiredNode::NewTerm(requirement) => {
            Change::Append(vec![Item::Data(data(&term(requirement)))])
        }
        RequiredNode::InTerms(requirement, numbers) => {
            let add = Change::Append(vec![Item::Data(data(&requirement))]);
            let add = Change::Within(within("matchExpressions", add));
            let numbered = numbers.into_iter().map(|at| (Step::Item(at), add.clone()));
            Change::Within(numbered.collect())
        }
    }
}
