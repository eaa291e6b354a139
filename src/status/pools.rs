//! Node pools: their nodes, what the cluster autoscaler says of their groups, and pods on nodes that are lost.

use std::collections::BTreeMap;

use super::cloud::other_cloud;
use super::cluster::Cluster;
use super::karpenter;
use super::nodes::Place;
use super::part::Part;
use super::report;
use super::words::{count, names, short};
use crate::components::ComponentId;
use crate::snapshot::{Age, GroupStatus, Phase, Pod, ScaleUp};
use crate::values::pattern::Matcher;

/// The autoscaler reports in every loop, each 10 seconds or a little more: it does not run if it was silent for so long.
/// Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `scan-interval`.
const SILENT: i64 = 10 * 60;

/// A pool, as it is.
#[derive(Clone, Debug, Default)]
pub struct PoolRow {
    pub name: String,
    /// None where nothing tells.
    pub is_spot: Option<bool>,
    pub nodes: usize,
    pub ready: usize,
    /// Pods that live on its nodes.
    pub pods: usize,
    /// The node groups that the autoscaler knows it by.
    pub groups: Vec<GroupStatus>,
}

impl PoolRow {
    /// The sum of a figure over its groups; none without a group.
    pub fn sum(&self, figure: fn(&GroupStatus) -> i64) -> Option<i64> {
        (!self.groups.is_empty()).then(|| self.groups.iter().map(figure).sum())
    }

    /// Code and message of the first group that is in back-off.
    pub fn backoff(&self) -> Option<(&str, &str)> {
        self.groups.iter().find_map(|group| match &group.scale_up {
            ScaleUp::Backoff { code, message } => Some((code.as_str(), message.as_str())),
            _ => None,
        })
    }
}

pub(super) fn judge(cluster: &Cluster<'_>) -> (Part, Vec<PoolRow>) {
    let mut part = Part::new(ComponentId::NodePools.name());
    let rows = rows(cluster);
    part.is_there = !rows.is_empty();
    if cluster.nodes.is_empty() {
        part.gap("which nodes there are", cluster.add_places());
    } else {
        other(&mut part, cluster);
        nodes(&mut part, cluster);
    }
    autoscaler(&mut part, cluster);
    let mut statuses = cluster.snapshot.autoscaler.iter();
    let has_groups = statuses.any(|status| !status.groups.is_empty());
    for row in &rows {
        groups(&mut part, row);
        let is_declared = cluster.planned.is_some();
        if is_declared && row.nodes == 0 && row.groups.is_empty() && has_groups {
            part.trouble(
                "pool-missing",
                format!("the pool {} of the configuration has no node, and the cluster autoscaler knows no group of it", row.name),
                "spotgen explain pool-not-autoscaled",
            );
        }
    }
    (part, rows)
}

fn rows(cluster: &Cluster<'_>) -> Vec<PoolRow> {
    let mut rows: Vec<PoolRow> = Vec::new();
    if cluster.planned.is_some() {
        rows.extend(cluster.plan.node_pools.iter().map(|pool| PoolRow {
            name: pool.name.clone(),
            is_spot: Some(pool.is_spot()),
            ..PoolRow::default()
        }));
    }
    let mut pods: BTreeMap<&str, usize> = BTreeMap::new();
    for pod in cluster.snapshot.pods.iter().filter(|pod| pod.is_alive()) {
        if let Some(node) = pod.node.as_deref() {
            *pods.entry(node).or_default() += 1;
        }
    }
    for place in cluster.nodes.iter() {
        let row = row(&mut rows, &place.pool, Some(place.is_spot));
        row.nodes += 1;
        row.ready += usize::from(place.node.is_ready);
        row.pods += pods.get(place.node.name.as_str()).unwrap_or(&0);
    }
    let pools = cluster.plan.node_pools.iter();
    let patterns: Vec<(&str, Option<Matcher>)> = pools
        .map(|pool| (pool.name.as_str(), Matcher::new(&pool.node_group)))
        .collect();
    let status = cluster.snapshot.autoscaler.iter();
    for group in status.flat_map(|status| &status.groups) {
        let takes =
            |own: &Option<Matcher>| own.as_ref().is_some_and(|own| own.matches(&group.name));
        let pool = patterns.iter().find(|(_, own)| takes(own));
        let name = pool.map_or(group.name.as_str(), |(name, _)| name);
        let pools = &cluster.plan.node_pools;
        let is_spot = pool.and_then(|(name, _)| {
            let pool = pools.iter().find(|pool| pool.name == *name)?;
            Some(pool.is_spot())
        });
        row(&mut rows, name, is_spot).groups.push(group.clone());
    }
    if cluster.planned.is_none() {
        rows.sort_by(|one, other| one.name.cmp(&other.name));
    }
    rows
}

/// The row of a pool, which is added where there is none.
fn row<'r>(rows: &'r mut Vec<PoolRow>, name: &str, is_spot: Option<bool>) -> &'r mut PoolRow {
    let at = rows
        .iter()
        .position(|row| row.name == name)
        .unwrap_or_else(|| {
            rows.push(PoolRow {
                name: name.to_owned(),
                is_spot,
                ..PoolRow::default()
            });
            rows.len() - 1
        });
    &mut rows[at]
}

