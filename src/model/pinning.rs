//! Labels of nodes that pods ask for, where the configuration lists the labels of all pools.

use super::node_labels::{self, holds};
use crate::kubernetes::{Operator, Requirement};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm};
use crate::plan::{NodePool, Plan};
use crate::suggest::similar;

/// What the pods of a manifest ask of labels, if no pool can have nodes that meet it: those requirements that no pool
/// meets, or all if only several together are too much. Empty if a pool can. Labels that nobody declares count as missing,
/// unless the cluster or its cloud may set them.
pub(crate) fn unmet(plan: &Plan, found: &ManifestWorkload) -> Vec<Requirement> {
    unmet_by(plan, found, &|pool, own| may_meet(plan, pool, own))
}

/// The same, where labels that nobody declares may be there. A label that is a letter away from a declared one is not.
pub(crate) fn surely_unmet(plan: &Plan, found: &ManifestWorkload) -> Vec<Requirement> {
    unmet_by(plan, found, &|pool, own| {
        let is_misspelled = wants(own) && misspelled_key(plan, own).is_some();
        holds(plan, pool, own).unwrap_or(!is_misspelled) || may_be_met_by_base(pool, own)
    })
}

/// Whether each label that a manifest requires is there on some pool, and no pool has all of them.
pub(crate) fn contradicts_itself(plan: &Plan, found: &ManifestWorkload) -> bool {
    let unmet = surely_unmet(plan, found);
    let is_somewhere = |own: &Requirement| {
        let mut pools = plan.node_pools.iter();
        pools.any(|pool| holds(plan, pool, own) == Some(true))
    };
    !unmet.is_empty() && unmet.iter().all(is_somewhere)
}

/// Whether no pool can have a node for the pods of a manifest, for all that is known for sure.
pub(crate) fn is_met_nowhere(plan: &Plan, found: &ManifestWorkload) -> bool {
    takes_no_node(found) || !surely_unmet(plan, found).is_empty()
}

/// Whether required node affinity has only empty terms, each of which takes no node.
pub(crate) fn takes_no_node(found: &ManifestWorkload) -> bool {
    let terms = &found.existing.required_nodes;
    !terms.is_empty() && terms.iter().all(NodeSelectorTerm::is_empty)
}

fn unmet_by(
    plan: &Plan,
    found: &ManifestWorkload,
    may_meet: &dyn Fn(&NodePool, &Requirement) -> bool,
) -> Vec<Requirement> {
    let by_selector: Vec<Requirement> = found
        .node_selector
        .iter()
        .map(|(key, value)| Requirement::equals(key, value))
        .collect();
    let terms = &found.existing.required_nodes;
    let may_take_term = |pool: &NodePool, term: &NodeSelectorTerm| {
        let mut requirements = term.requirements();
        !term.is_empty() && requirements.all(|own| may_meet(pool, own))
    };
    let may_take = |pool: &NodePool| {
        let mut selected = by_selector.iter();
        selected.all(|own| may_meet(pool, own))
            && (terms.is_empty() || terms.iter().any(|term| may_take_term(pool, term)))
    };
    if plan.node_pools.is_empty() || plan.node_pools.iter().any(may_take) {
        return Vec::new();
    }
    let of_terms = terms.iter().flat_map(NodeSelectorTerm::requirements);
    let all: Vec<Requirement> = by_selector.iter().chain(of_terms).cloned().collect();
    let is_met_nowhere = |own: &&Requirement| {
        let mut pools = plan.node_pools.iter();
        !pools.any(|pool| may_meet(pool, own))
    };
    let alone: Vec<Requirement> = all.iter().filter(is_met_nowhere).cloned().collect();
    if alone.is_empty() { all } else { alone }
}

/// The declared label with the same value whose key is a letter away from one that no pool declares.
fn misspelled_key<'p>(plan: &'p Plan, own: &'p Requirement) -> Option<(&'p str, &'p str)> {
    let key = node_labels::near_declared(plan, &own.key)?;
    let Operator::In(values) = &own.operator else {
        return None;
    };
    let mut pools = plan.node_pools.iter();
    pools.find_map(|pool| {
        let value = pool.labels.get(key)?;
        values
            .iter()
            .any(|own| own == value)
            .then_some((key, value.as_str()))
    })
}

