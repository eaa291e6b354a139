//! A configuration in place of a missing one: the provider and the pools that the nodes tell of, and nothing else. It is
//! good for where pods may run; nothing is compared to it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::cloud::cloud;
use crate::kubernetes::Taint;
use crate::providers::{Facts, PoolLabel, SPOT_LABELS, group_of, pool_of};
use crate::snapshot::{Node, Snapshot};

/// Source: kubernetes-sigs/karpenter pkg/apis/v1/labels.go, `NodePoolLabelKey`.
pub(super) const KARPENTER: &str = "karpenter.sh/nodepool";

/// Taints that come and go with the state of a node.
/// Sources: kubernetes/api `core/v1/well_known_taints.go`; kubernetes/autoscaler
/// `cluster-autoscaler/utils/taints/taints.go`.
pub(super) fn is_passing(key: &str) -> bool {
    key.starts_with("node.kubernetes.io/")
        || key.starts_with("node.cloudprovider.kubernetes.io/")
        || key.ends_with("ByClusterAutoscaler")
        || key.ends_with("OfClusterAutoscaler")
}

/// The text of the configuration.
pub fn config(snapshot: &Snapshot) -> String {
    let cloud = cloud(&snapshot.nodes);
    let mut pools: BTreeMap<(String, bool), &Node> = BTreeMap::new();
    let workers = snapshot.nodes.iter();
    for node in workers.filter(|node| !node.is_of_control_plane()) {
        let name = name(node, cloud);
        let key = (name, spot_label(node).is_some());
        pools.entry(key).or_insert(node);
    }
    let names: Vec<String> = pools.keys().map(|(name, _)| name.clone()).collect();
    let pools = pools.into_iter().map(|((name, is_spot), node)| {
        let is_shared = names.iter().filter(|other| **other == name).count() > 1;
        let name = if is_spot && is_shared {
            format!("{name}-spot")
        } else {
            name
        };
        pool(&name, node, cloud)
    });
    let mut pools: Vec<Json> = pools.collect();
    if pools.is_empty() {
        pools.push(json!({"name": "nodes", "capacity": "OnDemand", "taints": []}));
    }
    // A cloud says itself by what its Spot nodes are known. Elsewhere a pool at zero is known by its label alone.
    if cloud.is_none() {
        let is_missing = |label: &&(&str, &str)| {
            let mut nodes = snapshot.nodes.iter();
            nodes.all(|node| spot_label(node) != Some(**label))
        };
        let missing = SPOT_LABELS.iter().enumerate();
        let missing = missing.filter(|(_, label)| !label.1.is_empty() && is_missing(label));
        pools.extend(missing.map(|(number, (key, value))| {
            let name = format!("spot-{number}");
            json!({"name": name, "capacity": "Spot", "taints": [], "spotLabel": {*key: value}})
        }));
    }
    let provider = cloud.map_or_else(|| json!("generic"), |cloud| json!(cloud));
    let config = json!({
        "apiVersion": "spotgen.dev/v1alpha1",
        "kind": "SpotConfig",
        "metadata": {"name": "snapshot"},
        "spec": {
            "provider": provider,
            "nodePools": pools,
            "overprovisioner": {"enabled": false},
            "descheduler": {"enabled": false},
        },
    });
    config.to_string()
}

fn name(node: &Node, cloud: Option<&Facts>) -> String {
    let own = cloud.and_then(|facts| node.labels.get(facts.labels.pool));
    let name = own.or_else(|| pool_label(node));
    name.cloned().unwrap_or_else(|| "nodes".to_owned())
}

/// The name of the pool of a node by a label that no cloud sets.
pub(super) fn pool_label(node: &Node) -> Option<&String> {
    node.labels.get(KARPENTER).or_else(|| pool_of(&node.labels))
}

/// The label by which a node is known as Spot.
fn spot_label(node: &Node) -> Option<(&'static str, &'static str)> {
    let mut labels = SPOT_LABELS.into_iter();
    labels.find(|(key, value)| node.labels.get(*key).is_some_and(|own| own == value))
}

fn pool(name: &str, node: &Node, cloud: Option<&Facts>) -> Json {
    let spot = spot_label(node);
    let taints = node.taints.iter().filter(|taint| !is_passing(&taint.key));
    let taints: Vec<String> = taints.map(Taint::text).collect();
    let mut pool = json!({
        "name": name,
        "capacity": if spot.is_some() { "Spot" } else { "OnDemand" },
        "taints": taints,
    });
    let is_made_by_cloud = cloud.is_some_and(|facts| node.labels.contains_key(facts.labels.pool));
    if let Some(group) = group_of(&node.labels).filter(|_| !is_made_by_cloud) {
        pool["nodeGroup"] = json!(group);
    }
    let is_of_cloud = cloud.map(|facts| facts.labels.spot) == spot;
    if let Some((key, value)) = spot.filter(|_| !is_of_cloud) {
        pool["spotLabel"] = json!({key: value});
    }
    if cloud.is_some_and(|facts| is_system(facts, node)) {
        pool["mode"] = json!("System");
    }
    pool
}

/// Whether the cloud runs its own pods there, by a label of it.
fn is_system(facts: &Facts, node: &Node) -> bool {
    let mut labels = facts.labels.others.iter();
    labels.any(|(key, label)| match label {
        PoolLabel::Mode { system, .. } => node.labels.get(*key).is_some_and(|own| own == system),
        _ => false,
    })
}
