//! A node pool.

use serde::Serialize;

use crate::config::{Capacity, EvictionPolicy, Mode, OsType, Price};
use crate::kubernetes::{Labels, Resources, Taint, Toleration};
use crate::providers::Architecture;
use crate::values::Number;

#[derive(Clone, Debug)]
pub struct NodePool {
    pub name: String,
    pub capacity: Capacity,
    pub mode: Mode,
    pub os_type: OsType,
    pub vm_size: Option<String>,
    /// None where it is not known.
    pub architecture: Option<Architecture>,
    /// GPUs of one node; none where that is not known.
    pub gpus: Option<i64>,
    pub zones: Vec<String>,
    pub nodes: Option<NodeRange>,
    /// The most pods on one node; none where that is not known.
    pub max_pods: Option<i64>,
    /// The on-demand nodes of a Spot pool that has both.
    pub on_demand_part: Option<OnDemandPart>,
    /// Whether its on-demand nodes may lack the label of its Spot nodes: it is declared to be that, and not to be one of all
    /// its nodes.
    pub base_may_lack_spot_label: bool,
    /// Those of the pool, with its Spot label where the provider does not set that.
    pub labels: Labels,
    /// The label by which its nodes are known as Spot; `None` where they are not.
    pub spot_label: Option<(String, String)>,
    /// Those of the provider and those of the pool.
    pub taints: Vec<Taint>,
    /// Whether the provider's taint of its hardware keeps pods off that do not ask for that: pods with GPUs, or on ARM
    /// beside other Spot pools.
    pub is_for_its_hardware: bool,
    /// The pattern of the node group's name.
    pub node_group: String,
    /// A name that its node group can have.
    pub node_group_sample: String,
    pub eviction_policy: Option<EvictionPolicy>,
    pub max_price: Option<Number>,
    /// What one node costs; none where that is not said.
    pub price: Option<Price>,
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

    /// What stays of a Spot pool with on-demand nodes when all Spot is lost: those nodes. None where it has no such nodes.
    pub fn without_spot(&self) -> Option<Self> {
        let part = self.on_demand_part.filter(|_| self.is_spot())?;
        let nodes = self.nodes.map(|range| NodeRange {
            min: part.of(range.min),
            max: part.of(range.max),
        });
        let is_any = nodes.map_or(part.base > 0 || part.percentage > 0, |range| range.max > 0);
        is_any.then(|| Self {
            nodes,
            ..self.clone()
        })
    }

    /// Whether its nodes have a label, for all that is declared of the pool.
    pub fn has_label(&self, key: &str, value: &str) -> bool {
        let is_spot_label = |(own, text): &(String, String)| own == key && text == value;
        self.labels.get(key).is_some_and(|own| own == value)
            || self.spot_label.as_ref().is_some_and(is_spot_label)
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

/// How many nodes of a Spot pool are on-demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnDemandPart {
    /// The first nodes.
    pub base: i64,
    /// Of all further ones.
    pub percentage: i64,
}

impl OnDemandPart {
    /// How many of `nodes` are on-demand. A part of a node counts as one.
    /// Source: `docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html`.
    pub fn of(self, nodes: i64) -> i64 {
        let above = (nodes - self.base).max(0);
        let share = above.saturating_mul(self.percentage).saturating_add(99) / 100;
        self.base.min(nodes).saturating_add(share)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NodeRange {
    pub min: i64,
    pub max: i64,
}
