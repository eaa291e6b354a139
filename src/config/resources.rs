use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::values::{ChartVersion, Quantity};

/// An amount of CPU and memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceList {
    /// CPU in cores, or in thousandths of a core with `m`. Default: see the key that contains it. Example: `500m` or
    /// `2`.
    #[serde(default)]
    pub cpu: Option<Quantity>,
    /// Memory in bytes, with a unit. Default: see the key that contains it. Example: `512Mi` or `4Gi`.
    #[serde(default)]
    pub memory: Option<Quantity>,
}

/// Requests and limits of a container. Each list that is set replaces the whole default list.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resources {
    /// CPU and memory that the scheduler reserves. Default: see the key that contains it. Example: `{cpu: 10m, memory:
    /// 64Mi}`.
    #[serde(default)]
    pub requests: Option<ResourceList>,
    /// CPU and memory that the container may use at most. Default: see the key that contains it. Example: `{memory:
    /// 128Mi}`.
    #[serde(default)]
    pub limits: Option<ResourceList>,
}

/// The upstream Helm chart that the Helm formats use.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Chart {
    /// Exact version of the chart, without `v` and not a range. Default: see the key that contains it. Example:
    /// `0.36.0`.
    #[serde(default)]
    pub version: Option<ChartVersion>,
    /// Repository of the chart. Default: see the key that contains it. Example:
    /// `oci://ghcr.io/deliveryhero/helm-charts`.
    #[serde(default)]
    pub repository: Option<String>,
}
