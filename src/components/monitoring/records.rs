//! Recording rules: what alerts and the dashboard are made of. Only these know the provider.
//!
//! All are grouped by `cluster`, for a Prometheus that has several; where there is no such label, it is empty. Metrics are
//! joined by `max`, since there may be two instances of kube-state-metrics.

use super::budgets;
use super::counters;
use super::nodes::{SCALED_DOWN, SpotNodes, ZERO, that_take_workloads};
use super::pods;
use super::room;
use crate::components::System;
use crate::kubernetes::{Labels, prometheus::PrometheusRule};

/// The rules about nodes, about pods and about the room for them, those first that others use.
pub(super) fn of_pods(system: &System) -> Vec<PrometheusRule> {
    let mut rules = nodes_and_pods(system);
    rules.extend(room::all(system));
    rules
}

/// The rules about budgets, placeholders and what is counted. Some use those of [`of_pods`], as alerts do: what these have
/// recorded one interval ago is good enough.
pub(super) fn of_system(system: &System) -> Vec<PrometheusRule> {
    let mut rules = budgets::all(system);
    rules.extend(counters::all(system));
    rules.extend(placeholders(system));
    rules
}

fn nodes_and_pods(system: &System) -> Vec<PrometheusRule> {
    vec![
        PrometheusRule::record(
            "node:spotgen_spot:info",
            format!(
                "max by (cluster, node) ({})",
                SpotNodes::of(&system.plan).selector()
            ),
        ),
        // Recorded at the same moment as the Spot nodes: compared with metrics, a new Spot node is of no kind at first.
        PrometheusRule::record(
            "node:spotgen_on_demand:info",
            "max by (cluster, node) (kube_node_info) unless on (cluster, node) node:spotgen_spot:info",
        ),
        // The termination handler counts interruptions, and goes with its node before Prometheus has read the count.
        PrometheusRule::record(
            "cluster:spotgen_spot_nodes_lost:count1h",
            format!(
                "count by (cluster) (\n  \
                   last_over_time(node:spotgen_spot:info[1h])\n  \
                   unless on (cluster, node) node:spotgen_spot:info\n  \
                   unless on (cluster, node) last_over_time(kube_node_spec_taint{{key=\"{SCALED_DOWN}\"}}[1h])\n\
                 )\n\
                 and on (cluster) kube_node_info\n\
                 or {ZERO}"
            ),
        ),
        PrometheusRule::record("pod:spotgen_eligible:info", pods::eligible(system)),
        PrometheusRule::record(
            "namespace:spotgen_pods_on_spot:count",
            // A count that is absent at zero leaves a gap, and has no difference to what comes next.
            "count by (cluster, namespace) (pod:spotgen_eligible:info and on (cluster, node) node:spotgen_spot:info)\n\
             or count by (cluster, namespace) (pod:spotgen_eligible:info) * 0",
        ),
        PrometheusRule::record(
            "namespace:spotgen_pods_off_spot:count",
            "count by (cluster, namespace) (pod:spotgen_eligible:info unless on (cluster, node) node:spotgen_spot:info)\n\
             or count by (cluster, namespace) (pod:spotgen_eligible:info) * 0",
        ),
        PrometheusRule::record(
            "cluster:spotgen_pods_on_spot:ratio",
            "sum by (cluster) (namespace:spotgen_pods_on_spot:count) / count by (cluster) (pod:spotgen_eligible:info)",
        ),
        PrometheusRule::record(
            "node:spotgen_takes_workloads:info",
            that_take_workloads(&system.plan),
        ),
    ]
}

/// The room that placeholders hold, on Spot and on other nodes.
fn placeholders(system: &System) -> Vec<PrometheusRule> {
    let Some(overprovisioner) = &system.overprovisioner else {
        return Vec::new();
    };
    let matchers = pods::placeholders(overprovisioner);
    let mut rules = vec![PrometheusRule::record(
        "cluster:spotgen_placeholders_pending:count",
        format!(
            "count by (cluster) (max by (cluster, namespace, pod) (kube_pod_status_phase{{phase=\"Pending\", {matchers}}}) == 1)"
        ),
    )];
    for (name, resource) in [
        ("cluster:spotgen_headroom_cpu_cores:sum", "cpu"),
        ("cluster:spotgen_headroom_memory_bytes:sum", "memory"),
    ] {
        for (capacity, which) in [("spot", "and"), ("on-demand", "unless")] {
            rules.push(PrometheusRule::Record {
                record: name,
                expr: format!(
                    "sum by (cluster) (\n  \
                       max by (cluster, node, namespace, pod, container) (kube_pod_container_resource_requests{{resource=\"{resource}\", node!=\"\", {matchers}}})\n  \
                       and on (cluster, namespace, pod) (max by (cluster, namespace, pod) (kube_pod_status_phase{{phase=\"Running\"}}) == 1)\n  \
                       {which} on (cluster, node) node:spotgen_spot:info\n\
                     )\n\
                     or {ZERO}"
                ),
                labels: Some(Labels::from([("capacity".to_owned(), capacity.to_owned())])),
            });
        }
    }
    rules
}
