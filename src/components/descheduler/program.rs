//! The flags of the program, as the pod and the chart have them.

use serde_json::{Map, Value as Json, json};

use super::resolve::Descheduler;

/// By their names, without dashes; those that point to the policy and the interval are the chart's own.
pub(super) fn flags(_: &Descheduler) -> Map<String, Json> {
    // Each eviction and each reason against one is a line.
    Map::from_iter([("v".to_owned(), json!(3))])
}

/// The same as arguments.
pub(super) fn arguments(descheduler: &Descheduler) -> impl Iterator<Item = String> {
    let flags = flags(descheduler).into_iter();
    flags.map(|(name, value)| match value {
        Json::String(text) => format!("--{name}={text}"),
        other => format!("--{name}={other}"),
    })
}
