//! The target nodes of placeholders.

use serde::Serialize;

use crate::plan::{NodePool, Plan};

/// The nodes that placeholders are pinned to, or that an autoscaler counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// Every Spot node.
    Spot,
    /// The nodes of these pools.
    Pools(Vec<String>),
}

impl Target {
    /// The pools of this target.
    pub fn pools<'p>(&'p self, plan: &'p Plan) -> impl Iterator<Item = &'p NodePool> {
        plan.node_pools.iter().filter(move |pool| match self {
            Self::Spot => pool.is_spot(),
            Self::Pools(names) => names.contains(&pool.name),
        })
    }
}
