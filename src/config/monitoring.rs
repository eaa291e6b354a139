#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::labels::Labels;
use crate::values::{AnnotationKey, DnsLabel, SortedMap, WebAddress};

/// Monitoring of failover and failback with Prometheus: what is scraped, recording rules, alerts, and a Grafana
/// dashboard. It needs kube-state-metrics.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Monitoring {
    /// Whether to generate monitoring. It must be set if any other key is. Default: false. Example: `true`.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// How Prometheus finds the metrics of the descheduler and the termination handler. Default: `PrometheusOperator`.
    /// Example: `AzureManagedPrometheus`.
    #[serde(default)]
    pub scrape: Option<Scrape>,
    /// Namespace of the alerts and the dashboard. Default: `spot-system`. Example: `monitoring`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// Labels of the `ServiceMonitor`, the `PodMonitor` and the `PrometheusRule`, by which the Prometheus operator selects
    /// them. The chart kube-prometheus-stack selects `release: <its release>` unless told otherwise. Default: none.
    /// Example: `{release: kube-prometheus-stack}`.
    #[serde(default)]
    pub labels: Labels,
    /// Where the runbooks of the alerts are: `runbook_url` is this address and the alert's name in lower case. Default:
    /// `https://spotgen.dev/runbooks`. Example: `https://wiki.example.com/spot`.
    #[serde(default)]
    pub runbook_url: Option<WebAddress>,
    /// The Grafana dashboard. Default: the defaults of its keys. Example: `{enabled: false}`.
    #[serde(default)]
    pub dashboard: Option<Dashboard>,
}

/// How Prometheus finds what it scrapes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum Scrape {
    /// By `ServiceMonitor` and `PodMonitor` of the group `monitoring.coreos.com`; alerts are a `PrometheusRule`.
    #[default]
    PrometheusOperator,
    /// By the same kinds of the group `azmonitoring.coreos.com`. Azure reads no rules from the cluster: they are in a
    /// `ConfigMap`, to be uploaded.
    AzureManagedPrometheus,
    /// By `prometheus.io/` annotations of pods; rules are in a `ConfigMap`, for a Prometheus that mounts it.
    Annotations,
}

/// A Grafana dashboard as a `ConfigMap`, for the sidecar that loads dashboards.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Dashboard {
    /// Whether to generate the dashboard. Default: true. Example: `false`.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Labels by which Grafana's sidecar selects the `ConfigMap`. They replace the default. Default:
    /// `{grafana_dashboard: "1"}`, which the charts of Grafana select. Example: `{grafana_dashboard: "1"}`.
    #[serde(default)]
    pub labels: Option<Labels>,
    /// Annotations of the `ConfigMap`, such as the folder of the dashboard. Default: none. Example: `{grafana_folder:
    /// Spot}`.
    #[serde(default)]
    pub annotations: SortedMap<AnnotationKey, String>,
}
