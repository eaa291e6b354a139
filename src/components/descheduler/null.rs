//! `null`, as a program in Go takes it.

use serde::{Deserialize, Deserializer};

/// To Go `null` is an empty list, and an empty text.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
