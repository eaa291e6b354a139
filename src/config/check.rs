use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How findings are treated.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Check {
    /// Findings that are accepted for good.
    #[serde(default)]
    pub allow: Vec<Allowance>,
}

/// A finding that is accepted, and why.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allowance {
    /// The rule's id.
    pub rule: String,
    /// Why it is accepted.
    pub reason: String,
}
