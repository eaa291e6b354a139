use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Chart, Resources};
use crate::values::{DnsLabel, Duration, Image, Int};

/// Drains a node when Azure announces that it takes it away. AKS does so too, best effort and with no published delay;
/// whoever cordons the node first drains it, and a handler that finds it cordoned leaves it to AKS.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TerminationHandler {
    /// Whether it is made at all. Default: true where the provider has no handler of its own.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Default: `spot-system`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    #[serde(default)]
    pub image: Option<Image>,
    #[serde(default)]
    pub chart: Option<Chart>,
    #[serde(default)]
    pub resources: Option<Resources>,
    /// How often it asks for announced events. Default: 1s, as Azure recommends; a slower one is less likely to act before
    /// AKS does.
    #[serde(default)]
    pub period: Option<Duration>,
    /// The longest that a drain may take, in seconds. Evictions that a budget refuses are asked for again all that time,
    /// without a pause. Default: what the notice leaves.
    #[serde(default)]
    pub node_grace_period_seconds: Option<Int<1, 86_400>>,
    /// The grace period of drained pods, in seconds; -1 (the default) is each pod's own.
    #[serde(default)]
    pub pod_grace_period_seconds: Option<Int<-1, 86_400>>,
    /// Use the node's network: needed where pods may not reach the instance metadata service. Default: false.
    #[serde(default)]
    pub host_network: Option<bool>,
}
