//! The zones of a node pool, which `az` and the Azure portal number.

use std::fmt;

#[cfg(test)]
use schemars::{JsonSchema as _, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
#[cfg(test)]
use serde_json::json;

use crate::values::LabelValue;

pub(super) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<LabelValue>, D::Error> {
    let zones: Vec<Zone> = Vec::deserialize(deserializer)?;
    Ok(zones.into_iter().map(|Zone(name)| name).collect())
}

#[cfg(test)]
pub(super) fn schema(generator: &mut SchemaGenerator) -> Schema {
    let mut zone = LabelValue::json_schema(generator);
    zone.insert("type".into(), json!(["string", "integer"]));
    zone.insert("minimum".into(), json!(0));
    zone.insert("maximum".into(), json!(u32::MAX));
    json_schema!({"type": "array", "items": zone})
}

/// The name of a zone. A whole number can only mean its text.
struct Zone(LabelValue);

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ZoneVisitor)
    }
}

struct ZoneVisitor;

impl Visitor<'_> for ZoneVisitor {
    type Value = Zone;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name or the number of a zone")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Zone, E> {
        let name = LabelValue::parse(text);
        name.map(Zone)
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Zone, E> {
        match u32::try_from(number) {
            Ok(number) => self.visit_str(&number.to_string()),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    /// JSON schema counts `3.0` as an integer.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole, small and not negative"
    )]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Zone, E> {
        if number.fract() == 0.0 && (0.0..1e15).contains(&number) {
            self.visit_u64(number as u64)
        } else {
            Err(E::invalid_value(Unexpected::Float(number), &self))
        }
    }
}
