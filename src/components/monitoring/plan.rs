//! The planned monitoring.

use serde::Serialize;

use super::staying::Named;
use crate::config::Scrape;
use crate::kubernetes::Labels;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Monitoring {
    pub namespace: String,
    pub create_namespace: bool,
    pub scrape: Scrape,
    /// Of the objects that the Prometheus operator selects by labels.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// The address below which each alert has its runbook.
    pub runbook_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<Dashboard>,
    /// Workloads whose pods tolerate Spot and are right where they are, on Spot or not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub indifferent: Vec<Named>,
    /// Budgets in the manifests, by the workloads that they cover.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<Budget>,
    /// Workloads that prefer Spot, and whose pods the descheduler never moves there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub never_moved: Vec<Named>,
}

impl Monitoring {
    /// The API group of the `ServiceMonitor` and the `PodMonitor`; none where there are none.
    /// Source: <https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-crd>
    pub(crate) fn monitors(&self) -> Option<&'static str> {
        match self.scrape {
            Scrape::PrometheusOperator => Some("monitoring.coreos.com"),
            Scrape::AzureManagedPrometheus => Some("azmonitoring.coreos.com"),
            Scrape::Annotations => None,
        }
    }

    /// Whether something in the cluster reads a `PrometheusRule`: Azure takes rules through its own API only.
    /// Source: <https://learn.microsoft.com/azure/azure-monitor/metrics/prometheus-rule-groups>
    pub(crate) fn has_rule_object(&self) -> bool {
        self.scrape == Scrape::PrometheusOperator
    }
}

/// How Grafana finds its dashboard.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    pub labels: Labels,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub annotations: Labels,
}

/// A budget that the plan does not make, and those of the workloads under it that are known.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    pub namespace: String,
    pub name: String,
    pub workloads: Vec<Named>,
}
