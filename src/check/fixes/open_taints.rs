//! Opens a pool to workloads.

use crate::config::pointers;
use crate::diagnostic::Edit;
use crate::plan::Plan;

/// Keeps the declared taints that workloads tolerate. If none is left, removes the key, so the automatic taint remains.
pub(in crate::check) fn edit(plan: &Plan, at: usize) -> Edit {
    let pointer = pointers::pool(at).child("taints");
    let automatic = plan.automatic_taint();
    let taints = plan.node_pools[at].taints.iter();
    let own = taints.filter(|taint| plan.tolerates(taint) && automatic.as_ref() != Some(*taint));
    let left: Vec<String> = own
        .map(|taint| taint.to_string().trim_matches('`').to_owned())
        .collect();
    if left.is_empty() {
        Edit::Remove { pointer }
    } else {
        Edit::Set {
            pointer,
            value: left.into(),
        }
    }
}
