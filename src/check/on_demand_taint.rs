//! On-demand pools without a taint that the scheduler would count.

use super::findings::Findings;
use crate::config::pointers;
use crate::kubernetes::Taint;
use crate::model::capacity;
use crate::plan::Plan;
use crate::source::Span;

/// An on-demand pool that the scheduler has no reason to avoid, and where its taints are written.
pub(super) fn not_avoided<'p>(plan: &'p Plan, findings: &Findings<'_>) -> Option<(Span, &'p str)> {
    let candidates = capacity::failover_pools(plan);
    let at = plan.node_pools.iter().position(|pool| {
        let is_avoided = pool.taints.iter().any(Taint::is_soft);
        !is_avoided && candidates.iter().any(|other| other.name == pool.name)
    })?;
    let taints = pointers::pool(at).child("taints");
    let pointer = match findings.document.node(&taints) {
        Some(_) => taints,
        None => pointers::pool(at).child("name"),
    };
    Some((findings.locate(&pointer), &plan.node_pools[at].name))
}
