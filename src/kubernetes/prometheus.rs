//! The kinds of the Prometheus operator that are made, with the fields that are used.
//!
//! Source: prometheus-operator/prometheus-operator pkg/apis/monitoring/v1/{servicemonitor,podmonitor,prometheusrule}_types.go.
//! Azure's managed Prometheus has the first two kinds under a group of its own.
//! Source: <https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-crd>

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Serialize;

/// An object of the operator: its API version and kind are data, since there are two groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Custom<S> {
    pub api_version: String,
    pub kind: &'static str,
    pub metadata: ObjectMeta,
    pub spec: S,
}

/// Which Services are scraped, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceMonitorSpec {
    pub selector: LabelSelector,
    pub namespace_selector: NamespaceSelector,
    pub endpoints: Vec<Endpoint>,
}

/// Which pods are scraped, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodMonitorSpec {
    pub selector: LabelSelector,
    pub namespace_selector: NamespaceSelector,
    pub pod_metrics_endpoints: Vec<Endpoint>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceSelector {
    pub match_names: Vec<String>,
}

/// A port that is scraped.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    pub port: &'static str,
    pub path: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_config: Option<TlsConfig>,
    /// Labels of the metrics win over those of the target.
    pub honor_labels: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsConfig {
    pub insecure_skip_verify: bool,
}

/// Rules, as in a file of Prometheus.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleGroups {
    pub groups: Vec<RuleGroup>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleGroup {
    pub name: String,
    pub rules: Vec<PrometheusRule>,
}

/// A recording rule or an alert.
/// Source: prometheus/prometheus docs/configuration/{recording,alerting}_rules.md.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PrometheusRule {
    Record {
        record: &'static str,
        expr: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        labels: Option<super::Labels>,
    },
    Alert {
        alert: &'static str,
        expr: String,
        #[serde(rename = "for")]
        pending: String,
        labels: super::Labels,
        annotations: super::Labels,
    },
}

impl PrometheusRule {
    /// A recording rule that adds no labels.
    pub fn record(record: &'static str, expr: impl Into<String>) -> Self {
        Self::Record {
            record,
            expr: expr.into(),
            labels: None,
        }
    }
}
