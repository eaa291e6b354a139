//! An event.

use serde::Deserialize;

use super::{Controller, Time};

/// What a controller has said of an object. The API server forgets it after an hour.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is about.
    pub about: Controller,
    pub reason: String,
    pub message: String,
    /// Who says so, such as `cluster-autoscaler`.
    pub by: String,
    /// How often it was said.
    pub count: i64,
    /// When it was said last.
    pub last: Option<Time>,
}

/// Source: kubernetes/api core/v1/types.go, `Event`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Raw {
    involved_object: Reference,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    source: Source,
    #[serde(default)]
    reporting_component: String,
    #[serde(default)]
    count: Option<i64>,
    #[serde(default)]
    series: Option<Series>,
    #[serde(default)]
    last_timestamp: Option<Time>,
    #[serde(default)]
    event_time: Option<Time>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
}

#[derive(Default, Deserialize)]
struct Source {
    #[serde(default)]
    component: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Series {
    #[serde(default)]
    count: Option<i64>,
    #[serde(default)]
    last_observed_time: Option<Time>,
}

impl From<Raw> for Event {
    fn from(raw: Raw) -> Self {
        let Reference {
            kind,
            namespace,
            name,
        } = raw.involved_object;
        let series = raw.series.as_ref();
        let observed = series.and_then(|series| series.last_observed_time);
        let counted = series.and_then(|series| series.count);
        Self {
            about: Controller {
                namespace,
                kind,
                name,
            },
            reason: raw.reason,
            message: raw.message,
            by: if raw.source.component.is_empty() {
                raw.reporting_component
            } else {
                raw.source.component
            },
            count: counted.or(raw.count).unwrap_or(1),
            last: observed.or(raw.last_timestamp).or(raw.event_time),
        }
    }
}
