#[cfg(test)]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::values::{ChartVersion, Quantity};

/// An amount of CPU and memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceList {
    /// CPU in cores, or in thousandths of a core with `m`. Default: see the key that contains it. Example: `500m` or
    /// `2`.
    #[serde(default, deserialize_with = "cpu")]
    #[cfg_attr(test, schemars(schema_with = "cpu_schema"))]
    pub cpu: Option<Quantity>,
    /// Memory in bytes, with a unit. Default: see the key that contains it. Example: `512Mi` or `4Gi`.
    #[serde(default, deserialize_with = "memory")]
    #[cfg_attr(test, schemars(schema_with = "memory_schema"))]
    pub memory: Option<Quantity>,
}

fn cpu<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Quantity>, D::Error> {
    amount(deserializer, Quantity::is_cpu)
}

fn memory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Quantity>, D::Error> {
    amount(deserializer, Quantity::is_memory)
}

fn amount<'de, D: Deserializer<'de>>(
    deserializer: D,
    is_of_kind: fn(&Quantity) -> bool,
) -> Result<Option<Quantity>, D::Error> {
    let quantity = Option::<Quantity>::deserialize(deserializer)?;
    match quantity {
        Some(other) if !is_of_kind(&other) => Err(D::Error::custom("an amount of something else")),
        quantity => Ok(quantity),
    }
}

#[cfg(test)]
fn cpu_schema(_: &mut SchemaGenerator) -> Schema {
    schema_of(Quantity::CPU_PATTERN)
}

#[cfg(test)]
fn memory_schema(_: &mut SchemaGenerator) -> Schema {
    schema_of(Quantity::MEMORY_PATTERN)
}

#[cfg(test)]
fn schema_of(pattern: &str) -> Schema {
    json_schema!({"type": ["string", "number", "null"], "pattern": pattern, "minimum": 0})
}

/// Requests and limits of a container. Each list that is set replaces the whole default list.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
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
