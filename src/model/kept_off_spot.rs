//! Why pods can never be on Spot, whatever the plan says of them.

use super::node_labels;
use super::workload_view::WorkloadView;
use crate::plan::{NodePool, Plan};

/// What keeps the pods of a manifest off every Spot pool that is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptOff<'a> {
    /// They request this kind of GPU, and no Spot pool that their labels allow has it.
    Gpu(&'a str),
    /// Their own `nodeSelector` or required node affinity.
    Labels,
    /// Taints of the Spot pools that they do not tolerate, of some pools or of all.
    Taints,
}

impl KeptOff<'_> {
    /// The reason in words.
    pub(crate) fn why(self) -> String {
        match self {
            Self::Gpu(gpu) => format!("it requests `{gpu}`, and no Spot pool has such GPUs"),
            Self::Labels => {
                "its own `nodeSelector` or required node affinity excludes Spot".to_owned()
            }
            Self::Taints => {
                "it does not tolerate the taints of any Spot pool that its manifest allows"
                    .to_owned()
            }
        }
    }
}

impl<'a> WorkloadView<'a> {
    /// What keeps its pods off every Spot pool; none where they may be on one, where no Spot pool is listed, or where it
    /// is not known what the manifest says.
    pub(crate) fn kept_off_spot(self, plan: &Plan) -> Option<KeptOff<'a>> {
        let found = self.found?;
        let spot = || plan.node_pools.iter().filter(|pool| pool.is_spot());
        spot().next()?;
        let allows = |pool: &NodePool| node_labels::allows(plan, pool, found) != Some(false);
        if !spot().any(allows) {
            return Some(
                self.gpu_off_spot(plan)
                    .map_or(KeptOff::Labels, KeptOff::Gpu),
            );
        }
        let may_be_on = |pool: &NodePool| allows(pool) && self.tolerates_all(plan, pool);
        let is_known = self.has_known_placement();
        (is_known && !spot().any(may_be_on)).then_some(KeptOff::Taints)
    }
}
