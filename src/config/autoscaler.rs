use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
#[cfg(test)]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::DnsLabel;

/// The cluster autoscaler: the order in which it scales up node pools, and its settings.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaler {
    /// How the autoscaler chooses the node pool to scale up. `priority` follows `priorities`, `least-waste` leaves the
    /// least CPU unused, `most-pods` makes the most Pending pods schedulable, `random` picks any pool. Default: the
    /// `expander` of `profile`; without one, `priority` where the provider supports it (AKS, EKS and `generic`).
    /// Example: `least-waste`.
    #[serde(default)]
    pub expander: Option<Expander>,
    /// Tiers of the priority expander: each number maps to regular expressions (RE2, unanchored) that match names of
    /// node groups. The highest number wins. Default: an exact pattern for each Spot pool at 20 or above, and the
    /// catch-all `.*` at 10. Example: `{20: [".*spot.*"], 10: [".*"]}`.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "priorities_schema"))]
    pub priorities: Option<BTreeMap<Priority, Vec<String>>>,
    /// The settings that the autoscaler profile starts from. `Spot` shortens the wait for a Spot pool without capacity
    /// and keeps the autoscaler working after mass evictions; `None` sets nothing. Default: `Spot`. Example: `None`.
    #[serde(default)]
    pub profile_preset: Option<ProfilePreset>,
    /// Settings of the autoscaler. They override the preset. On AKS the keys are those of `az aks update
    /// --cluster-autoscaler-profile`; on EKS and `generic`, where you run the autoscaler, its flags without the dashes;
    /// on GKE only `autoscaling-profile`. Default: the preset only. Example: `{scan-interval: 20s}`.
    #[serde(default)]
    pub profile: IndexMap<String, ProfileValue>,
    /// The namespace that the autoscaler runs in, where you run it (EKS and `generic`). It reads the priorities there.
    /// Default: `kube-system`. Example: `cluster-autoscaler`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
}

/// The value of the autoscaler's flag `--expander`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, schemars(inline))]
pub enum Expander {
    Priority,
    LeastWaste,
    MostPods,
    Random,
}

impl Expander {
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Priority,
            Self::LeastWaste,
            Self::MostPods,
            Self::Random,
        ]
        .into_iter()
        .find(|expander| expander.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::LeastWaste => "least-waste",
            Self::MostPods => "most-pods",
            Self::Random => "random",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum ProfilePreset {
    Spot,
    None,
}

/// A priority of the expander. It is positive: a priority below zero never wins.
/// Source: kubernetes/autoscaler `cluster-autoscaler/expander/priority/priority.go`, `BestOptions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priority(pub u32);

impl Serialize for Priority {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

#[cfg(test)]
const PRIORITY_PATTERN: &str = "^[1-9][0-9]{0,8}$";

impl<'de> Deserialize<'de> for Priority {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PriorityVisitor)
    }
}

struct PriorityVisitor;

impl Visitor<'_> for PriorityVisitor {
    type Value = Priority;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a positive number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Priority, E> {
        let canonical = !text.starts_with(['0', '+']) && text.len() <= 9;
        let value = text.parse().ok().filter(|_| canonical);
        value
            .map(Priority)
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
fn priorities_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": {"pattern": PRIORITY_PATTERN},
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    })
}

/// A setting of the profile, kept as text. Numbers and booleans need no quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileValue(pub String);

impl Serialize for ProfileValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProfileValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ProfileVisitor)
    }
}

struct ProfileVisitor;

impl Visitor<'_> for ProfileVisitor {
    type Value = ProfileValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number or a boolean")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ProfileValue, E> {
        Ok(ProfileValue(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<ProfileValue, E> {
        Ok(ProfileValue(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<ProfileValue, E> {
        Ok(ProfileValue(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<ProfileValue, E> {
        Ok(ProfileValue(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<ProfileValue, E> {
        if value.is_finite() {
            Ok(ProfileValue(value.to_string()))
        } else {
            Err(E::invalid_value(Unexpected::Float(value), &self))
        }
    }
}

#[cfg(test)]
impl JsonSchema for ProfileValue {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProfileValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "number", "boolean"]})
    }
}
