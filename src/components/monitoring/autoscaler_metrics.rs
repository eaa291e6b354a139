//! Whether the Prometheus that reads the rules has metrics of the cluster autoscaler.

use crate::components::System;
use crate::config::Scrape;
use crate::providers::AutoscalerMetrics;

/// Whether there are any: a rule over others would be silent for ever.
pub(super) fn has_autoscaler(system: &System) -> bool {
    missing(system).is_none()
}

/// Why there are none, as the reason for what is left out.
pub(super) fn missing(system: &System) -> Option<String> {
    let monitoring = system.monitoring.as_ref()?;
    let provider = system.plan.provider;
    match provider.cluster_autoscaler.metrics {
        AutoscalerMetrics::Scraped(_) => None,
        AutoscalerMetrics::AzureMonitor(_)
            if monitoring.scrape == Scrape::AzureManagedPrometheus =>
        {
            None
        }
        AutoscalerMetrics::AzureMonitor(_) => Some(format!(
            "{} publishes the metrics of its autoscaler to Azure's managed Prometheus alone",
            provider.title
        )),
        AutoscalerMetrics::None => Some(format!(
            "{} publishes no metrics of its autoscaler",
            provider.title
        )),
    }
}
