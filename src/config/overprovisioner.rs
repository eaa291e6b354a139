#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::one_of::word_or_list;
use super::{Capacity, Chart, ResourceList, Resources};
use crate::values::{DnsLabel, DnsSubdomain, Image, Int, Number, PoolName};

/// The overprovisioner: low-priority placeholder pods that reserve headroom and trigger scale-ups.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overprovisioner {
    /// Whether to install it. Default: true. Example: `false`.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Namespace of the placeholders. Default: `spot-system`. Example: `headroom`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// Whether to create the namespace. Default: true for `spot-system`, false for any other namespace. Example:
    /// `true`.
    #[serde(default)]
    pub create_namespace: Option<bool>,
    /// Prefix of the names of the `Deployment`s: `<name>-<placeholder>`. Default: `overprovisioner`. Example:
    /// `headroom`.
    #[serde(default)]
    pub name: Option<DnsLabel>,
    /// Container image of the placeholders. It does nothing. Default: `registry.k8s.io/pause:3.10`. Example:
    /// `registry.example.com/pause:3.10`.
    #[serde(default)]
    pub image: Option<Image>,
    /// Upstream Helm chart, for the Helm formats. Default: version 0.7.14 from `https://charts.deliveryhero.io/`.
    /// Example: `{version: 0.7.14, repository: "oci://ghcr.io/deliveryhero/helm-charts"}`.
    #[serde(default)]
    pub chart: Option<Chart>,
    /// Priority class of the placeholders without a `priorityClass` of their own. Default: `spotgen-placeholder-spot`
    /// (-5) on Spot and `spotgen-placeholder-on-demand` (-1) on on-demand nodes. Example: `{name: headroom, value:
    /// -7}`.
    #[serde(default)]
    pub priority_class: Option<PriorityClassRef>,
    /// The placeholders, one `Deployment` each. `[]` means none. Default: placeholders on Spot and on the on-demand
    /// nodes that run anyway, sized by the requests of the workloads that prefer Spot and run all the time. Example:
    /// `[{name: spot, capacity: Spot, requests: {cpu: "1", memory: 2Gi}}]`.
    #[serde(default)]
    pub placeholders: Option<Vec<Placeholder>>,
}

/// A `PriorityClass` to create for placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriorityClassRef {
    /// Name of the `PriorityClass`. It must not begin with `system-`. Example: `headroom`.
    pub name: DnsSubdomain,
    /// Priority of the placeholders. Choose a value below that of every workload, and not below -10: the autoscaler
    /// ignores pods with a lower priority. Example: `-5`.
    pub value: Int<-2_147_483_648, 1_000_000_000>,
}

/// One `Deployment` of placeholder pods. Set `capacity` or `pools`, not both.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placeholder {
    /// Name of the placeholder. Its `Deployment` is called `<overprovisioner>-<name>`, at most 63 characters. Example:
    /// `spot`.
    pub name: DnsLabel,
    /// Where the placeholders run: on any Spot node (`Spot`), or on the on-demand pools with `mode: User` (`OnDemand`).
    /// Default: not set. `capacity` or `pools` is required. Example: `Spot`.
    #[serde(default)]
    pub capacity: Option<Capacity>,
    /// Run the placeholders on the nodes of these pools. Default: not set. `capacity` or `pools` is required. Example:
    /// `[spot1]`.
    #[serde(default)]
    pub pools: Option<Vec<PoolName>>,
    /// Number of placeholder pods. Ignored if `scaling` is set. Default: 1. Example: `3`.
    #[serde(default)]
    pub replicas: Option<Int<0, 100_000>>,
    /// CPU and memory that one placeholder reserves. Choose at least the requests of the largest pod that is to take
    /// its place. Default: none. Both are required. Example: `{cpu: 500m, memory: 512Mi}`.
    #[serde(default)]
    pub requests: Option<ResourceList>,
    /// Priority class of this placeholder. Default: the `priorityClass` of the overprovisioner. Example: `{name:
    /// headroom, value: -7}`.
    #[serde(default)]
    pub priority_class: Option<PriorityClassRef>,
    /// Whether placeholders may share a node. Default: `None`. Example: `OnePerNode`.
    #[serde(default)]
    pub spread: Option<PlaceholderSpread>,
    /// A cluster-proportional-autoscaler that sets the replicas. An override replaces the whole value. Default: none.
    /// Example: `{counting: OnDemand, linear: {nodesPerReplica: 1}}`.
    #[serde(default)]
    pub scaling: Option<Scaling>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum PlaceholderSpread {
    /// As many placeholders run on a node as fit.
    None,
    /// One placeholder runs on each node (required anti-affinity). Each Pending one triggers a scale-up by a node.
    OnePerNode,
}

