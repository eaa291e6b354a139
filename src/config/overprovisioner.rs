use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::one_of::word_or_list;
use super::{Capacity, Chart, ResourceList, Resources};
use crate::values::{DnsLabel, DnsSubdomain, Image, Int, Number, PoolName};

/// Placeholder pods of low priority that hold room for others and bring nodes up.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overprovisioner {
    /// Whether it is made at all. Default: true.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Default: `spot-system`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// Whether the namespace is made too. Default: true for `spot-system`, false for any other.
    #[serde(default)]
    pub create_namespace: Option<bool>,
    /// Its `Deployment`s are called `<name>-<placeholder>`. Default: `overprovisioner`.
    #[serde(default)]
    pub name: Option<DnsLabel>,
    /// The image that does nothing.
    #[serde(default)]
    pub image: Option<Image>,
    #[serde(default)]
    pub chart: Option<Chart>,
    /// The priority class of placeholders that name none. Default: one class for Spot (-5) and one for on-demand (-1).
    #[serde(default)]
    pub priority_class: Option<PriorityClassRef>,
    /// Default: headroom on Spot, and on the on-demand nodes that are paid for anyway, by what the workloads that prefer
    /// Spot and run all the time request. `[]` means none.
    #[serde(default)]
    pub placeholders: Option<Vec<Placeholder>>,
}

/// A priority class that is made for placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriorityClassRef {
    pub name: DnsSubdomain,
    /// Below every workload's, and not below -10: the autoscaler ignores pods under that.
    pub value: Int<-2_147_483_648, 1_000_000_000>,
}

/// One `Deployment` of placeholder pods: `capacity` or `pools` say where.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Placeholder {
    pub name: DnsLabel,
    /// On any Spot node, or on the on-demand user pools.
    #[serde(default)]
    pub capacity: Option<Capacity>,
    /// On the nodes of these pools.
    #[serde(default)]
    pub pools: Option<Vec<PoolName>>,
    /// How many; left out where `scaling` drives them. Default: 1.
    #[serde(default)]
    pub replicas: Option<Int<0, 100_000>>,
    /// What one placeholder holds: at least what the largest pod that it makes room for requests.
    #[serde(default)]
    pub requests: Option<ResourceList>,
    /// A priority class of its own.
    #[serde(default)]
    pub priority_class: Option<PriorityClassRef>,
    /// Whether placeholders share a node. Default: `None`.
    #[serde(default)]
    pub spread: Option<PlaceholderSpread>,
    /// A proportional autoscaler that drives the replicas. An override replaces it whole.
    #[serde(default)]
    pub scaling: Option<Scaling>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum PlaceholderSpread {
    /// As many on a node as fit.
    None,
    /// One on a node, by required anti-affinity: each pending one asks for a node.
    OnePerNode,
}

/// A cluster-proportional-autoscaler for one placeholder: `linear` or `ladder`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scaling {
    /// The autoscaler's `Deployment`. Default: `<overprovisioner>-<placeholder>-scaler`.
    #[serde(default)]
    pub name: Option<DnsLabel>,
    /// Its `ConfigMap`. Default: the same name.
    #[serde(default)]
    pub config_map: Option<DnsLabel>,
    /// Which nodes it counts.
    pub counting: Counting,
    #[serde(default)]
    pub linear: Option<Linear>,
    #[serde(default)]
    pub ladder: Option<Ladder>,
}

/// Which nodes are counted: those of a capacity, or those of named pools.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub enum Counting {
    Capacity(Capacity),
    Pools(Vec<PoolName>),
}

impl<'de> Deserialize<'de> for Counting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        word_or_list(deserializer, Self::Capacity, Self::Pools)
    }
}

/// The autoscaler's own keys for replicas in proportion to nodes and cores.
/// Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/linearcontroller`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Linear {
    /// Cores for one replica.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores_per_replica: Option<Number>,
    /// Nodes for one replica.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes_per_replica: Option<Number>,
    /// At least so many; 0 counts as 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Int<0, 100_000>>,
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Int<1, 100_000>>,
    /// At least two where there is more than one node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prevent_single_point_failure: Option<bool>,
    /// Whether cordoned and lost nodes count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_unschedulable_nodes: Option<bool>,
}

/// The autoscaler's own keys for replicas in steps.
/// Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/laddercontroller`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ladder {
    /// Pairs of [cores from, replicas].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cores_to_replicas: Vec<[Int<0, 1_000_000>; 2]>,
    /// Pairs of [nodes from, replicas].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes_to_replicas: Vec<[Int<0, 1_000_000>; 2]>,
    /// Whether cordoned and lost nodes count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_unschedulable_nodes: Option<bool>,
}

/// The proportional autoscalers of all scaled placeholders.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProportionalAutoscaler {
    /// Default: the overprovisioner's.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    #[serde(default)]
    pub image: Option<Image>,
    #[serde(default)]
    pub resources: Option<Resources>,
}
