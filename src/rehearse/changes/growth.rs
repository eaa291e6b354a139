//! Node pools that may have more nodes.

use super::peak::Peak;
use crate::plan::NodePool;

/// Pools and the most nodes that each may have now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Growth(Vec<(String, i64)>);

impl Growth {
    /// Of these pools; of several, those on on-demand, which are there when Spot is not. None where no pool is scaled.
    pub(super) fn of(pools: &[NodePool], full: &[String]) -> Option<Self> {
        let mut named: Vec<&NodePool> = pools
            .iter()
            .filter(|pool| full.contains(&pool.name))
            .collect();
        if named.iter().any(|pool| !pool.is_spot()) {
            named.retain(|pool| !pool.is_spot());
        }
        let ranges = named.into_iter();
        let ranges = ranges.filter_map(|pool| Some((pool.name.clone(), pool.nodes?.max.max(1))));
        let own: Vec<(String, i64)> = ranges.collect();
        (!own.is_empty()).then_some(Self(own))
    }

    /// The most nodes of the largest pool.
    pub(super) fn largest(&self) -> i64 {
        self.0.iter().map(|(_, most)| *most).max().unwrap_or(1)
    }

    /// What to set so that the largest pool may have so many more, and the others in proportion.
    pub(super) fn by(&self, more: i64) -> Vec<String> {
        let largest = self.largest();
        let each = self.0.iter();
        each.map(|(name, most)| {
            let own = most.saturating_mul(more).saturating_add(largest - 1) / largest;
            format!(
                "spec.nodePools.{name}.nodes.max={}",
                most.saturating_add(own)
            )
        })
        .collect()
    }

    /// How many more the largest pool must be allowed, at most `most`, for each pool to have as many nodes as it had then.
    pub(super) fn reaching(&self, peak: &Peak, most: i64) -> i64 {
        let largest = self.largest();
        let each = self.0.iter().map(|(name, own)| {
            let lacking = (peak.get(name).copied().unwrap_or(0) - own).max(0);
            // Its share of the growth is rounded up.
            (lacking - 1).max(0).saturating_mul(largest) / own + i64::from(lacking > 0)
        });
        each.max().unwrap_or(0).min(most)
    }
}
