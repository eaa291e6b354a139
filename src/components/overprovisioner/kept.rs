//! The nodes that placeholders keep running.
//!
//! The autoscaler removes a node only if its pods fit on others. A placeholder that needs a node of its own does not
//! fit on a node that has one already, so as many nodes stay as there are such placeholders, however little else runs
//! on them.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/simulator/cluster.go`, `SimulateNodeRemoval`.

use std::cmp::Reverse;

use super::fits::placeholders_on_node;
use super::pools::pools_of;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::plan::{NodePool, Plan};

/// Nodes by pool, in the order of the plan: those that always run, and those that placeholders add. Nodes for pods on
/// Spot come on top.
#[derive(Clone, Debug)]
pub(crate) struct Kept<'p>(Vec<(&'p NodePool, i64)>);

impl PartialEq for Kept<'_> {
    fn eq(&self, other: &Self) -> bool {
        let own = self.0.iter().map(|(pool, count)| (&pool.name, count));
        own.eq(other.0.iter().map(|(pool, count)| (&pool.name, count)))
    }
}

impl<'p> Kept<'p> {
    /// The nodes that the autoscaler adds while all pools have capacity; `None` if it may choose between nodes of
    /// different sizes, or if facts are missing.
    pub(crate) fn expected(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        let tier = |pool: &NodePool| Reverse(pool.tier());
        let small = Self::of(plan, placeholder, |pool| (tier(pool), vcpus(pool)))?;
        let large = Self::of(plan, placeholder, |pool| {
            (tier(pool), vcpus(pool).map(|count| -count))
        })?;
        (small == large).then_some(small)
    }

    /// The fewest nodes that it may add, whichever pools have capacity.
    pub(crate) fn least(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        Self::of(plan, placeholder, vcpus)
    }

    /// The most nodes that it may add.
    pub(crate) fn most(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        Self::of(plan, placeholder, |pool| Reverse(vcpus(pool)))
    }

    /// The fewest and the most nodes; both are the same if the expected number is known.
    pub(crate) fn range(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<(Self, Self)> {
        if let Some(expected) = Self::expected(plan, placeholder) {
            return Some((expected.clone(), expected));
        }
        Some((
            Self::least(plan, placeholder)?,
            Self::most(plan, placeholder)?,
        ))
    }

    /// Whether placeholders fit on the minimum number of nodes of their pools.
    pub(super) fn fits_the_minimum(plan: &Plan, placeholder: &Placeholder) -> Option<bool> {
        let wanted = base_replicas(placeholder)?;
        let slots = pools_of(plan, placeholder)
            .map(|pool| Some(placeholders_on_node(plan, placeholder, pool)? * pool.nodes?.min));
        Some(slots.sum::<Option<i64>>()? >= wanted)
    }

    /// The minimum nodes of the pools, which placeholders fill first, and then further nodes of the pools in the order
    /// of `key`, each up to its maximum.
    fn of<K: Ord>(
        plan: &'p Plan,
        placeholder: &'p Placeholder,
        key: impl Fn(&NodePool) -> K,
    ) -> Option<Self> {
        // Pods below the limit keep no node.
        // Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md, "How does Cluster Autoscaler work with Pod Priority and
        // Preemption?"
        if placeholder.priority_class.value < plan.autoscaler.expendable_cutoff() {
            return None;
        }
        let mut left = base_replicas(placeholder).filter(|count| *count > 0)?;
        let mut pools = Vec::new();
        for (at, pool) in pools_of(plan, placeholder).enumerate() {
            let each = placeholders_on_node(plan, placeholder, pool)?;
            if each > 0 {
                let min = pool.nodes.map_or(0, |range| range.min);
                left = (left - each.saturating_mul(min)).max(0);
                pools.push((at, pool, each, min));
            }
        }
        pools.sort_by_key(|(_, pool, ..)| key(pool));
        for (_, pool, each, count) in &mut pools {
            let most = pool.nodes.map_or(i64::MAX, |range| range.max - range.min);
            let more = ((left + *each - 1) / *each).min(most.max(0));
            left = (left - more.saturating_mul(*each)).max(0);
            *count += more;
        }
        pools.sort_by_key(|(at, ..)| *at);
        let kept = pools.into_iter().filter(|(.., count)| *count > 0);
        let kept: Vec<_> = kept.map(|(_, pool, _, count)| (pool, count)).collect();
        (!kept.is_empty()).then_some(Self(kept))
    }

    /// The pools of these nodes.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &'p NodePool> {
        self.0.iter().map(|(pool, _)| *pool)
    }

    /// The pools of which more nodes are kept than always run.
    pub(crate) fn above_minimum(&self) -> impl Iterator<Item = &'p NodePool> {
        let above =
            |(pool, count): &&(&NodePool, i64)| pool.nodes.is_some_and(|range| range.min < *count);
        self.0.iter().filter(above).map(|(pool, _)| *pool)
    }

    fn nodes(&self) -> i64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// `None` if the size of a node is unknown.
    fn vcpus(&self) -> Option<i64> {
        self.0
            .iter()
            .map(|(pool, count)| Some(count * vcpus(pool)?))
            .sum()
    }

    /// The number of nodes, and of vCPUs if known: `2 nodes (8 vCPU)`.
    pub(crate) fn amount(&self) -> String {
        match self.vcpus() {
            Some(vcpus) => format!("{} ({vcpus} vCPU)", counted(self.nodes())),
            None => counted(self.nodes()),
        }
    }

    /// A range from this to another: `5 nodes (20 to 36 vCPU)`.
    pub(crate) fn amount_to(&self, most: &Self) -> String {
        match (self.vcpus(), most.vcpus()) {
            _ if self.amount() == most.amount() => self.amount(),
            (Some(least), Some(vcpus)) if self.nodes() == most.nodes() => {
                format!("{} ({least} to {vcpus} vCPU)", counted(self.nodes()))
            }
            _ => format!("{} to {}", self.amount(), most.amount()),
        }
    }
}

/// `1 node`, `2 nodes`.
pub(crate) fn counted(nodes: i64) -> String {
    match nodes {
        1 => "1 node".to_owned(),
        nodes => format!("{nodes} nodes"),
    }
}

/// `1 of spot1 and 4 of spot2`.
impl std::fmt::Display for Kept<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (pool, count)) in self.0.iter().enumerate() {
            let join = match at {
                0 => "",
                at if at + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{join}{count} of {}", pool.name)?;
        }
        Ok(())
    }
}

/// vCPUs of a node: the allocatable CPU, rounded up, since less than one vCPU is reserved.
fn vcpus(pool: &NodePool) -> Option<i64> {
    let allocatable = pool.allocatable.as_ref()?;
    Some((allocatable.cpu.millis() + 999) / 1000)
}

/// The minimum number of placeholders; `None` if the autoscaler's parameters do not set it.
pub(super) fn base_replicas(placeholder: &Placeholder) -> Option<i64> {
    match &placeholder.scaling {
        None => placeholder.replicas.map(i64::from),
        Some(scaling) => match &scaling.control {
            Control::Ladder(ladder) => ladder.nodes_to_replicas.first().map(|step| step[1].get()),
            Control::Linear(_) => None,
        },
    }
}
