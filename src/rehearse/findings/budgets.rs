//! Budgets over pods.

use crate::simulate::run::Run;
use crate::simulate::world::OwnerId;

/// The rule about several budgets over the same pods.
pub(in crate::rehearse) const SEVERAL: &str = "overlapping-budgets";

/// How many budgets select the pods of an owner. With more than one, none of its pods can be evicted.
/// Source: kubernetes/kubernetes pkg/registry/core/pod/storage/eviction.go, `Create`.
pub(super) fn budgets_over(run: &Run, owner: OwnerId) -> usize {
    let world = &run.started.engine.world;
    let template = world.owners[owner.index()].template;
    let budgets = world.budgets.iter();
    budgets
        .filter(|own| world.selectors.selects(own.selector, template))
        .count()
}
