//! Affinities, tolerations and spread constraints.

use k8s_openapi::api::core::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector as ApiSelector;

use crate::kubernetes::{Effect, LabelSelector, Operator, Requirement};
use crate::simulate::world::{
    NodeRequirement, NodeTerm, PodTerm, PreferredNodes, Selector, SelectorId, SpreadConstraint,
    Symbol, Symbols, Test, Tolerance, ToleratedValue, Tolerations, World, seconds,
};

/// The terms of which one must hold, each with the labels of the `nodeSelector`; `None` where any node does.
pub(super) fn required_nodes(spec: &api::PodSpec, symbols: &mut Symbols) -> Option<Vec<NodeTerm>> {
    let selected: Vec<_> = spec
        .node_selector
        .iter()
        .flatten()
        .map(|(key, value)| NodeRequirement {
            key: symbols.of(key),
            test: Test::In(vec![symbols.of(value)]),
        })
        .collect();
    let required = node_affinity(spec).and_then(|own| {
        own.required_during_scheduling_ignored_during_execution
            .as_ref()
    });
    let Some(required) = required else {
        return (!selected.is_empty()).then(|| {
            vec![NodeTerm {
                labels: selected,
                names: Vec::new(),
            }]
        });
    };
    let terms = required
        .node_selector_terms
        .iter()
        .map(|term| node_term(term, symbols));
    // A term without expressions holds for no node: it stays so with the labels of the `nodeSelector`.
    let terms = terms.filter(|term| !term.labels.is_empty() || !term.names.is_empty());
    let with_selected = terms.map(|mut term| {
        term.labels.extend(selected.iter().cloned());
        term
    });
    Some(with_selected.collect())
}

/// Whether the pod has a required node affinity of its own, not a `nodeSelector` alone.
pub(super) fn has_required(spec: &api::PodSpec) -> bool {
    node_affinity(spec).is_some_and(|own| {
        own.required_during_scheduling_ignored_during_execution
            .is_some()
    })
}

pub(super) fn preferred_nodes(spec: &api::PodSpec, symbols: &mut Symbols) -> Vec<PreferredNodes> {
    let terms = node_affinity(spec).and_then(|own| {
        own.preferred_during_scheduling_ignored_during_execution
            .as_ref()
    });
    let terms = terms.into_iter().flatten();
    terms
        .map(|term| PreferredNodes {
            weight: i64::from(term.weight),
            term: node_term(&term.preference, symbols),
        })
        .collect()
}

fn node_affinity(spec: &api::PodSpec) -> Option<&api::NodeAffinity> {
    spec.affinity.as_ref()?.node_affinity.as_ref()
}

fn node_term(term: &api::NodeSelectorTerm, symbols: &mut Symbols) -> NodeTerm {
    let labels = term.match_expressions.iter().flatten();
    let labels = labels.filter_map(|one| {
        Some(NodeRequirement {
            key: symbols.of(&one.key),
            test: test(one, symbols)?,
        })
    });
    let labels = labels.collect();
    let names = term.match_fields.iter().flatten();
    let names = names.filter_map(|one| test(one, symbols)).collect();
    NodeTerm { labels, names }
}

/// `None` for an operator that the API server refuses.
fn test(requirement: &api::NodeSelectorRequirement, symbols: &mut Symbols) -> Option<Test> {
    let values = requirement.values.as_deref().unwrap_or_default();
    let mut all = || values.iter().map(|value| symbols.of(value)).collect();
    let number = || values.first()?.parse().ok();
    Some(match requirement.operator.as_str() {
        "In" => Test::In(all()),
        "NotIn" => Test::NotIn(all()),
        "Exists" => Test::Exists,
        "DoesNotExist" => Test::DoesNotExist,
        "Gt" => Test::Gt(number()?),
        "Lt" => Test::Lt(number()?),
        _ => return None,
    })
}

/// Source: kubernetes/api core/v1/types.go, `Toleration`: without an operator it is `Equal`.
pub(super) fn tolerations(spec: &api::PodSpec, symbols: &mut Symbols) -> Tolerations {
    let list = spec.tolerations.iter().flatten().map(|own| {
        let value = if own.operator.as_deref() == Some("Exists") {
            ToleratedValue::Any
        } else {
            let value = own.value.as_deref().filter(|value| !value.is_empty());
            ToleratedValue::Only(value.map(|value| symbols.of(value)))
        };
        Tolerance {
            key: own
                .key
                .as_deref()
                .filter(|key| !key.is_empty())
                .map(|key| symbols.of(key)),
            value,
            effect: own.effect.as_deref().and_then(effect),
            lasts: own.toleration_seconds.map(seconds),
        }
    });
    Tolerations(list.collect())
}

pub(super) fn effect(name: &str) -> Option<Effect> {
    Effect::ALL
        .into_iter()
        .find(|effect| effect.as_str() == name)
}

/// The terms of affinity and of anti-affinity to pods: required, and preferred with weights.
pub(super) struct PodAffinities {
    pub(super) required: Vec<PodTerm>,
    pub(super) forbidden: Vec<PodTerm>,
    pub(super) preferred: Vec<(i64, PodTerm)>,
}

