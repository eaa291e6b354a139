//! What is known of the nodes of a pool before there are any, and what selectors make of it.
//!
//! Of a label that nobody has told us of nothing is known, and then nothing is said.

use std::collections::BTreeSet;

use super::node_zones;
use crate::config::OsType;
use crate::kubernetes::{
    ARCHITECTURE_LABEL, INSTANCE_TYPE_LABEL, Labels, OS_LABEL, WELL_KNOWN, ZONE, is_set_by_cluster,
    stable,
};
use crate::kubernetes::{Operator, Requirement};
use crate::manifests::{Fact, ManifestWorkload, NodeSelectorTerm, PreferredNodes};
use crate::plan::{NodePool, Plan};
use crate::providers::{Architecture, ZoneLabel};
use crate::suggest::similar;

/// Labels of this domain are set by whoever follows our convention, and by no cloud.
pub(crate) const OWN_DOMAIN: &str = "spotgen.dev/";

/// A label on the nodes of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Known<'p> {
    Value(&'p str),
    Absent,
    Unknown,
}

fn label<'p>(plan: &'p Plan, pool: &'p NodePool, key: &str) -> Known<'p> {
    let facts = plan.provider;
    if let Some(value) = pool.labels.get(key) {
        return Known::Value(value);
    }
    if let Some((own, value)) = &pool.spot_label
        && own == key
    {
        return Known::Value(value);
    }
    if key == facts.labels.pool {
        return Known::Value(&pool.name);
    }
    let key = stable(key);
    if let Some(value) = pool.labels.get(key) {
        return Known::Value(value);
    }
    let is_windows = pool.os_type == OsType::Windows;
    let value = match key {
        OS_LABEL => Some(if is_windows { "windows" } else { "linux" }),
        ARCHITECTURE_LABEL => pool.architecture.map(Architecture::as_str),
        INSTANCE_TYPE_LABEL if facts.vm_sizes.is_some() => pool.vm_size.as_deref(),
        ZONE if pool.zones.len() == 1 && facts.labels.zone == ZoneLabel::Zone => {
            Some(pool.zones[0].as_str())
        }
        key => pool.provider_label(facts, key),
    };
    match value {
        Some(value) => Known::Value(value),
        None if is_declared(plan, key) || meant(plan, key).is_some() => Known::Absent,
        None => Known::Unknown,
    }
}

/// Whether the pools say which of them has a label: it is the one of Spot, or some pool declares it, and the cluster sets
/// it on no node by itself.
fn is_declared(plan: &Plan, key: &str) -> bool {
    let is_of_pool = |pool: &NodePool| pool.labels.get(key).is_some();
    let is_of_spot = spot_labels(plan).any(|(spot, _)| spot == key);
    is_of_spot
        || key == plan.provider.labels.spot.0
        || !is_set_by_cluster(key)
            && !is_set_by_cloud(plan, key)
            && plan.node_pools.iter().any(is_of_pool)
}

/// The label of the cloud or of Kubernetes that a key is a misspelling of: it is in the same domain, and no pool is said to
/// have it.
pub(crate) fn meant(plan: &Plan, key: &str) -> Option<&'static str> {
    let (domain, name) = key.split_once('/')?;
    let labels = &plan.provider.labels;
    let others = labels.others.iter().map(|(other, _)| *other);
    let known = || {
        [labels.spot.0, labels.pool]
            .into_iter()
            .chain(others.clone())
            .chain(WELL_KNOWN)
    };
    let mut pools = plan.node_pools.iter();
    if domain == OWN_DOMAIN.trim_end_matches('/')
        || known().any(|known| known == key)
        || pools.any(|pool| pool.labels.get(key).is_some())
    {
        return None;
    }
    let of_domain = known().filter_map(|known| known.split_once('/'));
    let names = of_domain.filter_map(|(own, name)| (own == domain).then_some(name));
    let meant = similar(name, names)?;
    known().find(|known| known.split_once('/') == Some((domain, meant)))
}

/// The label that a pool declares and a key is a letter away from: it is in the same domain, and no pool declares it.
pub(crate) fn near_declared<'p>(plan: &'p Plan, key: &str) -> Option<&'p str> {
    let pools = || plan.node_pools.iter();
    if WELL_KNOWN.contains(&stable(key)) || pools().any(|pool| pool.labels.get(key).is_some()) {
        return None;
    }
    let parts = |key: &str| match key.rsplit_once('/') {
        Some((domain, name)) => (domain.to_owned(), name.to_owned()),
        None => (String::new(), key.to_owned()),
    };
    let (domain, name) = parts(key);
    let mut declared = pools().flat_map(|pool| pool.labels.keys());
    let found = declared.find(|own| {
        let (own_domain, own_name) = parts(own);
        own_domain == domain && strsim::damerau_levenshtein(&own_name, &name) == 1
    });
    found.map(String::as_str)
}

/// Whether a label is in the domain of the cloud's own ones.
fn is_set_by_cloud(plan: &Plan, key: &str) -> bool {
    let own = plan.provider.labels.pool;
    let domain = |key: &str| key.rsplit_once('/').map(|(domain, _)| domain.to_owned());
    !own.starts_with(OWN_DOMAIN) && domain(own) == domain(key)
}

