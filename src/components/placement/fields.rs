//! The fields of a pod spec that placement decides.

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    self as api, Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm,
    PodAffinityTerm, PodAntiAffinity, PreferredSchedulingTerm, TopologySpreadConstraint,
    WeightedPodAffinityTerm,
};

use crate::config::{Spot, WhenUnsatisfiable};
use crate::defaults::DELETION_CANDIDATE_TAINT;
use crate::kubernetes::{Labels, Toleration, match_labels};
use crate::plan::{Placement, Plan, SpotPlacement, Spread};

#[derive(Debug, Default)]
pub(crate) struct PodFields {
    pub(crate) affinity: Option<Affinity>,
    pub(crate) tolerations: Option<Vec<api::Toleration>>,
    pub(crate) topology_spread_constraints: Option<Vec<TopologySpreadConstraint>>,
}

/// Placement as the fields of a pod spec, for pods with these labels.
pub(crate) fn pod_fields(plan: &Plan, placement: &Placement, labels: &Labels) -> PodFields {
    let preferred = preferred_nodes(plan, placement);
    let required = required_nodes(plan, placement);
    let (anti_preferred, anti_required) = anti_affinity(placement, labels);
    let affinity = Affinity {
        node_affinity: (!preferred.is_empty() || required.is_some()).then(|| NodeAffinity {
            preferred_during_scheduling_ignored_during_execution: some(preferred),
            required_during_scheduling_ignored_during_execution: required.map(|required| {
                NodeSelector {
                    node_selector_terms: required.terms(),
                }
            }),
        }),
        pod_anti_affinity: (!anti_preferred.is_empty() || !anti_required.is_empty()).then(|| {
            PodAntiAffinity {
                preferred_during_scheduling_ignored_during_execution: some(anti_preferred),
                required_during_scheduling_ignored_during_execution: some(anti_required),
            }
        }),
        ..Affinity::default()
    };
    PodFields {
        affinity: Some(affinity).filter(|affinity| *affinity != Affinity::default()),
        tolerations: some(api_tolerations(tolerations(plan, placement))),
        topology_spread_constraints: some(topology_spread(placement, labels)),
    }
}

pub(super) fn api_tolerations<'p>(
    tolerations: impl Iterator<Item = Cow<'p, Toleration>>,
) -> Vec<api::Toleration> {
    tolerations
        .map(|toleration| toleration.into_owned().into())
        .collect()
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

/// What lets pods onto Spot; for those that belong on on-demand, what makes on-demand as good as any other node. And what
/// makes nodes that the autoscaler may delete soon as good as any other.
pub(super) fn tolerations<'p>(
    plan: &'p Plan,
    placement: &Placement,
) -> impl Iterator<Item = Cow<'p, Toleration>> {
    let (spot, on_demand) = (&plan.spot_tolerations[..], &plan.on_demand_tolerations[..]);
    let (list, further) = match placement.spot() {
        Some(Spot::Preferred | Spot::Required | Spot::Tolerated) => (spot, &[][..]),
        Some(Spot::Avoided) => (spot, on_demand),
        Some(Spot::Never) => (on_demand, &[][..]),
        None => (&[][..], &[][..]),
    };
    let further = further.iter().filter(|other| !list.contains(other));
    let candidates = placement
        .tolerates_deletion_candidates()
        .then(deletion_candidates);
    list.iter()
        .chain(further)
        .map(Cow::Borrowed)
        .chain(candidates.map(Cow::Owned))
}

pub(super) fn deletion_candidates() -> Toleration {
    let (key, effect) = DELETION_CANDIDATE_TAINT;
    Toleration {
        key: Some(key.to_owned()),
        value: None,
        effect: Some(effect),
        seconds: None,
    }
}

/// Whether the value of the taint that a toleration of ours is for changes, because it is a time: the same key without
/// a value is not enough, as it is for a taint that has none.
pub(crate) fn is_of_any_value(key: Option<&str>) -> bool {
    key == Some(DELETION_CANDIDATE_TAINT.0)
}

pub(super) fn preferred_nodes(plan: &Plan, placement: &Placement) -> Vec<PreferredSchedulingTerm> {
    let (terms, weight) = match placement.spot_placement {
        Some(SpotPlacement::Preferred { weight, .. }) => (each_once(plan), weight),
        Some(SpotPlacement::Avoided { weight, .. }) => (vec![term(off_spot(plan))], weight),
        Some(SpotPlacement::Required | SpotPlacement::Tolerated | SpotPlacement::Never) | None => {
            return Vec::new();
        }
    };
    let preferred = terms
        .into_iter()
        .map(|preference| PreferredSchedulingTerm { preference, weight });
    preferred.collect()
}

/// A term for each label of Spot nodes. The scheduler adds up the weights of all terms that a node matches, so a node
/// with two of the labels would make those with one of them worth less: each term excludes the labels before it.
/// Source: kubernetes/kubernetes `pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go`, `Score`.
fn each_once(plan: &Plan) -> Vec<NodeSelectorTerm> {
    let (on_spot, off_spot) = (on_spot(plan), off_spot(plan));
    let terms = on_spot.into_iter().enumerate().map(|(at, own)| {
        let earlier = off_spot[..at].iter().cloned();
        term(std::iter::once(own).chain(earlier).collect())
    });
    terms.collect()
}

