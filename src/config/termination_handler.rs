#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Chart, Resources};
use crate::values::{DnsLabel, Duration, Image, Int};

/// The node termination handler: drains a node when Azure announces its eviction. AKS drains such nodes too, best
/// effort and with no published delay. Whichever cordons the node first drains it: a handler that finds the node
/// cordoned leaves the drain to AKS.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TerminationHandler {
    /// Whether to install it. It works on AKS only. Default: true on AKS, false on other providers. Example: `false`.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Namespace of the handler. Default: `spot-system`. Example: `node-drain`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// Container image of the handler. Default: `paskalmaksim/aks-node-termination-handler:v1.0.19`. Example:
    /// `registry.example.com/aks-node-termination-handler:v1.0.19`.
    #[serde(default)]
    pub image: Option<Image>,
    /// Upstream Helm chart, for the Helm formats. Default: version 1.2.0 from
    /// `https://maksim-paskal.github.io/aks-node-termination-handler/`. Example: `{version: 1.2.0, repository:
    /// "oci://registry.example.com/charts"}`.
    #[serde(default)]
    pub chart: Option<Chart>,
    /// Requests and limits of the container. Default: requests of 20m CPU and 100Mi memory, limits of 100m CPU and
    /// 100Mi memory. Example: `{requests: {cpu: 10m, memory: 64Mi}}`.
    #[serde(default)]
    pub resources: Option<Resources>,
    /// Time between two requests for announced events. A longer period makes it less likely that the handler acts
    /// before AKS does. Default: 1s, as Azure recommends. Example: `2s`.
    #[serde(default)]
    pub period: Option<Duration>,
    /// Time limit of a drain, in seconds. Until then, evictions that a budget refuses are retried without a pause.
    /// Default: 25, which is the 30 s of notice less 5 s. Example: `22`.
    #[serde(default)]
    pub node_grace_period_seconds: Option<Int<1, 86_400>>,
    /// Grace period of drained pods, in seconds. -1 uses the grace period of each pod. Default: -1. Example: `18`.
    #[serde(default)]
    pub pod_grace_period_seconds: Option<Int<-1, 86_400>>,
    /// Whether to use the node's network. Needed if pods cannot reach the instance metadata service. Default: false.
    /// Example: `true`.
    #[serde(default)]
    pub host_network: Option<bool>,
}
