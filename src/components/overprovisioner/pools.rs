//! The node pools of placeholders.

use super::{Placeholder, Target};
use crate::config::OsType;
use crate::plan::{NodePool, Plan};

/// The pools whose nodes can run placeholders: their image needs Linux.
pub(super) fn linux(pools: &[NodePool]) -> Vec<&NodePool> {
    pools
        .iter()
        .filter(|pool| pool.os_type == OsType::Linux)
        .collect()
}

/// The Spot pools among them.
pub(super) fn spot_pools(pools: &[NodePool]) -> impl Iterator<Item = &NodePool> {
    let linux = linux(pools).into_iter();
    linux.filter(|pool| pool.is_spot() && !pool.is_for_its_hardware)
}

/// The pools of a target: of Spot, those whose hardware nobody has to ask for.
pub(super) fn chosen<'a>(
    target: &'a Target,
    pools: &'a [NodePool],
) -> impl Iterator<Item = &'a NodePool> {
    linux(pools).into_iter().filter(move |pool| match target {
        Target::Spot => pool.is_spot() && !pool.is_for_its_hardware,
        Target::Pools(names) => names.contains(&pool.name),
    })
}

/// The pools whose nodes can run a placeholder.
pub(crate) fn pools_of<'p>(
    plan: &'p Plan,
    placeholder: &'p Placeholder,
) -> impl Iterator<Item = &'p NodePool> {
    let names_pools = placeholder.target != Target::Spot;
    // Its image needs Linux.
    placeholder
        .target
        .pools(plan)
        .filter(move |pool| pool.os_type == OsType::Linux)
        .filter(move |pool| names_pools || !pool.is_for_its_hardware)
}
