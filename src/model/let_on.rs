//! Which taints let the pods of a manifest on, whoever gives them the toleration.

use crate::kubernetes::{Effect, Operator, Requirement, Taint, Toleration, stable};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm};
use crate::plan::{NodePool, Plan};

/// Whether no taint of a pool keeps off pods with these tolerations, besides those of all workloads.
pub(crate) fn is_open(plan: &Plan, pool: &NodePool, tolerations: &[Toleration]) -> bool {
    let mut taints = pool.taints.iter();
    taints.all(|taint| plan.tolerates(taint) || taint.lets_on(tolerations))
}

/// The same of the pods of a manifest.
pub(crate) fn is_open_to(plan: &Plan, pool: &NodePool, found: &ManifestWorkload) -> bool {
    let tolerations = &found.existing.tolerations;
    let mut taints = pool.taints.iter();
    taints.all(|taint| {
        plan.tolerates(taint) || taint.lets_on(tolerations) || is_let_on(plan, taint, found)
    })
}

/// Whether the pods of a manifest get a toleration of a taint of their nodes' hardware as they are created, for what they
/// ask for: GPUs, or the architecture.
///
/// Sources: kubernetes/kubernetes plugin/pkg/admission/extendedresourcetoleration/admission.go;
/// docs.cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment: GKE adds the toleration to what
/// asks for ARM nodes by node selector or node affinity.
pub(crate) fn is_let_on(plan: &Plan, taint: &Taint, found: &ManifestWorkload) -> bool {
    let known = &plan.provider.taints;
    let is_of_gpus = known.gpu.is_some()
        && found.gpu.as_ref() == Some(&taint.key)
        && taint.effect == Effect::NoSchedule;
    let is_of_arm = known.arm.is_some_and(|arm| Taint::known(arm) == *taint);
    is_of_gpus
        || is_of_arm
            && taint
                .value
                .as_ref()
                .is_some_and(|value| asks_for(found, &taint.key, value))
}

/// Whether a manifest lets its pods onto nodes with a label, and names it.
fn asks_for(found: &ManifestWorkload, key: &str, value: &str) -> bool {
    let terms = found.existing.required_nodes.iter();
    let mut of_terms = terms.flat_map(NodeSelectorTerm::requirements);
    let names = |own: &Requirement| match &own.operator {
        Operator::In(values) => stable(&own.key) == key && values.iter().any(|own| own == value),
        _ => false,
    };
    let mut selected = found.node_selector.iter();
    selected.any(|(own, text)| stable(own) == key && text == value) || of_terms.any(names)
}
