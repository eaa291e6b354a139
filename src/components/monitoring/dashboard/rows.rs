//! The rows of the dashboard, from the answer that most readers want down to the reasons.

use super::evictions;
use super::panel::{Kind, Panel, Query, Row, counted};
use super::variables::chosen;
use crate::components::System;
use crate::components::monitoring::autoscaler_metrics::has_autoscaler;
use crate::components::monitoring::counters::FAILBACK;
use crate::components::monitoring::descheduler_metrics::rounds;
use crate::components::monitoring::pods;
use crate::components::monitoring::times::duration;

/// The pods that the reader has chosen.
const PODS: &str = concat!("pod:spotgen_eligible:info", chosen!());
/// The same pods, ten minutes ago.
const PODS_BEFORE: &str = concat!("pod:spotgen_eligible:info", chosen!(), " offset 10m");
/// The shortest step in which movements are counted.
const STEP: &str = "10m";

pub(super) fn all(system: &System) -> Vec<Row> {
    vec![
        now(system),
        placement(),
        movement(system),
        headroom(system),
        budgets(),
        descheduler(system),
        autoscaler(system),
        cost(),
    ]
}

fn now(system: &System) -> Row {
    let mut panels = vec![
        Panel {
            title: "Pods on Spot",
            description: "The share of the chosen pods that are on Spot nodes. Counted are pods that belong on Spot.",
            kind: Kind::Stat,
            unit: "percentunit",
            queries: vec![Query::new(
                "",
                format!(
                    "(count({PODS} and on (cluster, node) node:spotgen_spot:info) or vector(0)) / count({PODS})"
                ),
            )],
        },
        Panel {
            title: "Pods on on-demand",
            description: "Pods that belong on Spot and are on on-demand nodes.",
            kind: Kind::Stat,
            unit: "short",
            queries: vec![Query::new(
                "",
                format!(
                    "count({PODS} unless on (cluster, node) node:spotgen_spot:info) or vector(0)"
                ),
            )],
        },
        Panel {
            title: "Spot nodes",
            description: "Spot nodes that have joined the cluster.",
            kind: Kind::Stat,
            unit: "short",
            queries: vec![Query::new(
                "",
                "count(node:spotgen_spot:info{cluster=~\"$cluster\"}) or vector(0)",
            )],
        },
        Panel {
            title: "Pods without a node",
            description: "The chosen pods that the scheduler finds no node for, without placeholders.",
            kind: Kind::Stat,
            unit: "short",
            queries: vec![Query::new("", without_node(system))],
        },
    ];
    if system.overprovisioner.is_some() {
        panels.push(Panel {
            title: "Placeholders pending",
            description: "Placeholders without a node: headroom that is missing.",
            kind: Kind::Stat,
            unit: "short",
            queries: vec![Query::new(
                "",
                "sum(cluster:spotgen_placeholders_pending:count{cluster=~\"$cluster\"}) or vector(0)",
            )],
        });
    }
    Row {
        title: "Now",
        panels,
    }
}

fn without_node(system: &System) -> String {
    let waiting = "max by (cluster, namespace, pod) (kube_pod_status_unschedulable{cluster=~\"$cluster\", namespace=~\"$namespace\"})";
    let chosen = concat!("kube_pod_info", chosen!());
    let placeholders = system.overprovisioner.as_ref().map(|overprovisioner| {
        let matchers = pods::placeholders(overprovisioner);
        format!(" unless on (cluster, namespace, pod) kube_pod_info{{{matchers}}}")
    });
    let placeholders = placeholders.unwrap_or_default();
    format!("sum({waiting} and on (cluster, namespace, pod) {chosen}{placeholders}) or vector(0)")
}

/// What `expr` says every so often, added up over each step: at the moments that are multiples of it. Older Prometheus counts
/// both ends of a step, and a second later only one of them is in it.
/// Source: prometheus/prometheus docs/migration.md, "Range selectors and lookback exclude samples coinciding with the left
/// boundary".
fn added_up(expr: &str, every: &str) -> String {
    format!("sum(sum_over_time({expr}[$__interval:{every}] offset -1s)) or vector(0)")
}

