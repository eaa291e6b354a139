#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which findings of the checks are accepted.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Check {
    /// Findings to accept. An accepted finding is no longer reported. Default: none. Example: `[{rule: no-catch-all,
    /// reason: pools never change}]`.
    #[serde(default)]
    pub allow: Vec<Allowance>,
}

/// A rule whose findings are accepted, and the reason.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Allowance {
    /// The id of the rule. Example: `workload-drift`.
    pub rule: String,
    /// Why the finding is acceptable, for whoever reads the configuration next. Example: `pools never change`.
    pub reason: String,
}
