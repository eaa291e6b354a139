//! What `DaemonSet`s take of the nodes of a pool.

use std::collections::BTreeMap;

use super::pool::Pool;
use super::words::plural;
use crate::config::Kind;
use crate::manifests::ManifestWorkload;
use crate::snapshot::Snapshot;

/// Sets the overhead of every pool with nodes, by what the pods that are there request. Returns what is not in it.
pub(super) fn add(
    pools: &mut [Pool],
    snapshot: &Snapshot,
    workloads: &[ManifestWorkload],
) -> Option<String> {
    let mut without: Vec<&str> = Vec::new();
    let mut requests: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for found in workloads
        .iter()
        .filter(|found| found.kind == Kind::DaemonSet)
    {
        if let Some(own) = &found.requests {
            let namespace = found.namespace.as_deref().unwrap_or("default");
            requests.insert(
                (namespace, &found.name),
                (own.cpu.millis(), own.memory.bytes()),
            );
        } else {
            without.push(&found.name);
        }
    }
    let mut of_node: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for pod in snapshot.pods.iter().filter(|pod| pod.is_alive()) {
        if let (Some(node), Some(made_by)) = (&pod.node, &pod.controller)
            && made_by.kind == "DaemonSet"
            && let Some((cpu, memory)) =
                requests.get(&(made_by.namespace.as_str(), made_by.name.as_str()))
        {
            let sum = of_node.entry(node).or_default();
            *sum = (sum.0 + cpu, sum.1 + memory);
        }
    }
    for pool in &mut *pools {
        let members = pool.members.iter();
        let taken: Vec<_> = members
            .filter_map(|name| of_node.get(name.as_str()))
            .collect();
        let cpu = taken.iter().map(|(cpu, _)| *cpu).max();
        pool.overhead = cpu.zip(taken.iter().map(|(_, memory)| *memory).max());
    }
    let has_overhead = pools.iter().any(|pool| pool.overhead.is_some());
    let first = without.first().filter(|_| has_overhead)?;
    Some(format!(
        "{} without requests, such as `{first}`, {} not in `daemonSetOverhead`",
        plural(without.len(), "DaemonSet"),
        if without.len() == 1 { "is" } else { "are" }
    ))
}
