//! The scalar values of a configuration. Each type refuses invalid values.
//!
//! Every type here reads with serde exactly what its JSON schema allows: `validate` decodes first, and asks the
//! schema only when that fails. A test holds the two together.

mod duration;
pub(crate) mod group_name;
mod integer;
mod number;
pub mod pattern;
pub(crate) mod pattern_overlap;
mod quantity;
mod scalar_or_word;
mod schedule;
pub(crate) mod shell;
mod sorted_map;
pub(crate) mod span;
mod text;
mod version;
pub(crate) mod words;
pub(crate) mod wrap;

pub use duration::Duration;
pub use integer::Int;
pub use number::Number;
pub use quantity::Quantity;
pub use scalar_or_word::{IntOrPercent, Limit, OrNone};
pub use schedule::Schedule;
pub use sorted_map::SortedMap;
pub use text::{
    AnnotationKey, ChartVersion, DnsLabel, DnsSubdomain, Explanation, FieldPath, Grammar, Image,
    KindName, LabelKey, LabelValue, NodeLabels, PodLabel, PodSpecPath, PoolName, TaintText, Text,
    WebAddress, explain_pattern,
};
pub use version::Version;