/// How many more of the chosen pods are off Spot than ten minutes before, over the namespaces in which they are more.
fn failed_over() -> String {
    let off_spot = |pods: &str, nodes: &str| {
        format!(
            "(count by (cluster, namespace) ({pods} unless on (cluster, node) {nodes}) or count by (cluster, namespace) ({PODS}) * 0)"
        )
    };
    let more = format!(
        "clamp_min({} - {}, 0)",
        off_spot(PODS, "node:spotgen_spot:info"),
        off_spot(PODS_BEFORE, "(node:spotgen_spot:info offset 10m)")
    );
    added_up(&more, STEP)
}

fn placement() -> Row {
    Row {
        title: "Where pods and nodes are",
        panels: vec![
            Panel {
                title: "Pods that belong on Spot",
                description: "A failover moves the line between the two areas, and a failback moves it back.",
                kind: Kind::Stacked,
                unit: "short",
                queries: vec![
                    Query::new(
                        "on Spot",
                        format!(
                            "count({PODS} and on (cluster, node) node:spotgen_spot:info) or vector(0)"
                        ),
                    ),
                    Query::new(
                        "on on-demand",
                        format!(
                            "count({PODS} unless on (cluster, node) node:spotgen_spot:info) or vector(0)"
                        ),
                    ),
                ],
            },
            Panel {
                title: "Nodes",
                description: "Nodes by capacity. During a failover, on-demand nodes replace Spot nodes.",
                kind: Kind::Stacked,
                unit: "short",
                queries: vec![
                    Query::new(
                        "Spot",
                        "count(node:spotgen_spot:info{cluster=~\"$cluster\"}) or vector(0)",
                    ),
                    Query::new(
                        "on-demand",
                        "count(node:spotgen_on_demand:info{cluster=~\"$cluster\"}) or vector(0)",
                    ),
                ],
            },
        ],
    }
}

fn movement(system: &System) -> Row {
    let mut moves = vec![Query::new(
        "failover: pods more on on-demand",
        failed_over(),
    )];
    if system.descheduler.is_some() {
        moves.push(Query::new(
            "failback: pods that the descheduler moved",
            format!("round(sum(increase(namespace:spotgen_evictions:sum{{cluster=~\"$cluster\", namespace=~\"$namespace\", result=\"success\", {FAILBACK}}}[$__rate_interval]))) or vector(0)"),
        ));
    }
    let panels = vec![
        Panel {
            title: "Failovers and failbacks",
            description: "Pods in 10 minutes, or in a longer step if the dashboard shows more time: how many more of the chosen ones run on on-demand nodes, and how many the descheduler has sent back. It counts by namespace: the choice of a workload does not change its line.",
            kind: Kind::Counts(STEP),
            unit: "short",
            queries: moves,
        },
        Panel {
            title: "Evictions by actor and result",
            description: "Evictions in 10 minutes, or in a longer step if the dashboard shows more time. The descheduler, by strategy and result: others than `success` are refused evictions and limits. The kubelet, under node pressure. The cluster autoscaler, where Prometheus has its metrics. The API server counts the evictions that anybody asks it for, the termination handler too, by its answer: 201 is an eviction, 429 a refusal by a budget. It is there if Prometheus scrapes the API server. The API server and the autoscaler count for the whole cluster, the others in the chosen namespaces; nobody counts by workload.",
            kind: Kind::Counts(STEP),
            unit: "short",
            queries: evictions::by_actor(system),
        },
        Panel {
            title: "Interruptions",
            description: "Spot nodes that have gone in an hour, or in a longer step if the dashboard shows more time. Nodes that the autoscaler has removed do not count; upgrades of a pool do.",
            kind: Kind::Counts("1h"),
            unit: "short",
            queries: vec![Query::new(
                "Spot nodes",
                added_up(
                    "cluster:spotgen_spot_nodes_lost:count1h{cluster=~\"$cluster\"}",
                    "1h",
                ),
            )],
        },
    ];
    Row {
        title: "Movement",
        panels,
    }
}