/// Tells that the configuration is of another cluster.
fn other(part: &mut Part, cluster: &Cluster<'_>) {
    let meant = cluster.plan.provider;
    let other = other_cloud(&cluster.snapshot.nodes, meant);
    if let Some(other) = other.filter(|_| cluster.planned.is_some()) {
        part.trouble(
            "other-cloud",
            format!(
                "the configuration is for {}, and the nodes are of {}",
                meant.title, other.title
            ),
            "pass the configuration of this cluster to -f, or the snapshot of the other one",
        );
    }
}

fn nodes(part: &mut Part, cluster: &Cluster<'_>) {
    let all = cluster.nodes.iter().count();
    let spot = cluster.nodes.spot().count();
    part.fact(format!(
        "{spot} Spot and {}",
        count(all - spot, "on-demand node")
    ));
    part.figure("nodes", all);
    part.figure("spotNodes", spot);
    let unready = cluster.nodes.iter().filter(|place| !place.node.is_ready);
    let unready: Vec<&str> = unready.map(|place| place.node.name.as_str()).collect();
    part.figure("notReady", unready.len());
    if !unready.is_empty() {
        part.trouble(
            "nodes-not-ready",
            format!(
                "{} not ready: {}",
                count(unready.len(), "node"),
                names(&unready)
            ),
            format!(
                "kubectl describe node {}",
                crate::values::shell::word(unready[0])
            ),
        );
    }
    cordoned(part, cluster);
    dead_pods(part, cluster);
}

/// Spot nodes that take no pods. Whether they go soon, as in a drain, no node says.
fn cordoned(part: &mut Part, cluster: &Cluster<'_>) {
    let spot: Vec<&Place<'_>> = cluster
        .nodes
        .spot()
        .filter(|own| own.node.is_ready)
        .collect();
    let cordoned: Vec<&str> = spot
        .iter()
        .filter(|place| place.node.is_cordoned)
        .map(|place| place.node.name.as_str())
        .collect();
    part.figure("cordonedSpotNodes", cordoned.len());
    let Some(first) = cordoned.first() else {
        return;
    };
    let next = format!("kubectl uncordon {}", crate::values::shell::word(first));
    if cordoned.len() == spot.len() {
        part.trouble(
            "spot-cordoned",
            format!(
                "every Spot node that is ready is cordoned: {}",
                names(&cordoned)
            ),
            next,
        );
    } else {
        part.gap(
            format!(
                "whether {} cordoned for good: {}",
                if cordoned.len() == 1 {
                    "a Spot node is"
                } else {
                    "Spot nodes are"
                },
                names(&cordoned)
            ),
            format!("unless it is being drained: {next}"),
        );
    }
}

/// Pods that count as running on a node that is gone or not ready. Those that live and die with their node do no harm.
fn dead_pods(part: &mut Part, cluster: &Cluster<'_>) {
    let is_dead = |pod: &&Pod| {
        let of_node = |pod: &Pod| {
            let controller = pod.controller.as_ref();
            controller.is_some_and(|own| matches!(own.kind.as_str(), "DaemonSet" | "Node"))
        };
        let is_lost = pod.node.as_deref().is_some_and(|node| {
            cluster
                .nodes
                .get(node)
                .is_none_or(|place| !place.node.is_ready)
        });
        pod.phase == Phase::Running && is_lost && !of_node(pod)
    };
    let dead = cluster.snapshot.pods.iter().filter(is_dead);
    let dead: Vec<String> = dead
        .map(|pod| format!("{}/{}", pod.namespace, pod.name))
        .collect();
    part.figure("deadPods", dead.len());
    if !dead.is_empty() {
        part.trouble(
            "dead-pods",
            format!(
                "{} running on a node that is gone or not ready: {}",
                count(dead.len(), "pod"),
                names(&dead)
            ),
            "spotgen explain SpotDeadPodsRunning",
        );
    }
}

fn autoscaler(part: &mut Part, cluster: &Cluster<'_>) {
    let Some(status) = &cluster.snapshot.autoscaler else {
        if karpenter::is_alone(cluster) {
            part.fact("Karpenter makes the nodes");
            return;
        }
        let (why, next) = report::missing(cluster);
        part.gap(
            format!("which node groups there are and whether they grow: {why}"),
            next,
        );
        return;
    };
    part.fact(count(status.groups.len(), "node group"));
    part.figure("groups", status.groups.len());
    if let Some(age) = cluster.age(status.time).filter(|age| *age >= SILENT) {
        part.trouble(
            "autoscaler-silent",
            format!(
                "the cluster autoscaler has reported nothing for {}",
                Age(age)
            ),
            "spotgen explain SpotAutoscalerHalted",
        );
    } else if !status.is_running {
        part.fact("the cluster autoscaler is starting");
    }
}

fn groups(part: &mut Part, row: &PoolRow) {
    if let Some((code, message)) = row.backoff() {
        part.trouble(
            "pool-in-backoff",
            format!(
                "{} gets no new nodes ({code}): {}",
                row.name,
                short(message)
            ),
            "spotgen explain SpotCapacityMissing",
        );
    }
    for group in row.groups.iter().filter(|group| !group.is_healthy) {
        part.trouble(
            "group-unhealthy",
            format!(
                "the cluster autoscaler leaves {} alone: too many of its nodes are not ready",
                group.name
            ),
            "spotgen explain SpotAutoscalerHalted",
        );
    }
}
