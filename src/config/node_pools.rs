#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::labels::Labels;
use super::resources::ResourceList;
use super::zones;
use crate::values::{Int, LabelValue, Number, PoolName, TaintText};

/// A node pool of the cluster.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodePool {
    /// Name of the pool at the provider. On AKS: 1 to 12 lower-case letters and digits (Windows: 6), a letter first. On
    /// `generic`, the name of the node group.
    /// Example: `spot1`.
    pub name: PoolName,
    /// How the nodes are bought. `Spot`: the cloud may take them back at any time. `OnDemand`: they stay until they are
    /// scaled down. Example: `Spot`.
    pub capacity: Capacity,
    /// `System` pools run the cluster's own pods, `User` pools run workloads. A Spot pool is always `User`. Default:
    /// `User`. Example: `System`.
    #[serde(default)]
    pub mode: Mode,
    /// Operating system of the nodes. Default: `Linux`. Example: `Windows`.
    #[serde(default)]
    pub os_type: OsType,
    /// VM size of the nodes. On AKS, EKS and GKE, CPU and memory of a node follow from it; on other providers, set
    /// `allocatable`. Default: unknown, so checks of capacity need `allocatable`. Example: `Standard_D4s_v5`.
    #[serde(default)]
    pub vm_size: Option<String>,
    /// What container images for the nodes must be built for. Default: that of `vmSize`, if that is known. Example:
    /// `arm64`.
    #[serde(default)]
    pub architecture: Option<Architecture>,
    /// GPUs of one node that pods can request, such as `nvidia.com/gpu`. Default: those of `vmSize`, if that is known.
    /// Example: `1`.
    #[serde(default)]
    pub gpus: Option<Int<0, MOST_GPUS>>,
    /// Availability zones of the pool, by name or by number. Default: none. Example: `[1, 2, 3]`.
    #[serde(default, deserialize_with = "zones::read")]
    #[cfg_attr(test, schemars(schema_with = "zones::schema"))]
    pub zones: Vec<LabelValue>,
    /// The range in which the cluster autoscaler scales the pool. Default: unknown; `--format azure-cli` then leaves
    /// the range alone. Example: `{min: 0, max: 10}`.
    #[serde(default)]
    pub nodes: Option<NodeRange>,
    /// Labels of the nodes, besides those that the provider sets. Default: none. Example: `{team: shop}`.
    #[serde(default)]
    pub labels: Labels,
    /// Taints of the nodes (`key=value:Effect` or `key:Effect`), besides those that the provider sets. `[]` means none
    /// at all: on a Spot pool of AKS, it says that something removes the taint that AKS sets; on GKE, that ARM nodes are
    /// made without theirs (`--node-architecture-taint-behavior=none`) or GPU nodes without theirs. Default:
    /// `["spotgen.dev/capacity=on-demand:PreferNoSchedule"]` on on-demand pools with `mode: User`, none on others.
    /// Example: `["team=shop:NoSchedule"]`.
    #[serde(default)]
    pub taints: Option<Vec<TaintText>>,
    /// The label by which Spot nodes of this pool are known, and no on-demand node. For nodes that the provider does not
    /// label, such as those of kOps and of self-managed groups. Default: the label that the provider sets; on
    /// `generic`, `spotgen.dev/capacity: spot`. Example: `{node.kubernetes.io/lifecycle: spot}`.
    #[serde(default)]
    pub spot_label: Option<Labels>,
    /// The node group of the pool, as the cluster autoscaler names it: its exact name, or a regular expression (RE2)
    /// that matches this group alone. Default: the name that the provider gives it; on `generic`, the name of the pool.
    /// Example: `nodes-spot.prod.example.com`.
    #[serde(default)]
    pub node_group: Option<String>,
    /// The on-demand nodes of a group that has both: an Auto Scaling group with a mixed instances policy. Its nodes have
    /// the same labels and taints. Only with `capacity: Spot`. Default: all nodes are Spot. Example:
    /// `{onDemandBaseCapacity: 2, onDemandPercentageAboveBaseCapacity: 25}`.
    #[serde(default)]
    pub instances_distribution: Option<InstancesDistribution>,
    /// Settings of Azure Spot VMs, for pools with `capacity: Spot`. Other providers ignore it. Default: the defaults of
    /// its keys. Example: `{evictionPolicy: Delete, maxPrice: -1}`.
    #[serde(default)]
    pub spot: Option<SpotVm>,
    /// The most pods on one node, those of `DaemonSet`s included. Default: 110 on GKE and on `generic`; unknown on AKS,
    /// where it depends on the network plugin, and on EKS, where it depends on the instance type. Example: `110`.
    #[serde(default)]
    pub max_pods: Option<Int<1, MOST_PODS>>,
    /// Allocatable CPU and memory of one node. Default: calculated from `vmSize` on AKS, EKS and GKE, otherwise
    /// unknown. Example: `{cpu: "7", memory: 28Gi}`.
    #[serde(default)]
    pub allocatable: Option<ResourceList>,
    /// What one node costs, for the figures of `spotgen simulate`. Default: unknown. Example: `{perHour: 0.192, currency:
    /// USD}`.
    #[serde(default)]
    pub price: Option<Price>,
    /// CPU and memory that `DaemonSet` pods request on each node. Default: 400m CPU and 512Mi memory. Example: `{cpu:
    /// 500m, memory: 1Gi}`.
    #[serde(default)]
    pub daemon_set_overhead: Option<ResourceList>,
}