/// The labels by which Spot nodes are known: that of all of them, and those of single pools.
pub(crate) fn spot_labels(plan: &Plan) -> impl Iterator<Item = (&str, &str)> {
    let pools = plan.node_pools.iter();
    let own = pools.filter_map(|pool| pool.spot_label.as_ref());
    let own = own.map(|(key, value)| (key.as_str(), value.as_str()));
    std::iter::once(plan.spot_label()).chain(own)
}

/// Nothing tells which value a label has on the nodes of a pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unknown;

/// The value of a label on the nodes of a pool, if they have it.
pub(crate) fn value<'p>(
    plan: &'p Plan,
    pool: &'p NodePool,
    key: &str,
) -> Result<Option<&'p str>, Unknown> {
    match label(plan, pool, key) {
        Known::Value(value) => Ok(Some(value)),
        Known::Absent => Ok(None),
        Known::Unknown => Err(Unknown),
    }
}

/// Whether a selector as text (`key=value,key!=value`) takes the nodes of a pool; none where that cannot be told.
pub(crate) fn selected(plan: &Plan, pool: &NodePool, selector: &str) -> Option<bool> {
    let requirements = Requirement::parse(selector)?;
    all(requirements
        .iter()
        .map(|requirement| holds(plan, pool, requirement)))
}

/// The label that tells Spot nodes from others: the cloud's, or where no cloud sets one and the pools do not have it, one
/// that all Spot pools are given and no other pool.
pub(crate) fn of_spot(plan: &Plan) -> (&str, &str) {
    let known = plan.spot_label();
    let spot = || plan.node_pools.iter().filter(|pool| pool.is_spot());
    if !known.0.starts_with(OWN_DOMAIN) || spot().any(|pool| pool.labels.get(known.0).is_some()) {
        return known;
    }
    let labels = spot().flat_map(|pool| pool.labels.iter());
    let mut labels = labels.map(|(key, value)| (key.as_str(), value.as_str()));
    let own = labels.find(|(key, value)| {
        let mut pools = plan.node_pools.iter();
        pools.all(|pool| (label(plan, pool, key) == Known::Value(value)) == pool.is_spot())
    });
    own.unwrap_or(known)
}

pub(super) fn holds(plan: &Plan, pool: &NodePool, requirement: &Requirement) -> Option<bool> {
    match value(plan, pool, &requirement.key) {
        Ok(value) => Some(requirement.operator.holds(value)),
        Err(Unknown) if stable(&requirement.key) == ZONE => {
            node_zones::holds(plan, pool, &requirement.operator)
        }
        Err(Unknown) => None,
    }
}

/// The zones of the Spot pools, or of the others, that workloads can be in.
pub(crate) fn zones(plan: &Plan, is_spot: bool) -> BTreeSet<&str> {
    let pools = plan.node_pools.iter();
    let open = pools.filter(|pool| pool.is_spot() == is_spot && plan.lets_workloads_onto(pool));
    open.flat_map(|pool| pool.zones.iter().map(String::as_str))
        .collect()
}

/// Whether on-demand nodes that workloads can be on have a value of a label that no Spot node has.
pub(crate) fn tells_apart(plan: &Plan, key: &str) -> bool {
    let of = |is_spot: bool| {
        let pools = plan.node_pools.iter();
        let open =
            pools.filter(move |pool| pool.is_spot() == is_spot && plan.lets_workloads_onto(pool));
        open.map(|pool| label(plan, pool, key))
    };
    let is_value = |known: &Known<'_>| matches!(known, Known::Value(_));
    let is_clear = of(true).all(|known| known != Known::Unknown);
    is_clear
        && of(false)
            .filter(is_value)
            .any(|own| of(true).all(|spot| spot != own))
}

/// All must hold: one that does not settles it, whatever is unknown besides.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut sum = Some(true);
    for part in parts {
        match part {
            Some(true) => {}
            Some(false) => return Some(false),
            None => sum = None,
        }
    }
    sum
}

/// Whether a node selector term takes the nodes of a pool; none where that cannot be told.
pub(crate) fn meets(plan: &Plan, pool: &NodePool, term: &NodeSelectorTerm) -> Option<bool> {
    if term.is_empty() {
        return Some(false);
    }
    let expressions = term.expressions.iter();
    let own = expressions.map(|expression| holds(plan, pool, expression.requirement.as_ref()?));
    all(own.chain(term.has_fields.then_some(None)))
}

/// Whether a term takes Spot nodes and no others: it names their label, or no on-demand pool that is listed has what it
/// asks for.
pub(crate) fn means_spot(plan: &Plan, term: &NodeSelectorTerm) -> bool {
    let takes = |pool: &NodePool| meets(plan, pool, term) != Some(false);
    names_spot(plan, term) || is_spot_alone(plan, takes)
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
        || is_spot_alone(plan, |pool| allows(plan, pool, found) != Some(false))
}

