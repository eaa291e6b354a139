//! The pools of the nodes that are there.

use std::collections::BTreeMap;

use super::node_labels::{common, is_own, lacks_spot_taint, spot_labels, taints};
use super::pool::Pool;
use super::words::plural;
use crate::config::Capacity;
use crate::kubernetes::{ARCHITECTURE_LABEL, INSTANCE_TYPE_LABEL, OS_LABEL, ZONE};
use crate::providers::{Facts, POOL_LABELS, PoolLabel, ZoneLabel, group_of, pool_of};
use crate::snapshot::{Node, Snapshot};

/// What makes a node one of Karpenter, which no node group of the autoscaler has.
const KARPENTER: &str = "karpenter.sh/nodepool";

/// What nodes tell of their pools.
pub(super) struct Found {
    pub(super) pools: Vec<Pool>,
    /// Nodes that belong to no pool that the autoscaler scales, with the reason.
    pub(super) left_out: Vec<String>,
    pub(super) has_karpenter: bool,
    /// Whether workloads may run on nodes that are left out.
    pub(super) has_other_nodes: bool,
}

pub(super) fn read(snapshot: &Snapshot, facts: &Facts) -> Found {
    let mut groups: BTreeMap<String, Vec<&Node>> = BTreeMap::new();
    let (mut of_karpenter, mut serverless, mut control_plane, mut unnamed) = (0, 0, 0, 0);
    for node in &snapshot.nodes {
        if node.labels.contains_key(KARPENTER) {
            of_karpenter += 1;
        } else if is_serverless(node) {
            serverless += 1;
        } else if node.is_of_control_plane() {
            control_plane += 1;
        } else if let Some(name) = pool_name(node, facts) {
            groups.entry(name).or_default().push(node);
        } else {
            unnamed += 1;
            groups.entry(by_size(node, facts)).or_default().push(node);
        }
    }
    let mut left_out = Vec::new();
    if of_karpenter > 0 {
        left_out.push(format!(
            "{} of Karpenter (`{KARPENTER}`) left out: the cluster autoscaler does not scale them",
            plural(of_karpenter, "node")
        ));
    }
    if serverless > 0 {
        left_out.push(format!(
            "{} of Fargate or of a virtual kubelet left out: no pool has them",
            plural(serverless, "node")
        ));
    }
    if control_plane > 0 {
        left_out.push(format!(
            "{} of the control plane left out",
            plural(control_plane, "node")
        ));
    }
    if unnamed > 0 {
        left_out.push(format!(
            "{} without a label that names the pool: grouped by size, so check the names of these pools",
            plural(unnamed, "node")
        ));
    }
    Found {
        pools: groups
            .into_iter()
            .map(|(name, nodes)| pool(name, &nodes, facts))
            .collect(),
        left_out,
        has_karpenter: of_karpenter > 0,
        has_other_nodes: of_karpenter + serverless > 0,
    }
}

/// Whether no machine is behind it that the autoscaler could add or remove.
/// Sources: <https://docs.aws.amazon.com/eks/latest/userguide/fargate.html>; virtual-kubelet/virtual-kubelet
/// cmd/virtual-kubelet/internal/commands/root/node.go, `NodeFromProvider`.
fn is_serverless(node: &Node) -> bool {
    let is = |key: &str, value: &str| node.labels.get(key).is_some_and(|own| own == value);
    is("eks.amazonaws.com/compute-type", "fargate") || is("type", "virtual-kubelet")
}

fn pool_name(node: &Node, facts: &Facts) -> Option<String> {
    let own = node.labels.get(facts.labels.pool);
    let own = own.filter(|name| !name.is_empty());
    own.or_else(|| pool_of(&node.labels)).cloned()
}

/// The pattern of the group of nodes that their tool made, where the cloud's rule for names does not hold for them.
fn tool_group(nodes: &[&Node], facts: &Facts) -> Option<String> {
    let is_of_cloud = |node: &&Node| node.labels.contains_key(facts.labels.pool);
    let own = nodes.iter().filter(|node| !is_of_cloud(node));
    let mut groups: Vec<String> = own
        .map(|node| group_of(&node.labels))
        .collect::<Option<_>>()?;
    groups.dedup();
    let has_one = groups.len() == 1 && !nodes.iter().any(is_of_cloud);
    groups.pop().filter(|_| has_one)
}

/// A name for nodes of one size and kind.
fn by_size(node: &Node, facts: &Facts) -> String {
    let size = node.labels.get(INSTANCE_TYPE_LABEL);
    let size = size.map_or_else(|| "nodes".to_owned(), |size| size.replace(['_', '.'], "-"));
    match spot_labels(node, facts).next() {
        Some(_) => format!("{size}-spot"),
        None => size,
    }
}

