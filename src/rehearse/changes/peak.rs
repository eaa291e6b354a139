//! How many nodes the pools had at most.

use std::collections::BTreeMap;

use crate::simulate::run::Run;

/// The most nodes that each pool had at once, from the request for a machine to its end.
pub(super) type Peak = BTreeMap<String, i64>;

/// The most nodes of each pool in a run.
pub(super) fn peak(run: &Run) -> Peak {
    let groups = &run.started.engine.world.groups;
    let watch = run.started.watch.borrow();
    let mut changes: BTreeMap<&str, Vec<(i64, i64)>> = BTreeMap::new();
    for node in &watch.nodes {
        let Some(group) = node.group else {
            continue;
        };
        let own = changes.entry(&groups[group.index()].pool).or_default();
        own.push((node.asked, 1));
        own.extend(node.gone.map(|gone| (gone, -1)));
    }
    let most = |mut own: Vec<(i64, i64)>| {
        own.sort_unstable();
        let mut count = 0;
        let counts = own.into_iter().map(|(_, change)| {
            count += change;
            count
        });
        counts.max().unwrap_or(0)
    };
    let each = changes.into_iter();
    each.map(|(pool, own)| (pool.to_owned(), most(own)))
        .collect()
}
