//! What is known of the nodes of a pool before there are any, and what selectors make of it.
//!
//! Of a label that nobody has told us of nothing is known, and then nothing is said.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::node_zones;
use crate::config::OsType;
use crate::kubernetes::Requirement;
use crate::kubernetes::{
    ARCHITECTURE_LABEL, INSTANCE_TYPE_LABEL, Labels, OS_LABEL, WELL_KNOWN, ZONE, is_set_by_cluster,
    stable,
};
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
        None if pool.may_be_marked_by(facts, key) => Known::Unknown,
        None if is_declared(plan, key) || meant(plan, key).is_some() => Known::Absent,
        None => Known::Unknown,
    }
}

/// Whether the pools say which of them has a label: it is the one of Spot, or some pool declares it, and the cluster sets
/// it on no node by itself.
fn is_declared(plan: &Plan, key: &str) -> bool {
    let is_of_pool = |pool: &NodePool| pool.labels.get(key).is_some();
    let is_of_spot = plan.spot_labels().any(|(spot, _)| spot == key);
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
    found.map(SmolStr::as_str)
}

/// Whether a label is in the domain of the cloud's own ones.
fn is_set_by_cloud(plan: &Plan, key: &str) -> bool {
    let own = plan.provider.labels.pool;
    let domain = |key: &str| key.rsplit_once('/').map(|(domain, _)| domain.to_owned());
    !own.starts_with(OWN_DOMAIN) && domain(own) == domain(key)
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

/// Whether the pods of a manifest may be on the nodes of a pool, as far as labels and GPUs go; none where that cannot be
/// told.
pub(crate) fn allows(plan: &Plan, pool: &NodePool, found: &ManifestWorkload) -> Option<bool> {
    let by_labels = allow_by_labels(plan, pool, found);
    all([by_labels, Some(has_gpu(plan, pool, found) != Some(false))].into_iter())
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
    let mut keys = found.node_selector.keys().map(SmolStr::as_str);
    keys.any(|key| stable(key) == OS_LABEL)
        || by_terms.into_iter().any(|own| stable(&own.key) == OS_LABEL)
}

/// Whether the nodes of a pool have the GPUs that pods request; none where that cannot be told.
pub(super) fn has_gpu(plan: &Plan, pool: &NodePool, found: &ManifestWorkload) -> Option<bool> {
    match &found.gpu {
        Some(resource) => {
            let has_any = pool.gpus? > 0;
            Some(has_any && !is_of_another_vendor(plan, pool, resource))
        }
        None => Some(true),
    }
}

/// Whether the VM size of a pool is known to have GPUs of another vendor than a resource is for: `amd.com/gpu`.
fn is_of_another_vendor(plan: &Plan, pool: &NodePool, resource: &str) -> bool {
    let sizes = plan.provider.vm_sizes.as_ref();
    let Some((sizes, size)) = sizes.zip(pool.vm_size.as_deref()) else {
        return false;
    };
    let has_own = (sizes.resources)(size).is_some_and(|vm| vm.gpus > 0);
    let vendor = if (sizes.has_amd_gpus)(size) {
        "amd.com/"
    } else {
        "nvidia.com/"
    };
    has_own && !resource.starts_with(vendor)
}

pub(crate) fn allow(
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
