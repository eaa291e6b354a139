//! A node pool.

use serde::Serialize;

use crate::config::{Capacity, EvictionPolicy, Mode, OsType};
use crate::kubernetes::{Labels, Resources, Taint, Toleration};
use crate::values::Number;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodePool {
    pub name: String,
    pub capacity: Capacity,
    pub mode: Mode,
    pub os_type: OsType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeRange>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// Those of the provider and those of the pool.
    pub taints: Vec<Taint>,
    /// The pattern of the node group's name.
    pub node_group: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eviction_policy: Option<EvictionPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_price: Option<Number>,
    /// What pods can request on one empty node, after its `DaemonSet`s; unknown where nothing tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<Resources>,
    /// The same before its `DaemonSet`s.
    #[serde(skip)]
    pub allocatable: Option<Resources>,
    /// The patterns of the priority expander that take its node group, those of the highest tier first.
    #[serde(skip)]
    pub taken_by: Vec<TakenBy>,
}

impl NodePool {
    /// The tier that the priority expander puts it into; none where no pattern takes it.
    pub fn tier(&self) -> Option<u32> {
        self.taken_by.first().map(|taken| taken.priority)
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
pub struct TakenBy {
    pub priority: u32,
    pub pattern: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NodeRange {
    pub min: i64,
    pub max: i64,
}
