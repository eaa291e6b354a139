//! The missing placement of a workload, as values for replacements to copy.

use k8s_openapi::api::core::v1::{
    NodeSelectorRequirement, PodAffinityTerm, PreferredSchedulingTerm, Toleration,
    TopologySpreadConstraint, WeightedPodAffinityTerm,
};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::components::placement::{MissingRequirement, RequiredAdditions, additions};
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
    /// For a workload without `nodeSelectorTerms` of its own, and further ones for a workload that has some.
    #[serde(rename = "requiredTerm", skip_serializing_if = "OneOrMore::is_empty")]
    pub(super) required_terms: OneOrMore<Json>,
    /// For a workload that has some.
    #[serde(rename = "requiredNode", skip_serializing_if = "OneOrMore::is_empty")]
    pub(super) required_nodes: OneOrMore<NodeSelectorRequirement>,
    /// For each of these requirements, the indices of its own terms that lack it.
    #[serde(skip)]
    pub(super) terms: Vec<Vec<usize>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) preferred_anti_affinity: Vec<WeightedPodAffinityTerm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) required_anti_affinity: Vec<PodAffinityTerm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) topology_spread: Vec<TopologySpreadConstraint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) termination_grace_period_seconds: Option<i32>,
}

/// Values, of which there is nearly always one: that is not written as a list.
#[derive(Debug)]
pub(super) struct OneOrMore<T>(pub(super) Vec<T>);

impl<T> OneOrMore<T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where each value is, by the key of all of them.
    pub(super) fn paths(&self, key: &'static str) -> impl Iterator<Item = String> {
        let count = self.0.len();
        (0..count).map(move |at| match count {
            1 => key.to_owned(),
            _ => format!("{key}.{at}"),
        })
    }
}

impl<T: Serialize> Serialize for OneOrMore<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

/// The placement to add to a workload; `None` if it lacks nothing.
pub(super) fn placed(plan: &Plan, workload: &Workload) -> Option<Placed> {
    // A second workload is made with its placement.
    if workload.base().is_some() {
        return None;
    }
    let none = ExistingPlacement::default();
    let existing = workload.existing().unwrap_or(&none);
    let added = additions(plan, &workload.into(), existing);
    let (required_terms, missing) = match added.required_nodes {
        None => (Vec::new(), Vec::new()),
        Some(RequiredAdditions::NewTerms(terms)) => {
            (terms.iter().map(|term| json!(term)).collect(), Vec::new())
        }
        Some(RequiredAdditions::InTerms { missing, further }) => (further, missing),
    };
    let missing = missing
        .into_iter()
        .map(|MissingRequirement { requirement, terms }| (requirement, terms));
    let (required_nodes, terms) = missing.unzip();
    let placed = Placed {
        id: format!("{}/{}", workload.kind.as_str(), workload.name),
        kind: workload.kind,
        name: workload.name.to_string(),
        tolerations: added.tolerations,
        preferred_nodes: added.preferred_nodes,
        required_terms: OneOrMore(required_terms),
        required_nodes: OneOrMore(required_nodes),
        terms,
        preferred_anti_affinity: added.preferred_anti_affinity,
        required_anti_affinity: added.required_anti_affinity,
        topology_spread: added.topology_spread,
        termination_grace_period_seconds: added.termination_grace_period_seconds,
    };
    let is_nothing = placed.tolerations.is_empty()
        && placed.preferred_nodes.is_empty()
        && placed.required_terms.is_empty()
        && placed.required_nodes.is_empty()
        && placed.preferred_anti_affinity.is_empty()
        && placed.required_anti_affinity.is_empty()
        && placed.topology_spread.is_empty()
        && placed.termination_grace_period_seconds.is_none();
    (!is_nothing).then_some(placed)
}
