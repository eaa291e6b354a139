//! What a pod spec lacks of a placement.

use std::borrow::Cow;

use k8s_openapi::api::core::v1 as api;
use serde_json::Value as Json;

use super::fields::{
    RequiredNodes, anti_affinity, api_tolerations, preferred_nodes, required_nodes, tolerations,
    topology_spread,
};
use super::merge::{MissingRequirement, lacking, missing, repeated, tolerates};
use crate::defaults;
use crate::kubernetes::{
    Effect, Labels, NODE_NOT_READY, NODE_UNREACHABLE, Toleration, TopologyKey, match_labels,
};
use crate::manifests::{
    ExistingPlacement, PodAffinityTerm, PreferredNodes, TopologySpreadConstraint,
    WeightedPodAffinityTerm,
};
use crate::plan::{Placement, Plan, Workload};

/// What pods are to have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
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
pub(crate) struct Additions {
    pub tolerations: Vec<api::Toleration>,
    pub preferred_nodes: Vec<api::PreferredSchedulingTerm>,
    pub required_nodes: Option<RequiredAdditions>,
    pub preferred_anti_affinity: Vec<api::WeightedPodAffinityTerm>,
    pub required_anti_affinity: Vec<api::PodAffinityTerm>,
    pub topology_spread: Vec<api::TopologySpreadConstraint>,
    /// To be set, not appended.
    pub termination_grace_period_seconds: Option<i32>,
}

impl Additions {
    /// Whether anything is added to the affinity.
    pub(crate) fn has_affinity(&self) -> bool {
        self.required_nodes.is_some()
            || !self.preferred_nodes.is_empty()
            || !self.preferred_anti_affinity.is_empty()
            || !self.required_anti_affinity.is_empty()
    }

    /// Adds a wish that pods with these labels are on different nodes.
    pub(crate) fn keep_apart(&mut self, labels: &Labels) {
        self.preferred_anti_affinity
            .push(api::WeightedPodAffinityTerm {
                pod_affinity_term: api::PodAffinityTerm {
                    label_selector: Some(match_labels(labels.clone())),
                    topology_key: TopologyKey::Hostname.to_string(),
                    ..api::PodAffinityTerm::default()
                },
                weight: defaults::ANTI_AFFINITY_WEIGHT,
            });
    }
}

/// Requirements on nodes, and where they belong.
#[derive(Debug)]
pub(crate) enum RequiredAdditions {
    /// There are no terms.
    NewTerms(Vec<api::NodeSelectorTerm>),
    InTerms {
        missing: Vec<MissingRequirement>,
        /// Terms to append: the pods' own once more, for each further label that Spot nodes may have instead.
        further: Vec<Json>,
    },
}

/// What a pod spec that has this placement lacks of what is wanted.
pub(crate) fn additions(
    plan: &Plan,
    wanted: &Wanted<'_>,
    existing: &ExistingPlacement,
) -> Additions {
    let placement = wanted.placement;
    let (preferred_anti_affinity, required_anti_affinity) =
        anti_affinity(placement, wanted.selector);
    let node_loss = node_loss(wanted.node_loss_toleration_seconds);
    let tolerated = tolerations(plan, placement).chain(node_loss.map(Cow::Owned));
    let tolerated = tolerated.filter(|ours| {
        let mut own = existing.tolerations.iter();
        !own.any(|own| tolerates(own, ours))
    });
    let preferred = preferred_nodes(plan, placement);
    Additions {
        tolerations: api_tolerations(tolerated),
        preferred_nodes: missing(&existing.preferred_nodes, preferred, PreferredNodes::is),
        required_nodes: required_nodes(plan, placement)
            .and_then(|required| into_terms(existing, &required)),
        preferred_anti_affinity: missing(
            &existing.preferred_anti_affinity,
            preferred_anti_affinity,
            WeightedPodAffinityTerm::is,
        ),
        required_anti_affinity: missing(
            &existing.required_anti_affinity,
            required_anti_affinity,
            PodAffinityTerm::is,
        ),
        topology_spread: missing(
            &existing.topology_spread,
            topology_spread(placement, wanted.selector),
            spreads_over,
        ),
        termination_grace_period_seconds: wanted.termination_grace_period_seconds,
    }
}

fn into_terms(existing: &ExistingPlacement, required: &RequiredNodes) -> Option<RequiredAdditions> {
    let terms = existing.required_nodes.as_slice();
    if terms.is_empty() {
        return Some(RequiredAdditions::NewTerms(required.terms()));
    }
    let mut further = Vec::new();
    let missing = required.in_each_term().into_iter().filter_map(|one_of| {
        let terms = lacking(terms, one_of);
        let (first, others) = one_of.split_first().filter(|_| !terms.is_empty())?;
        further.extend(repeated(&existing.written_terms, &terms, others));
        Some(MissingRequirement {
            requirement: first.clone(),
            terms,
        })
    });
    let missing: Vec<MissingRequirement> = missing.collect();
    (!missing.is_empty()).then_some(RequiredAdditions::InTerms { missing, further })
}

/// Whether a constraint of the workload is over the same key: a strategic merge would lay ours over it, and two over
/// one key would contradict each other.
/// Source: k8s.io/api core/v1/types.go, `TopologySpreadConstraints` (`patchMergeKey=topologyKey`).
fn spreads_over(own: &TopologySpreadConstraint, ours: &api::TopologySpreadConstraint) -> bool {
    own.topology_key.as_ref().map(TopologyKey::as_str) == Some(&ours.topology_key)
}

/// Without these every pod tolerates a lost node for 300 seconds.
/// Source: kubernetes/kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go.
fn node_loss(seconds: Option<i32>) -> impl Iterator<Item = Toleration> {
    seconds.into_iter().flat_map(|seconds| {
        [NODE_NOT_READY, NODE_UNREACHABLE].map(|key| Toleration {
            key: Some(key.to_owned()),
            value: None,
            effect: Some(Effect::NoExecute),
            seconds: Some(i64::from(seconds)),
        })
    })
}