/// What one node costs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Price {
    /// The price of an hour. Example: `0.192`.
    pub per_hour: Number,
    /// The currency. Amounts of different currencies are not added up. Default: `USD`. Example: `EUR`.
    #[serde(default)]
    pub currency: Option<String>,
}

/// How nodes are bought: whether the cloud may take them back at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum Capacity {
    Spot,
    OnDemand,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum Mode {
    #[default]
    User,
    System,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum OsType {
    #[default]
    Linux,
    Windows,
}

/// The processors of nodes, as the label `kubernetes.io/arch` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, schemars(inline))]
pub enum Architecture {
    Amd64,
    Arm64,
}

/// More pods than a node of any cloud takes.
pub(crate) const MOST_PODS: i64 = 1000;

/// How a group with instances of both kinds divides them, in the words of the EC2 Auto Scaling API and of eksctl.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstancesDistribution {
    /// The first nodes of the group, which are on-demand. Default: 0. Example: `2`.
    #[serde(default)]
    pub on_demand_base_capacity: Option<Int<0, MOST_NODES>>,
    /// The percentage of on-demand nodes among all further ones. Default: 0. Example: `25`.
    #[serde(default)]
    pub on_demand_percentage_above_base_capacity: Option<Int<0, 100>>,
}

/// More GPUs than a node of any cloud has.
pub(crate) const MOST_GPUS: i64 = 128;

/// The largest number of nodes that a pool can declare. No cloud allows more.
pub(crate) const MOST_NODES: i64 = 5000;

/// The range in which the cluster autoscaler scales a pool.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeRange {
    /// The fewest nodes. At least 1 in a `System` pool on AKS. Example: `0`.
    pub min: Int<0, MOST_NODES>,
    /// The most nodes. At most 1000 on AKS. Example: `10`.
    pub max: Int<0, MOST_NODES>,
    /// What the two numbers are counted over: the whole pool, or each of its zones. Default: `Zone` on GKE, as `gcloud
    /// --min-nodes` and `--max-nodes` count, `Pool` elsewhere. Example: `Pool`.
    #[serde(default)]
    pub per: Option<Per>,
}

/// Over what nodes are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum Per {
    Pool,
    Zone,
}

/// Settings of Azure Spot VMs. None of them can change after the pool is created.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotVm {
    /// What happens to an evicted VM. `Delete` removes it; `Deallocate` keeps it, and it continues to count against the
    /// quota. Default: `Delete`. Example: `Deallocate`.
    #[serde(default)]
    pub eviction_policy: Option<EvictionPolicy>,
    /// Highest price per hour, in US dollars with at most five decimals. -1 pays up to the on-demand price, and VMs are
    /// never evicted for their price. Default: -1. Example: `0.31415`.
    #[serde(default)]
    pub max_price: Option<Number>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum EvictionPolicy {
    #[default]
    Delete,
    Deallocate,
}
