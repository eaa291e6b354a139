use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::values::{ChartVersion, Quantity};

/// CPU and memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceList {
    /// CPU: `500m`, `2`.
    #[serde(default)]
    pub cpu: Option<Quantity>,
    /// Memory: `512Mi`, `4Gi`.
    #[serde(default)]
    pub memory: Option<Quantity>,
}

/// Requests and limits of a container; each one given replaces the default one whole.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resources {
    #[serde(default)]
    pub requests: Option<ResourceList>,
    #[serde(default)]
    pub limits: Option<ResourceList>,
}

/// The upstream Helm chart that the Helm formats build on.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Chart {
    /// The chart's version, exactly: `0.36.0`.
    #[serde(default)]
    pub version: Option<ChartVersion>,
    /// The chart's repository.
    #[serde(default)]
    pub repository: Option<String>,
}