fn headroom(system: &System) -> Row {
    let mut free = vec![Query::new(
        "free on Spot nodes",
        "sum(node:spotgen_free_cpu_cores:sum{cluster=~\"$cluster\"}) or vector(0)",
    )];
    let mut panels = Vec::new();
    if let Some(overprovisioner) = &system.overprovisioner {
        free.push(Query::new(
            "held by placeholders, {{capacity}}",
            "sum by (capacity) (cluster:spotgen_headroom_cpu_cores:sum{cluster=~\"$cluster\"})",
        ));
        let matchers = pods::placeholders(overprovisioner);
        panels.push(Panel {
            title: "Placeholders",
            description: "Running placeholders hold room; pending ones ask for it.",
            kind: Kind::Stacked,
            unit: "short",
            queries: vec![Query::new(
                "{{phase}}",
                format!(
                    "sum by (phase) (max by (cluster, namespace, pod, phase) (kube_pod_status_phase{{cluster=~\"$cluster\", phase=~\"Pending|Running\", {matchers}}}))"
                ),
            )],
        });
    }
    panels.insert(
        0,
        Panel {
            title: "CPU for a failover or failback",
            description: "CPU cores that nobody requests on Spot nodes, and those that placeholders hold until workloads need them.",
            kind: Kind::Lines,
            unit: "short",
            queries: free,
        },
    );
    Row {
        title: "Headroom",
        panels,
    }
}

fn budgets() -> Row {
    Row {
        title: "Budgets",
        panels: vec![Panel {
            title: "Evictions that budgets allow",
            description: "The ten budgets of the chosen namespaces that allow the fewest evictions now. At 0, a drain is refused. No metric tells whose pods a budget covers.",
            kind: Kind::Lines,
            unit: "short",
            queries: vec![Query::new(
                "{{namespace}}/{{poddisruptionbudget}}",
                "bottomk(10, max by (cluster, namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_pod_disruptions_allowed{cluster=~\"$cluster\", namespace=~\"$namespace\"}))",
            )],
        }],
    }
}

/// The rounds of a mean.
const ROUNDS: i64 = 6;

fn descheduler(system: &System) -> Row {
    let panels = system.descheduler.iter().map(|descheduler| {
        let rounds = rounds(descheduler);
        // Rounds that are further apart than a window leave gaps.
        let window = duration(descheduler.seconds(ROUNDS).max(600));
        Panel {
            title: "Duration of a round",
            description: "The mean duration of the descheduler's last rounds.",
            kind: Kind::Lines,
            unit: "s",
            queries: vec![Query::new(
                "mean",
                format!(
                    "sum(rate({rounds}_sum{{cluster=~\"$cluster\"}}[{window}])) / sum(rate({rounds}_count{{cluster=~\"$cluster\"}}[{window}]))"
                ),
            )],
        }
    });
    Row {
        title: "Descheduler",
        panels: panels.collect(),
    }
}

fn autoscaler(system: &System) -> Row {
    let panels = if has_autoscaler(system) {
        vec![
            Panel {
                title: "Pods that the autoscaler counts as unschedulable",
                description: "They make it add nodes, if a node group fits. Placeholders count.",
                kind: Kind::Lines,
                unit: "short",
                queries: vec![Query::new(
                    "{{type}}",
                    "sum by (type) (cluster_autoscaler_unschedulable_pods_count{cluster=~\"$cluster\"})",
                )],
            },
            Panel {
                title: "Failed scale-ups",
                description: "Scale-ups that have failed in an hour, or in a longer step if the dashboard shows more time, by reason: a shortage of Spot shows here.",
                kind: Kind::Counts("1h"),
                unit: "short",
                queries: counted(
                    ["{{reason}}", "all"],
                    "reason",
                    "cluster:spotgen_failed_scale_ups:sum{cluster=~\"$cluster\"}",
                ),
            },
        ]
    } else {
        Vec::new()
    };
    Row {
        title: "Cluster autoscaler",
        panels,
    }
}

/// Source of the metric: opencost/opencost pkg/costmodel/metrics.go.
fn cost() -> Row {
    const COST: &str = "max by (cluster, node) (node_total_hourly_cost{cluster=~\"$cluster\"})";
    // Without OpenCost nothing is shown, not zero.
    let of = |nodes: &str| format!("sum({COST} and on (cluster, node) {nodes}) or sum({COST}) * 0");
    Row {
        title: "Cost (needs OpenCost)",
        panels: vec![Panel {
            title: "Cost of nodes",
            description: "The hourly cost of nodes by capacity, as OpenCost knows it.",
            kind: Kind::Stacked,
            unit: "currencyUSD",
            queries: vec![
                Query::new("Spot", of("node:spotgen_spot:info")),
                Query::new("on-demand", of("node:spotgen_on_demand:info")),
            ],
        }],
    }
}
