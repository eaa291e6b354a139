//! Removes a manifest's own requirement for Spot.

use crate::diagnostic::{Edit, ManifestEdit, Pointer};
use crate::kubernetes::{Labels, REQUIRED};
use crate::manifests::{ManifestWorkload, NodeExpression, NodeSelectorTerm, pod_spec_pointer};
use crate::model::{is_open_to, spot_terms};
use crate::plan::{NodePool, Plan};

/// Removes the requirement; `None` if labels other than the Spot label also restrict the pods to Spot.
pub(in crate::check) fn take_out(
    plan: &Plan,
    found: &ManifestWorkload,
) -> Option<Vec<ManifestEdit>> {
    let selector = pod_spec_pointer(found.kind).child("nodeSelector");
    let (mut others, mut edits) = (Labels::new(), Vec::new());
    for (key, value) in found.node_selector.iter() {
        if spot_terms::is_spot_label(plan, key, value) {
            let pointer = selector.child(key);
            edits.push(Edit::Remove { pointer });
        } else {
            others.insert(key.clone(), value.clone());
        }
    }
    let mut terms = found.existing.required_nodes.clone();
    if terms.iter().all(|term| spot_terms::names_spot(plan, term)) {
        edits.extend(relax(plan, &required(found), &mut terms));
    }
    let object = found.locations.name;
    let edits = edits.into_iter().map(|edit| ManifestEdit { object, edit });
    let is_open = |pool: &NodePool| is_open_to(plan, pool, found);
    let is_out = !spot_terms::require_spot(plan, &others, &terms, is_open);
    let edits: Vec<ManifestEdit> = edits.collect();
    (is_out && !edits.is_empty()).then_some(edits)
}

fn node_affinity(found: &ManifestWorkload) -> Pointer {
    let pod = pod_spec_pointer(found.kind);
    pod.child("affinity").child("nodeAffinity")
}

fn required(found: &ManifestWorkload) -> Pointer {
    node_affinity(found).child(REQUIRED)
}

/// Removes Spot from every term. A node has to match only one term, so a term that requires nothing else allows all
/// nodes, and the whole list is removed.
fn relax(plan: &Plan, required: &Pointer, terms: &mut Vec<NodeSelectorTerm>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (at, term) in terms.iter_mut().enumerate() {
        let is_of_spot = |expression: &NodeExpression| {
            let requirement = expression.requirement.as_ref();
            requirement.is_some_and(|own| spot_terms::is_of_spot(plan, own))
        };
        let pointer = required.child("nodeSelectorTerms").child(at);
        // From the last one, so that the indices of the others stay valid.
        for number in (0..term.expressions.len()).rev() {
            if is_of_spot(&term.expressions[number]) {
                edits.push(Edit::Remove {
                    pointer: pointer.child("matchExpressions").child(number),
                });
            }
        }
        term.expressions
            .retain(|expression| !is_of_spot(expression));
        if term.is_empty() {
            terms.clear();
            let pointer = required.clone();
            return vec![Edit::Remove { pointer }];
        }
    }
    edits
}
