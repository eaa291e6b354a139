//! What selectors and terms of pods mean: Spot nodes alone, on-demand nodes alone, or neither.

use super::let_on::is_open_to;
use super::node_labels::{allow, allows, holds, meets};
use crate::kubernetes::{Labels, Operator, Requirement};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm};
use crate::plan::{NodePool, Plan};

/// Whether a term takes Spot nodes and no others: it names their label, or no on-demand pool that is listed has what it
/// asks for.
pub(crate) fn means_spot(plan: &Plan, term: &NodeSelectorTerm) -> bool {
    let takes = |pool: &NodePool| meets(plan, pool, term) != Some(false);
    let is_open = |pool: &NodePool| plan.lets_workloads_onto(pool);
    names_spot(plan, term) || is_spot_alone(plan, is_open, takes)
}

/// Whether a term takes on-demand nodes and no others: it excludes the labels of all Spot nodes, or no Spot pool that is
/// listed has what it asks for.
pub(crate) fn means_on_demand(plan: &Plan, term: &NodeSelectorTerm) -> bool {
    let takes = |pool: &NodePool| meets(plan, pool, term) != Some(false);
    excludes_spot(plan, term) || is_on_demand_alone(plan, takes)
}

/// Whether the pods of a manifest may be on Spot nodes and on no others, by `nodeSelector`, by required affinity, or for
/// want of GPUs elsewhere.
pub(crate) fn requires_spot(plan: &Plan, found: &ManifestWorkload) -> bool {
    labels_require_spot(plan, found)
        || is_spot_alone(
            plan,
            |pool| is_open_to(plan, pool, found),
            |pool| allows(plan, pool, found) != Some(false),
        )
}

/// The same by labels alone.
pub(crate) fn labels_require_spot(plan: &Plan, found: &ManifestWorkload) -> bool {
    let is_open = |pool: &NodePool| is_open_to(plan, pool, found);
    require_spot(
        plan,
        &found.node_selector,
        &found.existing.required_nodes,
        is_open,
    )
}

/// The same of a `nodeSelector` and the terms of required affinity, of pods that these pools are open to.
pub(crate) fn require_spot(
    plan: &Plan,
    selector: &Labels,
    terms: &[NodeSelectorTerm],
    is_open: impl Fn(&NodePool) -> bool,
) -> bool {
    selector
        .iter()
        .any(|(key, value)| is_spot_label(plan, key, value))
        || !terms.is_empty() && terms.iter().all(|term| names_spot(plan, term))
        || is_spot_alone(plan, is_open, |pool| {
            allow(plan, pool, selector, terms) != Some(false)
        })
}

/// Whether a `nodeSelector` and the terms of required affinity take the nodes of no Spot pool that is listed.
pub(crate) fn exclude_spot(plan: &Plan, selector: &Labels, terms: &[NodeSelectorTerm]) -> bool {
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let is_off = |pool| allow(plan, pool, selector, terms) == Some(false);
    spot.clone().next().is_some() && spot.all(is_off)
}

/// Whether of the pools that are listed those of Spot alone are taken; where no on-demand pool that is open is listed,
/// nobody can say.
fn is_spot_alone(
    plan: &Plan,
    is_open: impl Fn(&NodePool) -> bool,
    takes: impl Fn(&NodePool) -> bool,
) -> bool {
    let pools = || plan.node_pools.iter();
    let mut on_demand = pools().filter(|pool| !pool.is_spot() && is_open(pool));
    on_demand.clone().next().is_some()
        && !on_demand.any(&takes)
        && pools().any(|pool| pool.is_spot() && takes(pool))
}

/// The same of on-demand: a pool that says nothing of a label is no reason to take it for one that meets the term.
fn is_on_demand_alone(plan: &Plan, takes: impl Fn(&NodePool) -> bool) -> bool {
    let pools = || {
        plan.node_pools
            .iter()
            .filter(|pool| plan.lets_workloads_onto(pool))
    };
    let mut spot = pools().filter(|pool| pool.is_spot());
    spot.clone().next().is_some()
        && !spot.any(&takes)
        && pools().any(|pool| !pool.is_spot() && takes(pool))
}

