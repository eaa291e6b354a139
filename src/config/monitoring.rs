use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Monitoring of failback. The section is accepted, but nothing is generated from it yet.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Monitoring {
    /// Whether to generate monitoring. It has no effect yet. Default: true if the section is present. Example: `false`.
    #[serde(default)]
    pub enabled: Option<bool>,
}