/// The same by labels alone.
pub(crate) fn labels_require_spot(plan: &Plan, found: &ManifestWorkload) -> bool {
    require_spot(plan, &found.node_selector, &found.existing.required_nodes)
}

/// The same of a `nodeSelector` and the terms of required affinity.
pub(crate) fn require_spot(plan: &Plan, selector: &Labels, terms: &[NodeSelectorTerm]) -> bool {
    selector
        .iter()
        .any(|(key, value)| is_spot_label(plan, key, value))
        || !terms.is_empty() && terms.iter().all(|term| names_spot(plan, term))
        || is_spot_alone(plan, |pool| {
            allow(plan, pool, selector, terms) != Some(false)
        })
}

/// Whether a `nodeSelector` and the terms of required affinity take the nodes of no Spot pool that is listed.
pub(crate) fn exclude_spot(plan: &Plan, selector: &Labels, terms: &[NodeSelectorTerm]) -> bool {
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let is_off = |pool| allow(plan, pool, selector, terms) == Some(false);
    spot.clone().next().is_some() && spot.all(is_off)
}

/// Whether of the pools that are listed those of Spot alone are taken; where one kind is not listed, nobody can say.
fn is_spot_alone(plan: &Plan, takes: impl Fn(&NodePool) -> bool) -> bool {
    let pools = || plan.node_pools.iter();
    let mut on_demand = pools().filter(|pool| !pool.is_spot() && plan.lets_workloads_onto(pool));
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
        Operator::Exists => spot_labels(plan).any(|(key, _)| own.key == key),
        Operator::In(values) => values
            .iter()
            .all(|value| is_spot_label(plan, &own.key, value)),
        _ => false,
    }
}

/// Whether Spot nodes are known by this label.
pub(crate) fn is_spot_label(plan: &Plan, key: &str, value: &str) -> bool {
    spot_labels(plan).any(|spot| spot == (key, value))
}

/// Whether a term excludes, for each Spot pool, a label by which its nodes are known; where none is listed, the label of
/// Spot.
fn excludes_spot(plan: &Plan, term: &NodeSelectorTerm) -> bool {
    let by_label = |own: &Requirement| match &own.operator {
        Operator::DoesNotExist => spot_labels(plan).any(|(key, _)| own.key == key),
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

/// Whether the pods of a manifest may be on the nodes of a pool, as far as labels and GPUs go; none where that cannot be
/// told.
pub(crate) fn allows(plan: &Plan, pool: &NodePool, found: &ManifestWorkload) -> Option<bool> {
    let by_labels = allow_by_labels(plan, pool, found);
    all([by_labels, Some(has_gpu(pool, found) != Some(false))].into_iter())
}

/// The same as far as labels go.
pub(crate) fn allow_by_labels(
    plan: &Plan,
    pool: &NodePool,
    found: &ManifestWorkload,
) -> Option<bool> {
    let terms = &found.existing.required_nodes;
    let known = allow(plan, pool, &found.node_selector, terms);
    let is_whole = !found.unread.has(Fact::Placement);
    all([known, is_whole.then_some(true)].into_iter())
}

/// Whether a manifest says for which operating system its pods are.
pub(crate) fn asks_for_system(found: &ManifestWorkload) -> bool {
    let terms = found.existing.required_nodes.iter();
    let by_terms = terms.flat_map(NodeSelectorTerm::requirements);
    let mut keys = found.node_selector.keys().map(String::as_str);
    keys.any(|key| stable(key) == OS_LABEL)
        || by_terms.into_iter().any(|own| stable(&own.key) == OS_LABEL)
}

/// Whether the nodes of a pool have the GPUs that pods request; none where that cannot be told.
fn has_gpu(pool: &NodePool, found: &ManifestWorkload) -> Option<bool> {
    match &found.gpu {
        Some(_) => pool.gpus.map(|count| count > 0),
        None => Some(true),
    }
}

fn allow(
    plan: &Plan,
    pool: &NodePool,
    selector: &Labels,
    terms: &[NodeSelectorTerm],
) -> Option<bool> {
    let by_selector = selector
        .iter()
        .map(|(key, value)| holds(plan, pool, &Requirement::equals(key, value)));
    all(by_selector.chain(std::iter::once(any(plan, pool, terms))))
}

/// Whether the nodes of a pool meet one of these terms, or there are none to meet.
fn any(plan: &Plan, pool: &NodePool, terms: &[NodeSelectorTerm]) -> Option<bool> {
    let mut sum = Some(terms.is_empty());
    for term in terms {
        match meets(plan, pool, term) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => sum = None,
        }
    }
    sum
}

/// The sum of the weights of the preferences that the nodes of a pool meet; none where that cannot be told.
pub(crate) fn weight(plan: &Plan, pool: &NodePool, preferred: &[PreferredNodes]) -> Option<i64> {
    preferred.iter().try_fold(0, |sum, preferred| {
        let meets = meets(plan, pool, preferred.preference.as_ref()?)?;
        Some(sum + if meets { preferred.weight } else { 0 })
    })
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