/// What pods require of the labels of nodes.
#[derive(Debug)]
pub(crate) enum RequiredNodes {
    AllOf(Vec<NodeSelectorRequirement>),
    OneOf(Vec<NodeSelectorRequirement>),
}

impl RequiredNodes {
    /// The terms of pods that have none. A node has to match one of them, and all that this one says.
    /// Source: kubernetes/api core/v1/types.go, `NodeSelectorTerms` and `NodeSelectorTerm`.
    pub(crate) fn terms(&self) -> Vec<NodeSelectorTerm> {
        match self {
            Self::AllOf(all) => vec![term(all.clone())],
            Self::OneOf(all) => all.iter().map(|one| term(vec![one.clone()])).collect(),
        }
    }

    /// What belongs into each term that pods have already: one requirement of each of these lists.
    pub(crate) fn in_each_term(&self) -> Vec<&[NodeSelectorRequirement]> {
        match self {
            Self::AllOf(all) => all.chunks(1).collect(),
            Self::OneOf(all) => vec![all],
        }
    }
}

pub(crate) fn required_nodes(plan: &Plan, placement: &Placement) -> Option<RequiredNodes> {
    match placement.spot() {
        Some(Spot::Required) => Some(RequiredNodes::OneOf(on_spot(plan))),
        Some(Spot::Never) => Some(RequiredNodes::AllOf(off_spot(plan))),
        _ => None,
    }
}

/// What keeps pods on Spot nodes: a label where all of these have the same, else required affinity with a term for each.
pub(crate) fn only_on_spot(plan: &Plan) -> (BTreeMap<String, String>, Option<NodeAffinity>) {
    if let [label] = plan.spot_labels.as_slice() {
        return (BTreeMap::from([label.clone()]), None);
    }
    let terms = RequiredNodes::OneOf(on_spot(plan)).terms();
    (BTreeMap::new(), Some(among(terms)))
}

/// Only nodes that match one of these terms.
pub(crate) fn among(node_selector_terms: Vec<NodeSelectorTerm>) -> NodeAffinity {
    NodeAffinity {
        required_during_scheduling_ignored_during_execution: Some(NodeSelector {
            node_selector_terms,
        }),
        ..NodeAffinity::default()
    }
}

/// Spot nodes meet one of these requirements.
fn on_spot(plan: &Plan) -> Vec<NodeSelectorRequirement> {
    of_spot_labels(plan, "In")
}

/// On-demand nodes meet all of these requirements. `NotIn` rather than `DoesNotExist`: some nodes carry the label with
/// another value.
/// Source: Azure/karpenter-provider-azure pkg/apis/v1beta1/labels.go.
fn off_spot(plan: &Plan) -> Vec<NodeSelectorRequirement> {
    of_spot_labels(plan, "NotIn")
}

fn of_spot_labels(plan: &Plan, operator: &str) -> Vec<NodeSelectorRequirement> {
    let labels = plan.spot_labels.iter();
    let requirements = labels.map(|(key, value)| NodeSelectorRequirement {
        key: key.clone(),
        operator: operator.to_owned(),
        values: Some(vec![value.clone()]),
    });
    requirements.collect()
}

/// A term with these requirements alone.
fn term(requirements: Vec<NodeSelectorRequirement>) -> NodeSelectorTerm {
    NodeSelectorTerm {
        match_expressions: Some(requirements),
        ..NodeSelectorTerm::default()
    }
}

/// Preferred and required terms.
pub(super) fn anti_affinity(
    placement: &Placement,
    labels: &Labels,
) -> (Vec<WeightedPodAffinityTerm>, Vec<PodAffinityTerm>) {
    let mut preferred = Vec::new();
    let mut required = Vec::new();
    for spread in &placement.spread {
        let Spread::PodAntiAffinity {
            topology_key,
            weight,
            when_unsatisfiable,
        } = spread
        else {
            continue;
        };
        let term = PodAffinityTerm {
            label_selector: Some(match_labels(labels.clone())),
            topology_key: topology_key.to_string(),
            ..PodAffinityTerm::default()
        };
        match when_unsatisfiable {
            WhenUnsatisfiable::DoNotSchedule => required.push(term),
            WhenUnsatisfiable::ScheduleAnyway => preferred.push(WeightedPodAffinityTerm {
                pod_affinity_term: term,
                weight: *weight,
            }),
        }
    }
    (preferred, required)
}

pub(super) fn topology_spread(
    placement: &Placement,
    labels: &Labels,
) -> Vec<TopologySpreadConstraint> {
    let constraints = placement.spread.iter().filter_map(|spread| match spread {
        Spread::TopologySpread {
            topology_key,
            max_skew,
            when_unsatisfiable,
        } => Some(TopologySpreadConstraint {
            label_selector: Some(match_labels(labels.clone())),
            max_skew: *max_skew,
            topology_key: topology_key.to_string(),
            when_unsatisfiable: when_unsatisfiable.as_str().to_owned(),
            ..TopologySpreadConstraint::default()
        }),
        Spread::PodAntiAffinity { .. } => None,
    });
    constraints.collect()
}