pub(super) fn pods(spec: &api::PodSpec, own: &OwnPod<'_>, world: &mut World) -> PodAffinities {
    let affinity = spec.affinity.as_ref();
    let near = affinity.and_then(|own| own.pod_affinity.as_ref());
    let far = affinity.and_then(|own| own.pod_anti_affinity.as_ref());
    let list = |terms: Option<&Vec<api::PodAffinityTerm>>, world: &mut World| {
        let terms = terms.into_iter().flatten();
        terms
            .filter_map(|term| pod_term(term, own, world))
            .collect::<Vec<_>>()
    };
    let mut preferred = Vec::new();
    let weighted = [
        (
            1,
            near.and_then(|own| {
                own.preferred_during_scheduling_ignored_during_execution
                    .as_ref()
            }),
        ),
        (
            -1,
            far.and_then(|own| {
                own.preferred_during_scheduling_ignored_during_execution
                    .as_ref()
            }),
        ),
    ];
    for (sign, terms) in weighted {
        for term in terms.into_iter().flatten() {
            if let Some(read) = pod_term(&term.pod_affinity_term, own, world) {
                preferred.push((sign * i64::from(term.weight), read));
            }
        }
    }
    PodAffinities {
        required: list(
            near.and_then(|own| {
                own.required_during_scheduling_ignored_during_execution
                    .as_ref()
            }),
            world,
        ),
        forbidden: list(
            far.and_then(|own| {
                own.required_during_scheduling_ignored_during_execution
                    .as_ref()
            }),
            world,
        ),
        preferred,
    }
}

/// What terms refer to of the pod that has them.
pub(super) struct OwnPod<'o> {
    pub(super) namespace: &'o str,
    pub(super) labels: &'o crate::kubernetes::Labels,
    /// All namespaces that exist, with their labels.
    pub(super) namespaces: &'o [(String, crate::kubernetes::Labels)],
}

fn pod_term(term: &api::PodAffinityTerm, own: &OwnPod<'_>, world: &mut World) -> Option<PodTerm> {
    let keys = [&term.match_label_keys, &term.mismatch_label_keys];
    let labels = with_keys(term.label_selector.as_ref()?, keys, own.labels)?;
    let mut names: Vec<String> = term.namespaces.clone().unwrap_or_default();
    if let Some(selector) = &term.namespace_selector {
        let selector = LabelSelector::try_from(selector).ok()?;
        let selected = own
            .namespaces
            .iter()
            .filter(|(_, labels)| selector.matches(labels));
        names.extend(selected.map(|(name, _)| name.clone()));
    } else if names.is_empty() {
        names.push(own.namespace.to_owned());
    }
    let selectors = names
        .iter()
        .map(|name| select(world, name, labels.clone()))
        .collect();
    Some(PodTerm {
        selectors,
        topology: world.symbols.of(&term.topology_key),
    })
}

pub(super) fn select(world: &mut World, namespace: &str, labels: LabelSelector) -> SelectorId {
    let namespace: Symbol = world.symbols.of(namespace);
    world.selectors.of(Selector { namespace, labels })
}

/// A selector with the pod's own values of `matchLabelKeys`, and without those of `mismatchLabelKeys`, as the API server
/// writes them into it.
fn with_keys(
    selector: &ApiSelector,
    [same, other]: [&Option<Vec<String>>; 2],
    labels: &crate::kubernetes::Labels,
) -> Option<LabelSelector> {
    let mut read = LabelSelector::try_from(selector).ok()?;
    let own = |key: &String| {
        labels
            .get(key.as_str())
            .map(|value| vec![value.to_string()])
    };
    for key in same.iter().flatten() {
        if let Some(values) = own(key) {
            read.match_expressions
                .push(Requirement::new(key, Operator::In(values)));
        }
    }
    for key in other.iter().flatten() {
        if let Some(values) = own(key) {
            read.match_expressions
                .push(Requirement::new(key, Operator::NotIn(values)));
        }
    }
    Some(read)
}

/// Constraints of the pod's own; the scheduler's defaults are not among them.
pub(super) fn spread(
    spec: &api::PodSpec,
    own: &OwnPod<'_>,
    world: &mut World,
) -> Vec<SpreadConstraint> {
    let constraints = spec.topology_spread_constraints.iter().flatten();
    let constraints = constraints.filter_map(|one| {
        // Without a selector it selects nothing, and counts nothing.
        let selector = one.label_selector.as_ref()?;
        let labels = with_keys(selector, [&one.match_label_keys, &None], own.labels)?;
        Some(SpreadConstraint {
            topology: world.symbols.of(&one.topology_key),
            max_skew: i64::from(one.max_skew),
            is_hard: one.when_unsatisfiable == "DoNotSchedule",
            selector: select(world, own.namespace, labels),
            min_domains: one.min_domains.map(i64::from),
            honors_affinity: one.node_affinity_policy.as_deref() != Some("Ignore"),
            honors_taints: one.node_taints_policy.as_deref() == Some("Honor"),
        })
    });
    constraints.collect()
}