fn pool(name: String, nodes: &[&Node], facts: &Facts) -> Pool {
    let mut pool = Pool::named(name);
    let label = |node: &Node, key: &str| {
        node.labels
            .get(key)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    let spot: Vec<Vec<(&str, &str)>> = nodes
        .iter()
        .map(|node| spot_labels(node, facts).collect())
        .filter(|labels: &Vec<_>| !labels.is_empty())
        .collect();
    pool.tool_group = tool_group(nodes, facts);
    pool.members = nodes.iter().map(|node| node.name.clone()).collect();
    pool.capacity = Some(if spot.is_empty() {
        Capacity::OnDemand
    } else {
        Capacity::Spot
    });
    let mixed = nodes.len() - spot.len();
    if !spot.is_empty() && mixed > 0 {
        pool.remarks.push(format!(
            "{mixed} of its {} nodes are on-demand: describe how the group divides them with `instancesDistribution`",
            nodes.len()
        ));
    }
    let (shared, differing) = shared_label(&spot);
    pool.spot_label = shared
        .filter(|own| *own != facts.labels.spot)
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    pool.remarks.extend(differing);
    pool.is_system = nodes.iter().any(|node| is_system(node, facts));
    pool.is_windows = nodes
        .iter()
        .any(|node| label(node, OS_LABEL).as_deref() == Some("windows"));
    let architectures = nodes
        .iter()
        .filter_map(|node| label(node, ARCHITECTURE_LABEL));
    pool.is_arm = architectures
        .map(|name| name == "arm64")
        .reduce(|one, other| one && other);
    pool.vm_sizes = nodes
        .iter()
        .filter_map(|node| label(node, INSTANCE_TYPE_LABEL))
        .collect();
    let zones = nodes
        .iter()
        .filter_map(|node| zone(&label(node, ZONE)?, facts));
    pool.zones = zones.collect();
    pool.max_pods = nodes
        .iter()
        .filter_map(|node| Some(node.allocatable.get("pods")?.bytes()))
        .min();
    pool.allocatable = nodes
        .iter()
        .filter_map(|node| {
            let cpu = node.allocatable.get("cpu")?.millis();
            Some((cpu, node.allocatable.get("memory")?.bytes()))
        })
        .min();
    pool.gpus = nodes
        .iter()
        .filter_map(|node| Some(node.allocatable.get("nvidia.com/gpu")?.bytes()))
        .filter(|count| *count > 0)
        .min();
    let [first, rest @ ..] = nodes else {
        return pool;
    };
    let spot_key = pool.spot_label.as_ref().map(|(key, _)| key.clone());
    let mut labels = first.labels.clone();
    for node in rest {
        labels = common(labels, &node.labels);
    }
    labels.retain(|key, _| {
        let is_of_spot = spot_key.as_ref() == Some(key) || key == facts.labels.spot.0;
        is_own(key) && !is_of_spot && !POOL_LABELS.contains(&key.as_str())
    });
    pool.labels = labels;
    let mut own = taints(first, facts);
    for node in rest {
        let others = taints(node, facts);
        own.retain(|taint| others.contains(taint));
    }
    let is_common = |node: &&Node| taints(node, facts).len() == own.len();
    if !nodes.iter().all(is_common) {
        pool.remarks
            .push("some of its nodes have further taints, which are left out".to_owned());
    }
    pool.taints = Some(own);
    if pool.vm_sizes.len() > 1 {
        let sizes: Vec<&str> = pool.vm_sizes.iter().map(String::as_str).collect();
        pool.remarks.push(format!(
            "its nodes are of several sizes ({}): `allocatable` is that of the smallest",
            sizes.join(", ")
        ));
    }
    if pool.is_spot() && nodes.iter().all(|node| lacks_spot_taint(node, facts)) {
        pool.lacks_spot_taint = true;
    }
    pool
}

/// The label that all Spot nodes of a pool have, else the one that most have, with a remark. Each of the lists has one label
/// or more, the best known first.
fn shared_label<'n>(
    spot: &[Vec<(&'n str, &'n str)>],
) -> (Option<(&'n str, &'n str)>, Option<String>) {
    let mut counts: Vec<((&str, &str), usize)> = Vec::new();
    for label in spot.iter().flatten() {
        match counts.iter_mut().find(|(own, _)| own == label) {
            Some((_, count)) => *count += 1,
            None => counts.push((*label, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    let Some((label, count)) = counts.iter().find(|(_, count)| Some(*count) == most) else {
        return (None, None);
    };
    let differing = (*count < spot.len()).then(|| {
        let (key, value) = label;
        format!(
            "{} of its {} Spot nodes lack the label `{key}={value}`, and have another: give all of them one label, or make two pools",
            spot.len() - count,
            spot.len()
        )
    });
    (Some(*label), differing)
}

fn is_system(node: &Node, facts: &Facts) -> bool {
    facts.labels.others.iter().any(|(key, label)| {
        matches!(label, PoolLabel::Mode { system, .. }
            if node.labels.get(*key).map(String::as_str) == Some(*system))
    })
}

/// The zone as the configuration has it; none for a node in no zone.
fn zone(label: &str, facts: &Facts) -> Option<String> {
    match facts.labels.zone {
        ZoneLabel::Zone => Some(label.to_owned()),
        // Outside of zones, AKS has the number of the fault domain: no hyphen, or zone 0.
        ZoneLabel::RegionAndZone => {
            let (_, zone) = label.rsplit_once('-')?;
            (zone != "0").then(|| zone.to_owned())
        }
    }
}
