//! How long a condition has to hold before it is an alert, and why.

use crate::components::descheduler::Descheduler;

/// For how long a part that is gone altogether is missed. A part that was never there is not: many clusters do not scrape
/// their autoscaler, and one Prometheus may watch clusters without a descheduler.
pub(super) const REMEMBERED: &str = "1w";

/// How long kube-state-metrics may be silent, while it starts anew or moves to another node, and what it told last still holds.
pub(super) const GAP: &str = "10m";

/// A length of time, and the arithmetic behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Time {
    pub(super) seconds: i64,
    /// One sentence without a line break.
    pub(super) why: String,
}

impl Time {
    pub(super) fn new(seconds: i64, why: impl Into<String>) -> Self {
        Self {
            seconds,
            why: why.into(),
        }
    }

    /// As Prometheus reads it.
    pub(super) fn text(&self) -> String {
        duration(self.seconds)
    }
}

/// A duration as Prometheus reads it: `1h30m`.
/// Source: prometheus/prometheus docs/querying/basics.md, "Time durations".
pub(super) fn duration(seconds: i64) -> String {
    let parts = [
        (seconds / 3600, "h"),
        (seconds % 3600 / 60, "m"),
        (seconds % 60, "s"),
    ];
    let written: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    if written.is_empty() {
        "0s".to_owned()
    } else {
        written.concat()
    }
}

/// The seconds for which the descheduler leaves a new pod where it is.
pub(super) fn min_pod_age(descheduler: &Descheduler) -> i64 {
    let age = descheduler.evictor.min_pod_age.as_ref();
    age.map_or(0, |age| {
        i64::try_from(age.seconds()).unwrap_or(i64::MAX / 4)
    })
}

/// Rounded up to whole minutes.
pub(super) fn whole_minutes(seconds: i64) -> i64 {
    (seconds + 59) / 60 * 60
}

#[cfg(test)]
mod tests {
    use super::{duration, whole_minutes};

    #[test]
    fn durations_are_those_of_prometheus() {
        for (seconds, text) in [
            (0, "0s"),
            (90, "1m30s"),
            (3600, "1h"),
            (5400, "1h30m"),
            (90000, "25h"),
        ] {
            assert_eq!(duration(seconds), text);
        }
        assert_eq!(whole_minutes(61), 120);
    }
}
