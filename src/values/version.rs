//! Versions of Kubernetes and of the descheduler, which the output depends on.

use std::fmt;

#[cfg(test)]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `MAJOR.MINOR` or `MAJOR.MINOR.PATCH`. A leading `v` is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u16,
    minor: u16,
    patch: Option<u16>,
}

impl Version {
    #[cfg(test)]
    const PATTERN: &'static str = r"^v?[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,3})?$";

    pub const fn new(major: u16, minor: u16, patch: Option<u16>) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text
            .strip_prefix('v')
            .unwrap_or(text)
            .split('.')
            .map(|part| {
                let valid =
                    (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
                valid.then(|| part.parse().ok()).flatten()
            });
        let major = numbers.next()??;
        let minor = numbers.next()??;
        let patch = match numbers.next() {
            Some(part) => Some(part?),
            None => None,
        };
        numbers.next().is_none().then_some(Self {
            major,
            minor,
            patch,
        })
    }

    /// Whether it is `major.minor` or later.
    pub fn at_least(self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// Whether both are of the same release, whatever their patch numbers.
    pub fn is_of_release(self, other: Self) -> bool {
        (self.major, self.minor) == (other.major, other.minor)
    }

    /// The version with a patch number: 0 if none is declared.
    #[must_use]
    pub fn whole(self) -> Self {
        Self {
            patch: Some(self.patch.unwrap_or(0)),
            ..self
        }
    }

    pub fn has_patch(self) -> bool {
        self.patch.is_some()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(VersionVisitor)
    }
}

struct VersionVisitor;

impl Visitor<'_> for VersionVisitor {
    type Value = Version;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version such as \"1.33\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Version, E> {
        Version::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": Self::PATTERN})
    }
}
