//! What the scheduler's scores make of a preference for Spot, at worst.
//!
//! The node with the highest sum of [points](super::score) wins. Two cases are the worst for Spot: a Spot node that the
//! pod fills up, and one at most half used that the autoscaler has tainted as a candidate for deletion. Both stand against
//! an empty on-demand node that nobody has tainted but its pool. `choice` does the arithmetic.

use std::fmt;

/// How far a Spot node is ahead of an on-demand node, plugin by plugin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lead {
    pub taint: i64,
    pub node_affinity: i64,
    pub pod_anti_affinity: i64,
    pub topology_spread: i64,
    pub free_resources: i64,
    pub balance: i64,
}

impl Lead {
    /// More than 0: Spot wins.
    pub(crate) fn margin(self) -> i64 {
        self.taint
            + self.node_affinity
            + self.pod_anti_affinity
            + self.topology_spread
            + self.free_resources
            + self.balance
    }
}

/// The sum, in words.
impl fmt::Display for Lead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "taint {:+}, node affinity {:+}, pod anti-affinity {:+}, topology spread {:+}, free resources {:+}, balance {:+}",
            self.taint,
            self.node_affinity,
            self.pod_anti_affinity,
            self.topology_spread,
            self.free_resources,
            self.balance
        )
    }
}

/// The two cases, as they are told.
pub(crate) const FULL: &str =
    "a Spot node that the pod fills up, compared with an empty on-demand node";
pub(crate) const CANDIDATE: &str = "an almost empty Spot node with the autoscaler's deletion taint, compared with an empty on-demand node";

/// The worst cases of a preference for Spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vote {
    /// The pod fills up a Spot node, which nobody needs less than that.
    pub full: Lead,
    /// The Spot node is so little used that the autoscaler would delete it, and says so by a taint; none where no Spot
    /// node is ever deleted, or pods tolerate that taint.
    pub candidate: Option<Lead>,
}

impl Vote {
    /// The worse case.
    pub(crate) fn worst(self) -> Lead {
        match self.candidate {
            Some(candidate) if candidate.margin() < self.full.margin() => candidate,
            _ => self.full,
        }
    }

    /// More than 0: Spot wins whatever happens.
    pub(crate) fn margin(self) -> i64 {
        self.worst().margin()
    }
}
