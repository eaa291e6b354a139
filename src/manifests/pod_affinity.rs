//! The pods that those of a workload keep away from.
//!
//! Source of all types: kubernetes/api core/v1/types.go.

use k8s_openapi::api::core::v1 as api;

use super::fields::Fields;
use super::selector::PodSelector;
use crate::kubernetes::{LabelSelector, Labels, TopologyKey};
use crate::yaml::Node;

/// A `PodAffinityTerm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodAffinityTerm {
    pub topology_key: Option<TopologyKey>,
    pub selector: PodSelector,
    pub match_label_keys: Vec<String>,
    /// Whether it says nothing else, such as namespaces.
    is_whole: bool,
}

/// A `WeightedPodAffinityTerm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightedPodAffinityTerm {
    pub weight: i64,
    pub term: Option<PodAffinityTerm>,
    /// Whether it says nothing else.
    is_whole: bool,
}

impl PodAffinityTerm {
    pub(super) fn read(node: &Node<'_>) -> Self {
        let mut fields = Fields::of(node);
        let topology_key = fields.text("topologyKey").map(TopologyKey::from);
        let (selector, is_whole) = PodSelector::read(&mut fields);
        let keys = fields.items("matchLabelKeys").iter();
        Self {
            topology_key,
            selector,
            match_label_keys: keys
                .filter_map(|key| Some(key.as_str()?.to_owned()))
                .collect(),
            is_whole: is_whole && fields.is_whole(),
        }
    }

    /// Whether it is just this term, which asks for labels and no more.
    pub fn is(&self, wanted: &api::PodAffinityTerm) -> bool {
        let selector = wanted.label_selector.as_ref();
        let labels = selector.and_then(|selector| selector.match_labels.as_ref());
        let PodSelector::By(own) = &self.selector else {
            return false;
        };
        self.is_whole
            && self.topology_key.as_ref().map(TopologyKey::as_str) == Some(&wanted.topology_key)
            && self.match_label_keys.is_empty()
            && own.match_expressions.is_empty()
            && labels.is_some_and(|labels| {
                own.match_labels
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.as_str()))
                    .eq(labels
                        .iter()
                        .map(|(key, value)| (key.as_str(), value.as_str())))
            })
    }
}

impl WeightedPodAffinityTerm {
    /// The strongest wish that pods with these labels are on different nodes.
    pub fn by_node(labels: Labels) -> Self {
        Self {
            weight: 100,
            term: Some(PodAffinityTerm {
                topology_key: Some(TopologyKey::Hostname),
                selector: PodSelector::By(LabelSelector {
                    match_labels: labels,
                    ..LabelSelector::default()
                }),
                match_label_keys: Vec::new(),
                is_whole: true,
            }),
            is_whole: true,
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        let mut fields = Fields::of(node);
        let weight = fields.integer("weight");
        let term = fields.node("podAffinityTerm").map(PodAffinityTerm::read);
        Self {
            weight: weight.unwrap_or(0),
            term,
            is_whole: fields.is_whole(),
        }
    }

    /// Whether it is just this term.
    pub fn is(&self, wanted: &api::WeightedPodAffinityTerm) -> bool {
        let term = self.term.as_ref();
        self.is_whole
            && self.weight == i64::from(wanted.weight)
            && term.is_some_and(|own| own.is(&wanted.pod_affinity_term))
    }
}