/// A cluster-proportional-autoscaler for one placeholder. Set `linear` or `ladder`, not both.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scaling {
    /// Name of the autoscaler's `Deployment`. Default: `<overprovisioner>-<placeholder>-scaler`. Example:
    /// `headroom-scaler`.
    #[serde(default)]
    pub name: Option<DnsLabel>,
    /// Name of the autoscaler's `ConfigMap`. Default: the name of its `Deployment`. Example: `headroom-scaling`.
    #[serde(default)]
    pub config_map: Option<DnsLabel>,
    /// The nodes to count: `Spot`, `OnDemand`, or a list of node pools. Example: `[spot1, spot2]`.
    pub counting: Counting,
    /// Replicas in proportion to cores or nodes. Default: not set. `linear` or `ladder` is required. Example:
    /// `{nodesPerReplica: 4}`.
    #[serde(default)]
    pub linear: Option<Linear>,
    /// Replicas in steps. Default: not set. `linear` or `ladder` is required. Example: `{nodesToReplicas: [[1, 1], [10,
    /// 2]]}`.
    #[serde(default)]
    pub ladder: Option<Ladder>,
}

/// The nodes to count: those of a capacity, or those of some pools.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
#[cfg_attr(test, schemars(inline))]
pub enum Counting {
    Capacity(Capacity),
    Pools(Vec<PoolName>),
}

impl<'de> Deserialize<'de> for Counting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_list(deserializer, Self::Capacity, Self::Pools)
    }
}

/// Replicas in proportion to cores or nodes, with the autoscaler's own keys. If both are set, the larger result counts.
/// Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/linearcontroller`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Linear {
    /// Number of cores for each replica. Default: cores do not count. This key or `nodesPerReplica` is required.
    /// Example: `4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores_per_replica: Option<Number>,
    /// Number of nodes for each replica. Default: nodes do not count. This key or `coresPerReplica` is required.
    /// Example: `1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes_per_replica: Option<Number>,
    /// The fewest replicas. 0 counts as 1. Default: 1. Example: `2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Int<0, 100_000>>,
    /// The most replicas. Default: no limit. Example: `10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Int<1, 100_000>>,
    /// Whether to run at least two replicas as soon as there is more than one node. Default: false. Example: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevent_single_point_failure: Option<bool>,
    /// Whether to count cordoned and lost nodes too. Default: false. Example: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_unschedulable_nodes: Option<bool>,
}

/// Replicas in steps, with the autoscaler's own keys.
/// Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/laddercontroller`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ladder {
    /// Steps by cores: from that many cores on, that many replicas. Default: cores do not count. This key or
    /// `nodesToReplicas` is required. Example: `[[1, 1], [64, 3]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cores_to_replicas: Vec<[Int<0, 1_000_000>; 2]>,
    /// Steps by nodes: from that many nodes on, that many replicas. Default: nodes do not count. This key or
    /// `coresToReplicas` is required. Example: `[[1, 1], [10, 2]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes_to_replicas: Vec<[Int<0, 1_000_000>; 2]>,
    /// Whether to count cordoned and lost nodes too. Default: false. Example: `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_unschedulable_nodes: Option<bool>,
}

/// The cluster-proportional-autoscalers of all placeholders with `scaling`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProportionalAutoscaler {
    /// Namespace of the autoscalers. Default: the namespace of the overprovisioner. Example: `kube-system`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// Container image of the autoscalers. Default: `registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.10.1`.
    /// Example: `registry.example.com/cluster-proportional-autoscaler:v1.10.1`.
    #[serde(default)]
    pub image: Option<Image>,
    /// Requests and limits of each container. Default: requests of 10m CPU and 32Mi memory, limits of 100m CPU and 64Mi
    /// memory. Example: `{limits: {cpu: 50m, memory: 48Mi}}`.
    #[serde(default)]
    pub resources: Option<Resources>,
}
