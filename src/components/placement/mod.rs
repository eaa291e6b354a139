//! Where the pods of a workload run: tolerations, affinity, spread, grace.

mod additions;
pub(crate) mod deletion_candidates;
mod merge;
mod patch;

use super::{Component, Makes};
use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm,
    PodAffinityTerm, PodAntiAffinity, PreferredSchedulingTerm, Toleration,
    TopologySpreadConstraint, WeightedPodAffinityTerm,
};

pub use additions::{Additions, RequiredNode, Wanted, additions};
pub use patch::Patch;
pub(super) use patch::patch_of;

use crate::config::{Spot, SpreadMethod, WhenUnsatisfiable};
use crate::defaults::DELETION_CANDIDATE_TAINT;
use crate::kubernetes::{Labels, api_toleration, match_labels};
use crate::plan::{Placement, Plan, SpreadRule};

pub(super) const COMPONENT: Component = Component {
    name: "placement",
    summary: "toleration, affinity, spread and grace of each workload",
    validate: None,
    makes: Makes::PatchEach(patch_of),
    chart: None,
    observe: None,
};

/// The fields of a pod spec that placement decides.
#[derive(Debug, Default)]
pub(crate) struct PodFields {
    pub(crate) affinity: Option<Affinity>,
    pub(crate) tolerations: Option<Vec<Toleration>>,
    pub(crate) topology_spread_constraints: Option<Vec<TopologySpreadConstraint>>,
}

/// Placement as the fields of a pod spec, for pods with these labels.
pub(crate) fn pod_fields(plan: &Plan, placement: &Placement, labels: &Labels) -> PodFields {
    let preferred = preferred_node(plan, placement);
    let required = required_node(plan, placement);
    let (anti_preferred, anti_required) = anti_affinity(placement, labels);
    let affinity = Affinity {
        node_affinity: (preferred.is_some() || required.is_some()).then(|| NodeAffinity {
            preferred_during_scheduling_ignored_during_execution: preferred.map(|term| vec![term]),
            required_during_scheduling_ignored_during_execution: required.map(|requirement| {
                NodeSelector {
                    node_selector_terms: vec![term(requirement)],
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
        tolerations: some(tolerations(plan, placement)),
        topology_spread_constraints: some(topology_spread(placement, labels)),
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

/// What lets pods onto Spot; for those kept away from it, what makes on-demand as good as any other node. And what makes
/// nodes that the autoscaler may delete soon as good as any other.
fn tolerations(plan: &Plan, placement: &Placement) -> Vec<Toleration> {
    let list = match placement.spot {
        Some(Spot::Preferred | Spot::Required | Spot::Tolerated) => &plan.spot_tolerations,
        Some(Spot::Never) => &plan.on_demand_tolerations,
        None => return Vec::new(),
    };
    let candidates = placement
        .tolerates_deletion_candidates
        .then(deletion_candidates);
    list.iter().map(api_toleration).chain(candidates).collect()
}

fn deletion_candidates() -> Toleration {
    let (key, effect) = DELETION_CANDIDATE_TAINT;
    api_toleration(&crate::kubernetes::Toleration {
        key: key.to_owned(),
        value: None,
        effect,
    })
}

/// Whether a toleration of ours is of a taint whatever its value, which is a time: the same key without a value is not
/// enough, as it is for a taint that has none.
pub fn is_of_any_value(ours: &Toleration) -> bool {
    let (key, _) = DELETION_CANDIDATE_TAINT;
    ours.key.as_deref() == Some(key)
}

fn preferred_node(plan: &Plan, placement: &Placement) -> Option<PreferredSchedulingTerm> {
    (placement.spot == Some(Spot::Preferred)).then(|| PreferredSchedulingTerm {
        preference: term(spot_nodes(plan, "In")),
        weight: placement
            .weight
            .expect("resolve gives a weight to every preference"),
    })
}

/// `NotIn` rather than `DoesNotExist`: some nodes carry the label with another value.
/// Source: Azure/karpenter-provider-azure pkg/apis/v1beta1/labels.go.
fn required_node(plan: &Plan, placement: &Placement) -> Option<NodeSelectorRequirement> {
    match placement.spot {
        Some(Spot::Required) => Some(spot_nodes(plan, "In")),
        Some(Spot::Never) => Some(spot_nodes(plan, "NotIn")),
        _ => None,
    }
}

fn spot_nodes(plan: &Plan, operator: &str) -> NodeSelectorRequirement {
    let (key, value) = plan.spot_label();
    NodeSelectorRequirement {
        key: key.to_owned(),
        operator: operator.to_owned(),
        values: Some(vec![value.to_owned()]),
    }
}

/// A term with this requirement alone.
pub fn term(requirement: NodeSelectorRequirement) -> NodeSelectorTerm {
    NodeSelectorTerm {
        match_expressions: Some(vec![requirement]),
        ..NodeSelectorTerm::default()
    }
}

/// Preferred and required terms.
fn anti_affinity(
    placement: &Placement,
    labels: &Labels,
) -> (Vec<WeightedPodAffinityTerm>, Vec<PodAffinityTerm>) {
    let mut preferred = Vec::new();
    let mut required = Vec::new();
    for rule in rules(placement, SpreadMethod::PodAntiAffinity) {
        let term = PodAffinityTerm {
            label_selector: Some(match_labels(labels.clone())),
            topology_key: rule.topology_key.clone(),
            ..PodAffinityTerm::default()
        };
        match rule.when_unsatisfiable {
            WhenUnsatisfiable::DoNotSchedule => required.push(term),
            WhenUnsatisfiable::ScheduleAnyway => preferred.push(WeightedPodAffinityTerm {
                pod_affinity_term: term,
                weight: rule
                    .weight
                    .expect("resolve gives a weight to every anti-affinity"),
            }),
        }
    }
    (preferred, required)
}

fn topology_spread(placement: &Placement, labels: &Labels) -> Vec<TopologySpreadConstraint> {
    rules(placement, SpreadMethod::TopologySpread)
        .map(|rule| TopologySpreadConstraint {
            label_selector: Some(match_labels(labels.clone())),
            max_skew: rule
                .max_skew
                .expect("resolve gives a skew to every topology spread"),
            topology_key: rule.topology_key.clone(),
            when_unsatisfiable: rule.when_unsatisfiable.as_str().to_owned(),
            ..TopologySpreadConstraint::default()
        })
        .collect()
}

fn rules(placement: &Placement, method: SpreadMethod) -> impl Iterator<Item = &SpreadRule> {
    placement
        .spread
        .iter()
        .filter(move |rule| rule.method == method)
}
