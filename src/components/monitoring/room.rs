//! Recording rules of room on Spot nodes, and of the pods that could move there.

use super::nodes;
use super::pods;
use crate::components::System;
use crate::kubernetes::{Labels, prometheus::PrometheusRule};

const FREE_CPU: &str = "node:spotgen_free_cpu_cores:sum";
const FREE_MEMORY: &str = "node:spotgen_free_memory_bytes:sum";
const TO_MOVE_CPU: &str = "pod:spotgen_to_move_cpu_cores:sum";
const TO_MOVE_MEMORY: &str = "pod:spotgen_to_move_memory_bytes:sum";

/// The rules of a system, those first that others use.
pub(super) fn all(system: &System) -> Vec<PrometheusRule> {
    let mut rules = vec![
        free(FREE_CPU, "cpu"),
        free(FREE_MEMORY, "memory"),
        free_pods(),
    ];
    if let Some(to_move) = pods::to_move(system) {
        rules.extend(failback(to_move));
    }
    rules
}

/// What is free on each Spot node that takes workloads: what its pods request is not. Pods that request nothing, or nothing
/// of this resource, have no series.
fn free(name: &'static str, resource: &str) -> PrometheusRule {
    let taken = format!(
        "sum by (cluster, node) (\n  \
           {}\n  \
           and on (cluster, namespace, pod) ({})\n\
         )",
        indented(&requests(resource), 2),
        pods::ALIVE
    );
    PrometheusRule::record(name, left_on_nodes(resource, &taken))
}

/// How many more pods the kubelet of each such node accepts.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go, `fitsRequest`.
fn free_pods() -> PrometheusRule {
    let taken = format!(
        "count by (cluster, node) (\n  \
           max by (cluster, node, namespace, pod) (kube_pod_info{{node!=\"\"}})\n  \
           and on (cluster, namespace, pod) ({})\n\
         )",
        pods::ALIVE
    );
    PrometheusRule::record("node:spotgen_free_pods:sum", left_on_nodes("pods", &taken))
}

/// What is allocatable less what is taken, on each ready Spot node that takes workloads.
fn left_on_nodes(resource: &str, taken: &str) -> String {
    format!(
        "(\n  \
           max by (cluster, node) (kube_node_status_allocatable{{resource=\"{resource}\"}})\n  \
           - on (cluster, node)\n  \
           (\n    \
             {}\n    \
             or on (cluster, node) node:spotgen_takes_workloads:info * 0\n  \
           )\n\
         )\n\
         and on (cluster, node) node:spotgen_takes_workloads:info\n\
         and on (cluster, node) ({})\n\
         and on (cluster, node) (max by (cluster, node) (kube_node_spec_unschedulable) == 0)",
        indented(taken, 4),
        nodes::READY
    )
}

/// What the containers of pods with a node request, each as a series. Init containers that run on beside the others count as
/// those do.
/// Source: kubernetes/kube-state-metrics internal/store/pod.go, `kube_pod_init_container_info` with `restart_policy`;
/// kubernetes/component-helpers resource/helpers.go, `PodRequests`.
fn requests(resource: &str) -> String {
    let by = "max by (cluster, node, namespace, pod, container)";
    let matchers = format!("{{resource=\"{resource}\", node!=\"\"}}");
    format!(
        "(\n  \
           {by} (kube_pod_container_resource_requests{matchers})\n  \
           or\n  \
           {by} (kube_pod_init_container_resource_requests{matchers})\n  \
           and on (cluster, namespace, pod, container) kube_pod_init_container_info{{restart_policy=\"Always\"}}\n\
         )"
    )
}

/// All lines but the first, moved to the right.
fn indented(text: &str, columns: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(columns)))
}

/// The pods that are to move, and those of them that a Spot node has room for.
///
/// `PromQL` compares a pod with one node, not with all. So each pod is compared with three nodes that differ most: one with the
/// most CPU, one with the most memory, one with the most of both. All that a pod needs has to be on the same one.
fn failback(to_move: String) -> Vec<PrometheusRule> {
    let mut rules = vec![
        PrometheusRule::record("pod:spotgen_to_move:info", to_move),
        PrometheusRule::record(
            "namespace:spotgen_pods_to_move:count",
            // None is no gap: alerts look at how it was over a while.
            "count by (cluster, namespace) (pod:spotgen_to_move:info)\n\
             or count by (cluster, namespace) (pod:spotgen_eligible:info) * 0",
        ),
        to_move_requests(TO_MOVE_CPU, "cpu"),
        to_move_requests(TO_MOVE_MEMORY, "memory"),
    ];
    rules.extend(MOST.map(|(most, of)| roomiest(most, of)));
    let fits = MOST.map(|(most, _)| {
        let on = |needed: &str, free: &str| {
            format!(
                "{needed} <= on (cluster) group_left () \
                 max by (cluster) ({free} and on (cluster, node) node:spotgen_roomiest:info{{most=\"{most}\"}})"
            )
        };
        format!(
            "(\n    {}\n  )\n  and on (cluster, namespace, pod) (\n    {}\n  )",
            on(TO_MOVE_CPU, FREE_CPU),
            on(TO_MOVE_MEMORY, FREE_MEMORY)
        )
    });
    rules.push(PrometheusRule::record(
        "pod:spotgen_fits_spot:info",
        format!(
            "group by (cluster, namespace, pod) (\n  {}\n)",
            fits.join("\n  or\n  ")
        ),
    ));
    rules
}

/// By what a node is the roomiest.
const MOST: [(&str, &str); 3] = [
    ("cpu", FREE_CPU),
    ("memory", FREE_MEMORY),
    (
        "both",
        "node:spotgen_free_cpu_cores:sum * on (cluster, node) node:spotgen_free_memory_bytes:sum",
    ),
];

/// One of the nodes that take one more pod.
fn roomiest(most: &str, of: &str) -> PrometheusRule {
    PrometheusRule::Record {
        record: "node:spotgen_roomiest:info",
        expr: format!(
            "group by (cluster, node) (topk by (cluster) (1, {of} and on (cluster, node) node:spotgen_free_pods:sum >= 1))"
        ),
        labels: Some(Labels::from([("most".to_owned(), most.to_owned())])),
    }
}

/// What each of them requests; 0 where it requests nothing.
fn to_move_requests(name: &'static str, resource: &str) -> PrometheusRule {
    PrometheusRule::record(
        name,
        format!(
            "sum by (cluster, namespace, pod) (\n  \
               {}\n  \
               and on (cluster, namespace, pod) pod:spotgen_to_move:info\n\
             )\n\
             or sum by (cluster, namespace, pod) (pod:spotgen_to_move:info) * 0",
            indented(&requests(resource), 2)
        ),
    )
}
