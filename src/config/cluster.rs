#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::values::Version;

/// The platform of the cluster.
// Do not compare it: differences between clouds belong in `providers::Facts`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, schemars(inline))]
pub enum ProviderName {
    Aks,
    Eks,
    Gke,
    Generic,
}

/// Name and version of the cluster, for generated commands and manifests.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cluster {
    /// Name of the cluster, for `--format azure-cli`. Default: the script reads the environment variable `CLUSTER`.
    /// Example: `prod-1`.
    #[serde(default)]
    pub name: Option<String>,
    /// Azure resource group of the cluster, for `--format azure-cli`. Default: the script reads the environment
    /// variable `RESOURCE_GROUP`. Example: `rg-prod`.
    #[serde(default)]
    pub resource_group: Option<String>,
    /// Kubernetes version of the cluster, in quotes. Fields that this version does not support are left out of the
    /// output. Default: 1.33. Example: `"1.33"`.
    #[serde(default)]
    pub kubernetes_version: Option<Version>,
}
