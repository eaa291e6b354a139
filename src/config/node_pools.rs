use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::labels::Labels;
use super::resources::ResourceList;
use crate::values::{Int, LabelValue, Number, PoolName, TaintText};

/// A node pool, as the cloud and the cluster autoscaler know it.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodePool {
    /// The pool's name at the provider.
    pub name: PoolName,
    /// Whether the cloud may take its nodes back at any time.
    pub capacity: Capacity,
    /// `System` pools hold the cluster's own pods; Spot pools are always `User`.
    #[serde(default)]
    pub mode: Mode,
    #[serde(default)]
    pub os_type: OsType,
    /// The VM size (`Standard_D4s_v5`), from which CPU and memory of a node are taken.
    #[serde(default)]
    pub vm_size: Option<String>,
    /// Availability zones of the pool.
    #[serde(default)]
    pub zones: Vec<LabelValue>,
    /// How far the autoscaler scales the pool.
    #[serde(default)]
    pub nodes: Option<NodeRange>,
    /// Labels of the pool's nodes, besides those that the provider sets.
    #[serde(default)]
    pub labels: Labels,
    /// Taints of the pool's nodes (`key=value:Effect`), besides those that the provider sets. Default for on-demand
    /// user pools: `spotgen.dev/capacity=on-demand:PreferNoSchedule`; `[]` means none.
    #[serde(default)]
    pub taints: Option<Vec<TaintText>>,
    /// What holds for Spot pools on Azure only; it counts for nothing on other providers.
    #[serde(default)]
    pub spot: Option<SpotVm>,
    /// CPU and memory that pods can request on one node, where the VM size does not tell.
    #[serde(default)]
    pub allocatable: Option<ResourceList>,
    /// What `DaemonSet`s request on every node of the pool.
    #[serde(default)]
    pub daemon_set_overhead: Option<ResourceList>,
}

/// Whether the cloud may take nodes back at any time.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[schemars(inline)]
pub enum Capacity {
    Spot,
    OnDemand,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum Mode {
    #[default]
    User,
    System,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum OsType {
    #[default]
    Linux,
    Windows,
}

/// The largest number of nodes that a pool can declare: no cloud lets a pool have more.
pub(crate) const MOST_NODES: i64 = 5000;

/// How far the autoscaler scales a pool.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeRange {
    pub min: Int<0, MOST_NODES>,
    pub max: Int<0, MOST_NODES>,
}

/// What holds for Spot pools only; none of it can be changed after the pool was made.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotVm {
    /// What becomes of a VM that is taken away. Deallocated ones keep counting against the quota.
    #[serde(default)]
    pub eviction_policy: Option<EvictionPolicy>,
    /// The most to pay for an hour, in US dollars with up to five decimals; -1 (the default) pays up to the
    /// on-demand price and is never evicted for its price.
    #[serde(default)]
    pub max_price: Option<Number>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum EvictionPolicy {
    #[default]
    Delete,
    Deallocate,
}
