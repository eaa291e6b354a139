//! How long it takes to place many pods. Run with `--release --ignored --nocapture`.

use std::time::Instant;

use super::cluster::{Cluster, V1_36};
use crate::kubernetes::{HOSTNAME, ZONE};
use crate::simulate::actors::scheduler::Scheduler;

/// So many nodes in three zones, and so many pods of so many workloads, with spread by default.
fn place(nodes: usize, pods: usize, workloads: usize) -> (usize, std::time::Duration) {
    let mut cluster = Cluster::default();
    for at in 0..nodes {
        let zone = ["z1", "z2", "z3"][at % 3];
        let capacity = if at % 2 == 0 {
            "capacity=spot"
        } else {
            "capacity=od"
        };
        cluster.node(&format!("node-{at}"), zone, 3860, 14 << 10, capacity);
    }
    let mut owners = Vec::new();
    for at in 0..workloads {
        let name = format!("app=web-{at}");
        let mut pod = cluster.template(&name, 250, 512);
        pod.preferred_nodes
            .push(cluster.preferred("capacity", "spot", 100));
        match at % 3 {
            0 => {
                pod.spread.push(cluster.spread(&name, HOSTNAME, 3, false));
                pod.spread.push(cluster.spread(&name, ZONE, 5, false));
                pod.spread_is_default = true;
            }
            1 => pod.spread.push(cluster.spread(&name, ZONE, 1, true)),
            _ => {
                pod.preferred_pods.push((-100, cluster.term(&name, ZONE)));
                pod.preferred_pods
                    .push((-50, cluster.term(&name, HOSTNAME)));
            }
        }
        owners.push(cluster.owner(pod));
    }
    let all: Vec<_> = (0..pods)
        .map(|at| cluster.pod(owners[at % workloads]))
        .collect();
    let mut scheduler = Scheduler::new(V1_36);
    let start = Instant::now();
    cluster.settle(&mut scheduler);
    let placed = all
        .iter()
        .filter(|pod| cluster.node_of(**pod).is_some())
        .count();
    (placed, start.elapsed())
}

#[test]
#[ignore = "it measures"]
#[expect(clippy::print_stderr, reason = "it is what it is for")]
fn many_pods() {
    for (nodes, pods, workloads) in [(100, 1067, 30), (1200, 7064, 200), (1000, 20_000, 300)] {
        let (placed, took) = place(nodes, pods, workloads);
        eprintln!("{nodes} nodes, {placed} of {pods} pods of {workloads} workloads: {took:?}");
    }
}
