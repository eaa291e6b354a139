use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// To see that failback works. Accepted already; nothing is made of it yet.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Monitoring {
    /// Whether it is made at all. Default: true where the section is given.
    #[serde(default)]
    pub enabled: Option<bool>,
}
