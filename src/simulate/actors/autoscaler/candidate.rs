//! One way for the cluster to grow, of which an expander chooses.

use crate::simulate::world::{GroupId, PodId};

/// One way to grow.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub group: GroupId,
    pub nodes: i64,
    pub pods: Vec<PodId>,
    pub waste: Waste,
    /// Groups of like machines that may take a part of the nodes.
    pub similar: Vec<GroupId>,
}

/// Shares of CPU and of memory that stay free on all new nodes, added up.
#[derive(Clone, Copy, Debug)]
pub struct Waste(pub(super) f64);

#[cfg(test)]
impl Waste {
    pub fn of_thousandths(count: i64) -> Self {
        Self(f64::from(i32::try_from(count).expect("a small number")) / 1000.0)
    }
}

impl PartialEq for Waste {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waste {}

impl PartialOrd for Waste {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waste {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
