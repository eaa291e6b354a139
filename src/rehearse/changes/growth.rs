//! Node pools that may have more nodes.

use super::trial::Trial;
use crate::plan::NodePool;

/// Pools and the most nodes that each may have now.
#[derive(Clone, Debug)]
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

    /// The fewest nodes that do as well as what is known to be `enough`: more than `too_few`, and no more than `most`.
    pub(super) fn fewest<R>(
        &self,
        (mut too_few, mut most): (i64, i64),
        mut enough: (Trial, R),
        mut does_as_well: impl FnMut(&Trial) -> Option<R>,
    ) -> (Trial, R) {
        while most - too_few > 1 {
            let half = too_few + (most - too_few) / 2;
            let fewer = Trial {
                set: self.by(half),
                ..Trial::default()
            };
            match does_as_well(&fewer) {
                Some(found) => (enough, most) = ((fewer, found), half),
                None => too_few = half,
            }
        }
        enough
    }
}