/// Whether a term asks for the label that Spot nodes have and others have not.
pub(crate) fn names_spot(plan: &Plan, term: &NodeSelectorTerm) -> bool {
    term.requirements().any(|own| is_of_spot(plan, own))
}

/// The same of one requirement.
pub(crate) fn is_of_spot(plan: &Plan, own: &Requirement) -> bool {
    match &own.operator {
        Operator::Exists => plan.spot_labels().any(|(key, _)| own.key == key),
        Operator::In(values) => values
            .iter()
            .all(|value| is_spot_label(plan, &own.key, value)),
        _ => false,
    }
}

/// Whether Spot nodes are known by this label.
pub(crate) fn is_spot_label(plan: &Plan, key: &str, value: &str) -> bool {
    plan.spot_labels().any(|spot| spot == (key, value))
}

/// Whether a term excludes, for each Spot pool, a label by which its nodes are known; where none is listed, the label of
/// Spot.
fn excludes_spot(plan: &Plan, term: &NodeSelectorTerm) -> bool {
    let by_label = |own: &Requirement| match &own.operator {
        Operator::DoesNotExist => plan.spot_labels().any(|(key, _)| own.key == key),
        Operator::NotIn(values) => values
            .iter()
            .any(|value| is_spot_label(plan, &own.key, value)),
        _ => false,
    };
    let excluding: Vec<&Requirement> = term.requirements().filter(|own| by_label(own)).collect();
    let is_off = |pool| {
        let mut excluding = excluding.iter();
        excluding.any(|own| holds(plan, pool, own) == Some(false))
    };
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    !excluding.is_empty() && spot.all(is_off)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::PREFERRED;
    use crate::load::Inputs;

    /// Whether the terms of the first workload's preferences mean on-demand, and whether its own labels keep it off each
    /// Spot pool: two, which have no label in common.
    fn read(affinity: &str) -> (Vec<bool>, Vec<bool>) {
        let text = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: t}\nspec: {provider: eks, \
                    nodePools: [{name: a, capacity: Spot, spotLabel: {intent: spot}}, {name: b, capacity: Spot}, \
                    {name: od, capacity: OnDemand}]}\n";
        let deployment = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{selector: {{matchLabels: {{app: web}}}}, \
             template: {{metadata: {{labels: {{app: web}}}}, spec: {{affinity: {{nodeAffinity: {{{affinity}}}}}}}}}}}\n"
        );
        let mut inputs = Inputs::default();
        let id = inputs.sources.add("spot-config.yaml", text);
        inputs.files.push(id);
        let manifests = inputs.sources.add("web.yaml", deployment);
        let Ok(planned) = crate::plan(&inputs, Some(&[manifests])) else {
            panic!("the configuration is valid")
        };
        let plan = &planned.system.plan;
        let found = &planned
            .manifests
            .as_ref()
            .expect("they are given")
            .workloads[0];
        let preferred = found.existing.preferred_nodes.iter();
        let preferred = preferred.filter_map(|own| own.preference.as_ref());
        let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
        (
            preferred.map(|term| means_on_demand(plan, term)).collect(),
            spot.map(|pool| allows(plan, pool, found) == Some(false))
                .collect(),
        )
    }

    #[test]
    fn on_demand_is_what_has_none_of_the_labels_of_spot() {
        let one = "{key: intent, operator: NotIn, values: [spot]}";
        let other = "{key: eks.amazonaws.com/capacityType, operator: NotIn, values: [SPOT]}";
        let required = |expressions: &str| {
            read(&format!(
                "requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: [{expressions}]}}]}}"
            ))
            .1
        };
        assert_eq!(required(one), [true, false]);
        assert_eq!(required(other), [false, true]);
        assert_eq!(required(&format!("{one}, {other}")), [true, true]);
        let preferred = |expressions: &str| {
            read(&format!(
                "{PREFERRED}: [{{weight: 1, preference: {{matchExpressions: [{expressions}]}}}}]"
            ))
            .0
        };
        assert_eq!(preferred(one), [false]);
        assert_eq!(preferred(&format!("{one}, {other}")), [true]);
        // A term of ours: the Spot nodes of the second label.
        let second = other.replace("NotIn", "In");
        assert_eq!(preferred(&format!("{second}, {one}")), [false]);
    }
}
