//! What a pod spec lacks of a placement.

use k8s_openapi::api::core::v1::{
    NodeSelectorRequirement, PodAffinityTerm, PreferredSchedulingTerm, Toleration,
    TopologySpreadConstraint, WeightedPodAffinityTerm,
};
use serde_json::Value as Json;

use super::merge::{lacking, missing, same, tolerates};
use super::{anti_affinity, preferred_node, required_node, tolerations, topology_spread};
use crate::kubernetes::Labels;
use crate::plan::{OwnPlacement, Placement, Plan, Workload};

/// What pods are to have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub placement: &'a Placement,
    pub termination_grace_period_seconds: Option<i32>,
    pub node_loss_toleration_seconds: Option<i32>,
    /// The labels by which the workload finds its pods.
    pub selector: &'a Labels,
}

impl<'a> From<&'a Workload> for Wanted<'a> {
    fn from(workload: &'a Workload) -> Self {
        Self {
            placement: &workload.placement,
            termination_grace_period_seconds: workload.termination_grace_period_seconds,
            node_loss_toleration_seconds: workload.node_loss_toleration_seconds,
            selector: &workload.selector,
        }
    }
}

/// Entries to append to the lists of a pod spec. What it has already, in these words or broader ones, is not among
/// them.
#[derive(Debug, Default)]
pub struct Additions {
    pub tolerations: Vec<Toleration>,
    pub preferred_nodes: Vec<PreferredSchedulingTerm>,
    pub required_node: Option<RequiredNode>,
    pub preferred_anti_affinity: Vec<WeightedPodAffinityTerm>,
    pub required_anti_affinity: Vec<PodAffinityTerm>,
    pub topology_spread: Vec<TopologySpreadConstraint>,
    /// To be set, not appended.
    pub termination_grace_period_seconds: Option<i32>,
}

/// A requirement on nodes, and where it belongs.
#[derive(Debug)]
pub enum RequiredNode {
    /// Into a term of its own: there is none.
    NewTerm(NodeSelectorRequirement),
    /// Into the terms of these numbers.
    InTerms(NodeSelectorRequirement, Vec<usize>),
}

impl RequiredNode {
    pub fn requirement(&self) -> &NodeSelectorRequirement {
        let (Self::NewTerm(requirement) | Self::InTerms(requirement, _)) = self;
        requirement
    }
}

/// What a pod spec that has `own` lacks of what is wanted.
pub fn additions(plan: &Plan, wanted: &Wanted<'_>, own: &OwnPlacement) -> Additions {
    let placement = wanted.placement;
    let (preferred_anti_affinity, required_anti_affinity) =
        anti_affinity(placement, wanted.selector);
    let mut tolerated = tolerations(plan, placement);
    tolerated.extend(node_loss(wanted.node_loss_toleration_seconds));
    let preferred = preferred_node(plan, placement).into_iter().collect();
    Additions {
        tolerations: missing(&own.tolerations, tolerated, tolerates),
        preferred_nodes: missing(&own.node_affinity_preferred, preferred, same),
        required_node: required_node(plan, placement)
            .and_then(|requirement| into_terms(&own.node_affinity_required, requirement)),
        preferred_anti_affinity: missing(
            &own.pod_anti_affinity_preferred,
            preferred_anti_affinity,
            same,
        ),
        required_anti_affinity: missing(
            &own.pod_anti_affinity_required,
            required_anti_affinity,
            same,
        ),
        topology_spread: missing(
            &own.topology_spread_constraints,
            topology_spread(placement, wanted.selector),
            spreads_over,
        ),
        termination_grace_period_seconds: wanted.termination_grace_period_seconds,
    }
}

fn into_terms(terms: &[Json], requirement: NodeSelectorRequirement) -> Option<RequiredNode> {
    if terms.is_empty() {
        return Some(RequiredNode::NewTerm(requirement));
    }
    let numbers = lacking(terms, &requirement);
    (!numbers.is_empty()).then_some(RequiredNode::InTerms(requirement, numbers))
}

/// Whether a constraint of the workload is over the same key: a strategic merge would lay ours over it, and two over
/// one key would contradict each other.
/// Source: k8s.io/api core/v1/types.go, `TopologySpreadConstraints` (`patchMergeKey=topologyKey`).
fn spreads_over(own: &Json, ours: &TopologySpreadConstraint) -> bool {
    own.get("topologyKey").and_then(Json::as_str) == Some(&ours.topology_key)
}

/// Without these every pod tolerates a lost node for 300 seconds.
/// Source: kubernetes/kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go.
fn node_loss(seconds: Option<i32>) -> Vec<Toleration> {
    let Some(seconds) = seconds else {
        return Vec::new();
    };
    [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ]
    .map(|key| Toleration {
        effect: Some("NoExecute".to_owned()),
        key: Some(key.to_owned()),
        operator: Some("Exists".to_owned()),
        toleration_seconds: Some(i64::from(seconds)),
        ..Toleration::default()
    })
    .into()
}
