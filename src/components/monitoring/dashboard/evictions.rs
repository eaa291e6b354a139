//! Who evicts pods, as far as anybody counts it.
//!
//! The termination handler counts no evictions: maksim-paskal/aks-node-termination-handler pkg/metrics/metrics.go at 1.2.0.

use super::panel::{Query, counted};
use crate::components::System;
use crate::components::monitoring::autoscaler_metrics::has_autoscaler;

/// Evictions by those who count them, and by the API server, which counts those of all who ask it.
pub(super) fn by_actor(system: &System) -> Vec<Query> {
    let mut queries = Vec::new();
    if system.descheduler.is_some() {
        queries.extend(counted(
            ["descheduler, {{strategy}}: {{result}}", "descheduler: all"],
            "strategy, result",
            "namespace:spotgen_evictions:sum{cluster=~\"$cluster\", namespace=~\"$namespace\"}",
        ));
    }
    if has_autoscaler(system) {
        queries.push(Query::new(
            "cluster autoscaler: {{eviction_result}}",
            "round(sum by (eviction_result) (increase(cluster:spotgen_autoscaler_evictions:sum{cluster=~\"$cluster\"}[$__rate_interval])))",
        ));
    }
    queries.push(Query::new("kubelet: node pressure", by_kubelet()));
    queries.push(Query::new(
        "API server, whoever asks: {{code}}",
        // Source: kubernetes/kubernetes staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go, `requestCounter`.
        "round(sum by (code) (increase(apiserver_request_total{cluster=~\"$cluster\", resource=\"pods\", subresource=\"eviction\", dry_run=\"\"}[$__rate_interval])))",
    ));
    queries
}

/// The pods that the kubelet has evicted in a step: such a pod stays, as failed, until it is removed.
/// Source: kubernetes/kube-state-metrics docs/metrics/workload/pod-metrics.md, `kube_pod_status_reason`.
fn by_kubelet() -> String {
    const EVICTED: &str = "kube_pod_status_reason{cluster=~\"$cluster\", namespace=~\"$namespace\", reason=\"Evicted\"}";
    format!(
        "count(max by (cluster, namespace, pod) (max_over_time({EVICTED}[$__rate_interval])) == 1 unless on (cluster, namespace, pod) {EVICTED} offset $__rate_interval == 1) or vector(0)"
    )
}
