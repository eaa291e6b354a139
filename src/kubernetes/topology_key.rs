//! The label by whose values nodes are in one domain.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{HOSTNAME, ZONE};

/// What pods are spread over: nodes, zones, or the values of any other label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TopologyKey {
    Hostname,
    Zone,
    Other(String),
}

impl TopologyKey {
    /// The label.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Hostname => HOSTNAME,
            Self::Zone => ZONE,
            Self::Other(label) => label,
        }
    }
}

impl From<&str> for TopologyKey {
    fn from(label: &str) -> Self {
        match label {
            HOSTNAME => Self::Hostname,
            ZONE => Self::Zone,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for TopologyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for TopologyKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
