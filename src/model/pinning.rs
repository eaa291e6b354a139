//! Labels of nodes that pods ask for, where the configuration lists the labels of all pools.

use super::node_labels::holds;
use crate::kubernetes::{Operator, Requirement};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm};
use crate::plan::{NodePool, Plan};

/// What the pods of a manifest ask of labels, if no pool can have nodes that meet it: those requirements that no pool
/// meets, or all if only several together are too much. Empty if a pool can.
pub(crate) fn unmet(plan: &Plan, found: &ManifestWorkload) -> Vec<Requirement> {
    let by_selector: Vec<Requirement> = found
        .node_selector
        .iter()
        .map(|(key, value)| Requirement::new(key, Operator::In(vec![value.clone()])))
        .collect();
    let terms = &found.existing.required_nodes;
    let may_take = |pool: &NodePool| {
        let mut selected = by_selector.iter();
        selected.all(|own| may_meet(plan, pool, own))
            && (terms.is_empty() || terms.iter().any(|term| may_take_term(plan, pool, term)))
    };
    if plan.node_pools.is_empty() || plan.node_pools.iter().any(may_take) {
        return Vec::new();
    }
    let of_terms = terms.iter().flat_map(NodeSelectorTerm::requirements);
    let all: Vec<Requirement> = by_selector.iter().chain(of_terms).cloned().collect();
    let is_met_nowhere = |own: &&Requirement| {
        let mut pools = plan.node_pools.iter();
        !pools.any(|pool| may_meet(plan, pool, own))
    };
    let alone: Vec<Requirement> = all.iter().filter(is_met_nowhere).cloned().collect();
    if alone.is_empty() { all } else { alone }
}

/// Whether a selector as text takes the nodes of no pool.
pub(crate) fn takes_none(plan: &Plan, selector: &str) -> bool {
    let Some(requirements) = Requirement::parse(selector) else {
        return false;
    };
    let may_take = |pool: &NodePool| requirements.iter().all(|own| may_meet(plan, pool, own));
    !plan.node_pools.is_empty() && !plan.node_pools.iter().any(may_take)
}

fn may_take_term(plan: &Plan, pool: &NodePool, term: &NodeSelectorTerm) -> bool {
    let mut requirements = term.requirements();
    !term.is_empty() && requirements.all(|own| may_meet(plan, pool, own))
}

/// Whether nodes of a pool may meet a requirement. A label that neither the cluster nor its cloud sets is there only if
/// the configuration says so.
fn may_meet(plan: &Plan, pool: &NodePool, own: &Requirement) -> bool {
    let wants_it = matches!(own.operator, Operator::In(_) | Operator::Exists);
    holds(plan, pool, own).unwrap_or(!wants_it || may_be_set_by_others(&own.key))
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
