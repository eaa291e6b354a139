//! Changes the nodes by which placeholders are scaled.

use crate::check::findings::Findings;
use crate::components::overprovisioner::Target;
use crate::components::proportional_autoscaler::objects::node_labels;
use crate::config::pointers;
use crate::diagnostic::Fix;
use crate::model::node_labels::OWN_DOMAIN;
use crate::plan::{NodePool, Plan};

/// Counts the nodes of these pools; in manifests by the label that the cloud gives them.
pub(in crate::check) fn count(
    findings: &Findings<'_>,
    plan: &Plan,
    at: usize,
    pools: &[&NodePool],
) -> Result<Fix, &'static str> {
    let pointer = pointers::scaling(at).child("counting");
    let names: Vec<String> = pools.iter().map(|pool| pool.name.clone()).collect();
    if !findings.origin(&pointer).is_manifest() {
        return Ok(Fix::set(pointer, names));
    }
    if pools.iter().any(|pool| !is_labelled(plan, pool)) {
        return Err("no label is known by which the nodes of these pools could be selected");
    }
    let selector = node_labels(plan, &Target::Pools(names));
    findings.wherever(Fix::set(pointer, selector))
}

/// Whether the nodes of a pool have the label of their pool: a cloud sets its own.
fn is_labelled(plan: &Plan, pool: &NodePool) -> bool {
    let key = plan.provider.labels.pool;
    !key.starts_with(OWN_DOMAIN)
        || pool
            .labels
            .get(key)
            .is_some_and(|value| *value == pool.name)
}