/// The label that is misspelled: the key of the cloud's, or the value or the key of a declared one.
pub(crate) fn meant<'p>(
    plan: &'p Plan,
    requirement: &'p Requirement,
) -> Option<(&'p str, &'p str)> {
    let Operator::In(values) = &requirement.operator else {
        return None;
    };
    let [value] = &values[..] else {
        return None;
    };
    if let Some(key) = node_labels::meant(plan, &requirement.key) {
        return Some((key, value));
    }
    // Values are compared with their case, and EKS writes `SPOT`.
    let mut of_spot = plan.spot_labels();
    let other_case =
        of_spot.find(|(key, own)| *key == requirement.key && own.eq_ignore_ascii_case(value));
    if other_case.is_some() {
        return other_case;
    }
    let pools = plan.node_pools.iter();
    let labels = pools.flat_map(|pool| pool.labels.iter());
    let labels: Vec<(&str, &str)> = labels
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    // Declared, or known by the cloud: the name of the pool, the architecture.
    let pools = plan.node_pools.iter();
    let known = pools.filter_map(|pool| node_labels::value(plan, pool, &requirement.key).ok()?);
    if let Some(near) = similar(value, known.filter(|own| is_slip(own, value))) {
        return Some((&requirement.key, near));
    }
    let same_value = labels.iter().filter(|(_, own)| own == value);
    let near_key = similar(&requirement.key, same_value.map(|(key, _)| *key));
    let mut labels = labels.iter().copied();
    labels.find(|(key, own)| Some(*key) == near_key && own == value)
}

/// Whether one of two near values can be a slip for the other: sizes, numbers and very short words are as near, and mean
/// something else.
fn is_slip(one: &str, other: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    digits(one) == digits(other) && one.len().min(other.len()) > 2
}

/// As kubectl writes it: `` `workload in (web)` ``.
pub(crate) fn written(requirement: &Requirement) -> String {
    let key = &requirement.key;
    match &requirement.operator {
        Operator::In(values) if values.len() == 1 => format!("`{key}={}`", values[0]),
        Operator::In(values) => format!("`{key} in ({})`", values.join(", ")),
        Operator::NotIn(values) => format!("`{key} notin ({})`", values.join(", ")),
        Operator::Exists => format!("`{key}`"),
        Operator::DoesNotExist => format!("`!{key}`"),
        Operator::Gt(number) => format!("`{key}` greater than {number}"),
        Operator::Lt(number) => format!("`{key}` less than {number}"),
    }
}
/// Whether a selector as text takes the nodes of no pool.
pub(crate) fn takes_none(plan: &Plan, selector: &str) -> bool {
    let Some(requirements) = Requirement::parse(selector) else {
        return false;
    };
    let may_take = |pool: &NodePool| requirements.iter().all(|own| may_meet(plan, pool, own));
    !plan.node_pools.is_empty() && !plan.node_pools.iter().any(may_take)
}

/// Whether nodes of a pool may meet a requirement. A label that neither the cluster nor its cloud sets is there only if
/// the configuration says so.
fn may_meet(plan: &Plan, pool: &NodePool, own: &Requirement) -> bool {
    holds(plan, pool, own).unwrap_or(!wants(own) || may_be_set_by_others(&own.key))
        || may_be_met_by_base(pool, own)
}

/// Whether on-demand nodes of a Spot pool meet a requirement for want of its Spot label.
fn may_be_met_by_base(pool: &NodePool, own: &Requirement) -> bool {
    let is_of_spot = |(key, _): &(String, String)| *key == own.key;
    pool.base_may_lack_spot_label
        && pool.spot_label.as_ref().is_some_and(is_of_spot)
        && own.operator.holds(None)
}

/// Whether a node without the label does not meet it.
fn wants(own: &Requirement) -> bool {
    matches!(own.operator, Operator::In(_) | Operator::Exists)
}

/// Whether something may set a label without being told to for each pool.
///
/// Sources: <https://kubernetes.io/docs/reference/labels-annotations-taints/>, MicrosoftDocs/azure-aks-docs
/// articles/aks/use-labels.md, aws/karpenter-provider-aws website/content/en/docs/concepts/scheduling.md,
/// NVIDIA/gpu-feature-discovery README.md.
fn may_be_set_by_others(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else {
        return matches!(
            key,
            "agentpool" | "accelerator" | "storageprofile" | "storagetier"
        );
    };
    let domains = [
        "kubernetes.io",
        "k8s.io",
        "k8s.aws",
        "azure.com",
        "amazonaws.com",
        "google.com",
        "eksctl.io",
        "karpenter.sh",
        "nvidia.com",
        "amd.com",
        "intel.com",
        "openshift.io",
    ];
    domains.iter().any(|known| {
        let rest = domain.strip_suffix(known);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}
