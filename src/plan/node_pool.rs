//! A node pool.

use serde::Serialize;

use crate::config::{Capacity, EvictionPolicy, Mode, OsType};
use crate::kubernetes::{Labels, Resources, Taint, Toleration};
use crate::values::Number;

#[derive(Clone, Debug)]
pub struct NodePool {
    pub name: String,
    pub capacity: Capacity,
    pub mode: Mode,
    pub os_type: OsType,
    pub vm_size: Option<String>,
    pub zones: Vec<String>,
    pub nodes: Option<NodeRange>,
    pub labels: Labels,
    /// Those of the provider and those of the pool.
    pub taints: Vec<Taint>,
    /// The pattern of the node group's name.
    pub node_group: String,
    pub eviction_policy: Option<EvictionPolicy>,
    pub max_price: Option<Number>,
    /// What pods can request on one empty node, after its `DaemonSet`s; unknown where nothing tells.
    pub free: Option<Resources>,
    /// The same before its `DaemonSet`s.
    pub allocatable: Option<Resources>,
    /// The patterns of the priority expander that take its node group, those of the highest tier first.
    pub matched_by: Vec<MatchedBy>,
}

impl NodePool {
    /// The tier that the priority expander puts it into; none where no pattern takes it.
    pub fn tier(&self) -> Option<u32> {
        self.matched_by.first().map(|taken| taken.priority)
    }

    pub fn is_spot(&self) -> bool {
        self.capacity == Capacity::Spot
    }

    /// Whether its taints keep no pod away that has these tolerations.
    pub fn lets_on(&self, tolerations: &[Toleration]) -> bool {
        self.taints.iter().all(|taint| taint.lets_on(tolerations))
    }

    /// Whether it has the operating system that workloads are taken to need, of these pools: Linux wherever there is one.
    pub fn has_their_system(&self, all: &[Self]) -> bool {
        self.os_type == OsType::Linux || !all.iter().any(|other| other.os_type == OsType::Linux)
    }
}

/// A pattern of a tier, by its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchedBy {
    pub priority: u32,
    pub pattern: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NodeRange {
    pub min: i64,
    pub max: i64,
}
