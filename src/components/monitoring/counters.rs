//! Recording rules of counters whose series appear with their first count.
//!
//! `increase` compares values of one series, so it never sees that first count. A descheduler has a series for each node that
//! pods leave: most of its evictions would be lost. So series are added up, and the sum is zero when it appears.

use super::autoscaler_metrics::has_autoscaler;
use super::descheduler_metrics::{evictions, rounds};
use crate::components::System;
use crate::kubernetes::prometheus::PrometheusRule;

/// By what the evictions for failback are known.
/// Source: kubernetes-sigs/descheduler `pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go`, `PluginName`.
pub(super) const FAILBACK: &str = "strategy=\"RemovePodsViolatingNodeAffinity\"";

/// The evictions for failback by namespace, with this result, in so much time.
pub(super) fn failbacks(result: &str, time: &str) -> String {
    format!(
        "sum by (cluster, namespace) (increase(namespace:spotgen_evictions:sum{{result=\"{result}\", {FAILBACK}}}[{time}]))"
    )
}

/// For how long a new sum is zero: longer than Prometheus waits from one evaluation of a rule to the next.
/// Source: prometheus/prometheus docs/configuration/configuration.md, `evaluation_interval`: 1m.
const NEW: &str = "2m";

pub(super) fn all(system: &System) -> Vec<PrometheusRule> {
    let mut rules = Vec::new();
    if let Some(descheduler) = &system.descheduler {
        let counter = evictions(descheduler);
        rules.push(PrometheusRule::record(
            "namespace:spotgen_evictions:sum",
            from_zero(
                "cluster, namespace, strategy, result",
                &of_its_namespace(counter),
                &of_its_namespace(&format!("{counter} offset {NEW}")),
                &format!("{}_count", rounds(descheduler)),
                Some("1"),
            ),
        ));
    }
    if has_autoscaler(system) {
        // Source: kubernetes/autoscaler cluster-autoscaler/metrics/metrics.go.
        for (name, labels, counter) in [
            (
                "cluster:spotgen_failed_scale_ups:sum",
                "cluster, reason",
                "cluster_autoscaler_failed_scale_ups_total",
            ),
            (
                "cluster:spotgen_autoscaler_evictions:sum",
                "cluster, eviction_result",
                "cluster_autoscaler_evicted_pods_total",
            ),
        ] {
            rules.push(PrometheusRule::record(
                name,
                from_zero(
                    labels,
                    counter,
                    &format!("{counter} offset {NEW}"),
                    "cluster_autoscaler_last_activity",
                    None,
                ),
            ));
        }
    }
    rules
}

/// A metric with the namespace that it counts. Where Prometheus scrapes without `honor_labels`, it calls that
/// `exported_namespace`, and `namespace` is that of the descheduler.
/// Source: prometheus/prometheus docs/configuration/configuration.md, `honor_labels`.
fn of_its_namespace(series: &str) -> String {
    format!("label_replace({series}, \"namespace\", \"$1\", \"exported_namespace\", \"(.+)\")")
}

/// The sum of a counter. A sum is new if the program was there when the sum was not, by a metric that it always has: what
/// Prometheus has just not seen for a while was not counted in this moment. Or it is new with the program: `first` is what
/// that metric then is.
fn from_zero(
    labels: &str,
    counter: &str,
    before: &str,
    always: &str,
    first: Option<&str>,
) -> String {
    let first = first.map(|value| format!(" or {always} == {value}"));
    let first = first.unwrap_or_default();
    format!(
        "(\n  \
           sum by ({labels}) ({counter}) * 0\n  \
           and on (cluster) ({always} offset {NEW}{first})\n  \
           unless on ({labels}) {before}\n\
         )\n\
         or sum by ({labels}) ({counter})"
    )
}
