//! The missing placement of a workload, as values for replacements to copy.

use k8s_openapi::api::core::v1::{
    NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm, PreferredSchedulingTerm,
    Toleration, TopologySpreadConstraint, WeightedPodAffinityTerm,
};
use serde::Serialize;

use crate::components::placement::{RequiredNode, additions, term};
use crate::config::Kind;
use crate::manifests::ExistingPlacement;
use crate::plan::{Plan, Workload};

/// A workload and the placement to add to it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Placed {
    /// The key that the replacements use: `Deployment/web`.
    pub(super) id: String,
    #[serde(skip)]
    pub(super) kind: Kind,
    #[serde(skip)]
    pub(super) name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tolerations: Vec<Toleration>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) preferred_nodes: Vec<PreferredSchedulingTerm>,
    /// For a workload without `nodeSelectorTerms` of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) required_term: Option<NodeSelectorTerm>,
    /// For a workload that has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) required_node: Option<NodeSelectorRequirement>,
    /// The indices of its own terms that lack the requirement.
    #[serde(skip)]
    pub(super) terms: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) preferred_anti_affinity: Vec<WeightedPodAffinityTerm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) required_anti_affinity: Vec<PodAffinityTerm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) topology_spread: Vec<TopologySpreadConstraint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) termination_grace_period_seconds: Option<i32>,
}

/// The placement to add to a workload; `None` if it lacks nothing.
pub(super) fn placed(plan: &Plan, workload: &Workload) -> Option<Placed> {
    // A second workload is made with its placement.
    if workload.base().is_some() {
        return None;
    }
    let none = ExistingPlacement::default();
    let existing = workload.existing.as_deref().unwrap_or(&none);
    let added = additions(plan, &workload.into(), existing);
    let (required_term, required_node, terms) = match added.required_node {
        None => (None, None, Vec::new()),
        Some(RequiredNode::NewTerm(requirement)) => (Some(term(requirement)), None, Vec::new()),
        Some(RequiredNode::InTerms(requirement, terms)) => (None, Some(requirement), terms),
    };
    let placed = Placed {
        id: format!("{}/{}", workload.kind.as_str(), workload.name),
        kind: workload.kind,
        name: workload.name.clone(),
        tolerations: added.tolerations,
        preferred_nodes: added.preferred_nodes,
        required_term,
        required_node,
        terms,
        preferred_anti_affinity: added.preferred_anti_affinity,
        required_anti_affinity: added.required_anti_affinity,
        topology_spread: added.topology_spread,
        termination_grace_period_seconds: added.termination_grace_period_seconds,
    };
    let is_nothing = placed.tolerations.is_empty()
        && placed.preferred_nodes.is_empty()
        && placed.required_term.is_none()
        && placed.required_node.is_none()
        && placed.preferred_anti_affinity.is_empty()
        && placed.required_anti_affinity.is_empty()
        && placed.topology_spread.is_empty()
        && placed.termination_grace_period_seconds.is_none();
    (!is_nothing).then_some(placed)
}
