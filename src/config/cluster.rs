use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::values::Version;

/// Whose cluster it is.
// Not to be compared: what differs between clouds is a fact of `providers::Facts`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum ProviderName {
    Aks,
    Eks,
    Gke,
    Generic,
}

/// The cluster itself, as far as commands and versions need it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cluster {
    /// The cluster's name, for the cloud's commands.
    #[serde(default)]
    pub name: Option<String>,
    /// The Azure resource group, for `az` commands.
    #[serde(default)]
    pub resource_group: Option<String>,
    /// The cluster's Kubernetes version, in quotes: "1.33". Fields that it does not know are left out.
    #[serde(default)]
    pub kubernetes_version: Option<Version>,
}
