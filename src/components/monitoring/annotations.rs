//! Annotations by which Prometheus finds pods without an operator.

use crate::components::System;
use crate::config::Scrape;
use crate::kubernetes::Labels;

/// Annotations by which Prometheus finds a pod, if that is how it finds pods.
/// Source: prometheus-community/helm-charts charts/prometheus/values.yaml, the job `kubernetes-pods`.
pub(crate) fn of_pods(system: &System, port: i32, scheme: Option<&str>) -> Option<Labels> {
    let monitoring = system.monitoring.as_ref()?;
    if monitoring.scrape != Scrape::Annotations {
        return None;
    }
    let port = port.to_string();
    let scheme = scheme.map(|scheme| ("prometheus.io/scheme", scheme));
    let pairs = [
        ("prometheus.io/scrape", "true"),
        ("prometheus.io/port", port.as_str()),
        ("prometheus.io/path", "/metrics"),
    ];
    let pairs = pairs.into_iter().chain(scheme);
    Some(
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
    )
}
