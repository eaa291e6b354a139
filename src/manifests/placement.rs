//! Where the pods of a workload may run by its own manifest.

use serde_json::Value as Json;

use super::fields::Fields;
use super::node_selector::{NodeSelectorTerm, PreferredNodes};
use super::pod_affinity::{PodAffinityTerm, WeightedPodAffinityTerm};
use super::shape::Reader;
use super::topology_spread::TopologySpreadConstraint;
use crate::kinds::PlacementFields;
use crate::kubernetes::{Effect, PREFERRED, REQUIRED, Toleration};
use crate::yaml::Node;

/// What the pod spec of a manifest says of placement, beside its `nodeSelector`.
#[derive(Clone, Debug, Default)]
pub struct ExistingPlacement {
    /// Those of an effect that Kubernetes does not know tolerate nothing, and are left out.
    pub tolerations: Vec<Toleration>,
    pub preferred_nodes: Vec<PreferredNodes>,
    /// `nodeSelectorTerms`: one of them must match.
    pub required_nodes: Vec<NodeSelectorTerm>,
    /// The same as they are written: alternatives of ours repeat them.
    pub written_terms: Vec<Json>,
    pub preferred_anti_affinity: Vec<WeightedPodAffinityTerm>,
    pub required_anti_affinity: Vec<PodAffinityTerm>,
    pub topology_spread: Vec<TopologySpreadConstraint>,
    /// None where they are all empty, or nobody asked for them.
    pub replaced: Option<Box<ReplacedLists>>,
}

/// The lists that a strategic merge replaces, as they are written: a patch has to carry them along.
#[derive(Clone, Debug, Default)]
pub struct ReplacedLists {
    pub tolerations: Vec<Json>,
    pub preferred_nodes: Vec<Json>,
    pub preferred_anti_affinity: Vec<Json>,
    pub required_anti_affinity: Vec<Json>,
}

impl ExistingPlacement {
    /// Without the lists as they are written.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        pod: Option<&Node<'_>>,
        fields: &PlacementFields<'_>,
    ) -> Self {
        Self::from(&Lists::of(reader, pod, fields))
    }

    /// With the lists as they are written in `written`, which has all that is known of in `pod`, and more.
    pub(super) fn read_with_lists(
        reader: &mut Reader<'_>,
        pod: Option<&Node<'_>>,
        written: Option<&Node<'_>>,
    ) -> Self {
        let fields = PlacementFields::of_kubernetes();
        let known = Lists::of(reader, pod, &fields);
        let written = Lists::of(&mut reader.unheard(), written, &fields);
        Self {
            replaced: written.as_written().map(Box::new),
            written_terms: as_written(&written.required_nodes),
            ..Self::from(&known)
        }
    }
}

/// The items of the lists, all of them maps.
struct Lists<'n, 's> {
    tolerations: Vec<&'n Node<'s>>,
    preferred_nodes: Vec<&'n Node<'s>>,
    required_nodes: Vec<&'n Node<'s>>,
    preferred_anti_affinity: Vec<&'n Node<'s>>,
    required_anti_affinity: Vec<&'n Node<'s>>,
    topology_spread: Vec<&'n Node<'s>>,
}

impl<'n, 's> Lists<'n, 's> {
    fn of(
        reader: &mut Reader<'_>,
        pod: Option<&'n Node<'s>>,
        fields: &PlacementFields<'_>,
    ) -> Self {
        let affinity = reader.map_at(pod, fields.affinity.as_deref());
        let node_affinity = reader.map(affinity, "nodeAffinity");
        let required = reader.map(node_affinity, REQUIRED);
        let anti_affinity = reader.map(affinity, "podAntiAffinity");
        Self {
            tolerations: reader.maps_at(pod, fields.tolerations.as_deref()),
            preferred_nodes: reader.maps(node_affinity, PREFERRED),
            required_nodes: reader.maps(required, "nodeSelectorTerms"),
            preferred_anti_affinity: reader.maps(anti_affinity, PREFERRED),
            required_anti_affinity: reader.maps(anti_affinity, REQUIRED),
            topology_spread: reader.maps_at(pod, fields.topology_spread.as_deref()),
        }
    }

    fn as_written(&self) -> Option<ReplacedLists> {
        let lists = [
            &self.tolerations,
            &self.preferred_nodes,
            &self.preferred_anti_affinity,
            &self.required_anti_affinity,
        ];
        if lists.iter().all(|list| list.is_empty()) {
            return None;
        }
        let [
            tolerations,
            preferred_nodes,
            preferred_anti_affinity,
            required_anti_affinity,
        ] = lists.map(|list| as_written(list));
        Some(ReplacedLists {
            tolerations,
            preferred_nodes,
            preferred_anti_affinity,
            required_anti_affinity,
        })
    }
}

impl From<&Lists<'_, '_>> for ExistingPlacement {
    fn from(lists: &Lists<'_, '_>) -> Self {
        let tolerations = lists.tolerations.iter();
        Self {
            tolerations: tolerations.filter_map(|item| toleration(item)).collect(),
            preferred_nodes: each(&lists.preferred_nodes, PreferredNodes::read),
            required_nodes: each(&lists.required_nodes, NodeSelectorTerm::read),
            written_terms: as_written(&lists.required_nodes),
            preferred_anti_affinity: each(
                &lists.preferred_anti_affinity,
                WeightedPodAffinityTerm::read,
            ),
            required_anti_affinity: each(&lists.required_anti_affinity, PodAffinityTerm::read),
            topology_spread: each(&lists.topology_spread, TopologySpreadConstraint::read),
            replaced: None,
        }
    }
}

fn as_written(items: &[&Node<'_>]) -> Vec<Json> {
    items.iter().map(|item| item.to_json()).collect()
}

fn each<T>(items: &[&Node<'_>], read: fn(&Node<'_>) -> T) -> Vec<T> {
    items.iter().map(|item| read(item)).collect()
}

/// None where its effect is no effect. An empty text counts as absent, as the API server takes it.
pub(super) fn toleration(node: &Node<'_>) -> Option<Toleration> {
    let mut fields = Fields::of(node);
    let mut text = |key: &str| fields.text(key).filter(|text| !text.is_empty());
    let (key, value) = (text("key"), text("value"));
    let effect = match text("effect") {
        Some(word) => Some(Effect::parse(word)?),
        None => None,
    };
    // `Equal` is the default. `Lt` and `Gt` are read as this: the API server refuses them unless a feature gate is on,
    // which is alpha and off up to 1.37.
    // Source: kubernetes/kubernetes pkg/features/kube_features.go, `TaintTolerationComparisonOperators`.
    let value = match text("operator") {
        Some("Exists") => None,
        _ => Some(value.unwrap_or_default()),
    };
    Some(Toleration {
        key: key.map(str::to_owned),
        value: value.map(str::to_owned),
        effect,
        seconds: fields.integer("tolerationSeconds"),
    })
}
