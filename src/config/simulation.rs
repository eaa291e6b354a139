#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::node_pools::{EvictionPolicy, MOST_NODES};
use super::zones;
use crate::values::{DnsLabel, Duration, Int, IntOrPercent, LabelValue, PoolName};

/// What `spotgen simulate` plays, and the limits that each run must keep. Nothing else reads it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Simulation {
    /// What each scenario must keep to; a scenario may have its own. Default: none. Example: `{failoverWithin: 3m}`.
    #[serde(default)]
    pub objectives: Option<Objectives>,
    /// Scenarios besides the built-in ones. One with the name of a built-in scenario takes its place. Default: none.
    /// Example: `[{name: two-nodes, steps: [{interrupt: {nodes: 2}}]}]`.
    #[serde(default)]
    pub scenarios: Vec<Scenario>,
}

/// Limits that a run passes or fails.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Objectives {
    /// How long it may take after an interruption until all replicas are ready again. Default: as long as it takes.
    /// Example: `3m`.
    #[serde(default)]
    pub failover_within: Option<Duration>,
    /// How long it may take after Spot is back until every pod that prefers Spot and fits there is ready there. Default:
    /// as long as it takes. Example: `1h`.
    #[serde(default)]
    pub failback_within: Option<Duration>,
    /// How many replicas of each workload must be ready at any time: a number, or all of a workload that wants fewer, or a
    /// percentage of the replicas that it wants at that time. Those that more load adds count once they have been ready,
    /// and all of them at the end. Default: none. Example: `50%`.
    #[serde(default)]
    pub min_ready: Option<IntOrPercent>,
}

/// What happens to the cluster, step by step.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// The name for `spotgen simulate --scenario`. Example: `two-nodes`.
    pub name: DnsLabel,
    /// What happens, in a sentence. Default: none. Example: `the two busiest Spot nodes are taken`.
    #[serde(default)]
    pub description: Option<String>,
    /// How the cluster is when the scenario begins. `Steady`: settled, with the pods where they belong. `OnDemand`: all
    /// pods on on-demand, and the system is installed at that moment. Default: `Steady`. Example: `OnDemand`.
    #[serde(default)]
    pub begin: Option<BeginWith>,
    /// What happens. Default: nothing. Example: `[{at: 10m, interrupt: {pools: [spot1]}}]`.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// What becomes of the Spot VMs that are taken. Default: what the pools have. Example: `Deallocate`.
    #[serde(default)]
    pub eviction_policy: Option<EvictionPolicy>,
    /// Who drains a node whose end is announced. Default: the termination handler if it is installed, otherwise the
    /// provider as far as it does. Example: `Nobody`.
    #[serde(default)]
    pub drained_by: Option<DrainedBy>,
    /// For how long the cluster is watched after the last step at most. Default: 24h, longer if the descheduler comes
    /// less often than every 5 minutes, or pods must be older for it. Example: `4h`.
    #[serde(default)]
    pub watched_for: Option<Duration>,
    /// Limits for this scenario, in place of the common ones. Default: the common ones. Example: `{minReady: 50%}`.
    #[serde(default)]
    pub objectives: Option<Objectives>,
}

/// How the cluster is at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum BeginWith {
    Steady,
    OnDemand,
}

/// Who drains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum DrainedBy {
    Handler,
    Provider,
    Nobody,
}

/// What happens at one moment. Several things are done in the order of these keys.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// How long after the beginning. Default: `0s`. Example: `10m`.
    #[serde(default)]
    pub at: Option<Duration>,
    /// How much Spot capacity the cloud has from now on. Default: what it had. Example: `{of: None}`.
    #[serde(default)]
    pub capacity: Option<CapacityStep>,
    /// Takes Spot nodes, each after the notice of the cloud. `{}` takes all. Default: none. Example: `{pools: [spot1],
    /// nodes: 2}`.
    #[serde(default)]
    pub interrupt: Option<Interrupt>,
    /// Changes how many replicas workloads want. Default: none. Example: `{percent: 300}`.
    #[serde(default)]
    pub load: Option<Load>,
    /// Rolls out workloads again. `{}` rolls out all. Default: none. Example: `{workloads: [shop/web]}`.
    #[serde(default)]
    pub roll_out: Option<RollOut>,
    /// Replaces every node by a new one, one after the other in each pool. `{}` does so in all pools. Default: none.
    /// Example: `{pools: [spot1]}`.
    #[serde(default)]
    pub upgrade: Option<Upgrade>,
}

/// What the cloud has for Spot pools.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapacityStep {
    /// `Full`: it gives each node that is asked for. `Half`: half as many as ran at the beginning. `None`: it refuses
    /// each request. `Hangs`: it accepts each request, and no node comes. Example: `None`.
    pub of: SpotCapacity,
    /// The Spot pools. Default: all. Example: `[spot1]`.
    #[serde(default)]
    pub pools: Vec<PoolName>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum SpotCapacity {
    Full,
    Half,
    None,
    Hangs,
}

/// Which Spot nodes are taken.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interrupt {
    /// The pools. Default: all Spot pools. Example: `[spot1]`.
    #[serde(default)]
    pub pools: Vec<PoolName>,
    /// The zones, by name or by number. Default: all. Example: `[1]`.
    #[serde(default, deserialize_with = "zones::read")]
    #[cfg_attr(test, schemars(schema_with = "zones::schema"))]
    pub zones: Vec<LabelValue>,
    /// How many nodes at most, the busiest first. Default: all. Example: `2`.
    #[serde(default)]
    pub nodes: Option<Int<1, MOST_NODES>>,
}

/// How much more or less is to be done.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Load {
    /// Replicas as a percentage of those at the beginning, rounded up; never more than the workload's autoscaler makes.
    /// Example: `300`.
    pub percent: Int<0, 100_000>,
    /// The workloads, by name or as `namespace/name`. Default: all. Example: `[shop/web]`.
    #[serde(default)]
    pub workloads: Vec<String>,
}

/// What is rolled out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollOut {
    /// The workloads, by name or as `namespace/name`. Default: all. Example: `[shop/web]`.
    #[serde(default)]
    pub workloads: Vec<String>,
}

/// What is upgraded.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Upgrade {
    /// The pools. Default: all. Example: `[spot1]`.
    #[serde(default)]
    pub pools: Vec<PoolName>,
}
