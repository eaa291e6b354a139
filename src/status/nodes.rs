//! The nodes of the snapshot: which pool each is of, and whether it is Spot.

use std::collections::BTreeMap;

use crate::plan::{NodePool, Plan};
use crate::providers::{SPOT_LABELS, pool_of};
use crate::snapshot::{Node, Pod};

/// What stands in the place of a pool for nodes that no autoscaler scales.
const CONTROL_PLANE: &str = "control-plane";

/// A node in its pool.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) node: &'a Node,
    pub(super) is_spot: bool,
    /// The name of its pool, in the configuration or in the cloud.
    pub(super) pool: String,
}

#[derive(Debug)]
pub(super) struct Nodes<'a>(BTreeMap<&'a str, Place<'a>>);

impl<'a> Nodes<'a> {
    pub(super) fn new(nodes: &'a [Node], plan: &Plan) -> Self {
        let places = nodes.iter().map(|node| {
            let mut pools = plan.node_pools.iter();
            let named = named(plan, node);
            let pool = named.or_else(|| pools.find(|pool| is_of(plan, pool, node)));
            let is_spot = has_spot_label(plan, node)
                || pool.is_some_and(|pool| pool.is_spot() && pool.on_demand_part.is_none());
            let pool = pool.filter(|_| !node.is_of_control_plane());
            let pool = pool.map_or_else(|| cloud_pool(plan, node), |pool| pool.name.clone());
            let place = Place {
                node,
                is_spot,
                pool,
            };
            (node.name.as_str(), place)
        });
        Self(places.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Place<'a>> {
        self.0.values()
    }

    pub(super) fn spot(&self) -> impl Iterator<Item = &Place<'a>> {
        self.iter().filter(|place| place.is_spot)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Place<'a>> {
        self.0.get(name)
    }

    /// Where a pod is; none where it has no node, or that is gone.
    pub(super) fn of(&self, pod: &Pod) -> Option<&Place<'a>> {
        self.get(pod.node.as_deref()?)
    }
}

/// The pool that has the name by which a tool labels a node; none where the cloud's own label tells.
fn named<'p>(plan: &'p Plan, node: &Node) -> Option<&'p NodePool> {
    if node.labels.contains_key(plan.provider.labels.pool) {
        return None;
    }
    let name = pool_of(&node.labels)?;
    let mut pools = plan.node_pools.iter();
    pools.find(|pool| pool.name == *name && pool.is_spot() == has_spot_label(plan, node))
}

/// Whether a node is of a pool: by the cloud's label, else by all labels that the pool declares.
fn is_of(plan: &Plan, pool: &NodePool, node: &Node) -> bool {
    if let Some(name) = node.labels.get(plan.provider.labels.pool) {
        return *name == pool.name;
    }
    let own = || {
        let spot = pool.spot_label.iter();
        let labels = pool.labels.iter();
        let labels = labels.map(|(key, value)| (key.as_str(), value.as_str()));
        labels.chain(spot.map(|(key, value)| (key.as_str(), value.as_str())))
    };
    let has = |(key, value): (&str, &str)| node.labels.get(key).is_some_and(|own| own == value);
    let fits = pool.is_spot() == has_spot_label(plan, node);
    fits && own().next().is_some() && own().all(has)
}

fn has_spot_label(plan: &Plan, node: &Node) -> bool {
    let has = |key: &str, value: &str| node.labels.get(key).is_some_and(|own| own == value);
    let mut pools = plan.node_pools.iter();
    SPOT_LABELS.iter().any(|(key, value)| has(key, value))
        || plan.spot_labels.iter().any(|(key, value)| has(key, value))
        || pools.any(|pool| {
            let label = pool.spot_label.as_ref();
            label.is_some_and(|(key, value)| has(key, value))
        })
}

/// The pool by the label that the cloud gives a node.
fn cloud_pool(plan: &Plan, node: &Node) -> String {
    if node.is_of_control_plane() {
        return CONTROL_PLANE.to_owned();
    }
    let own = node.labels.get(plan.provider.labels.pool);
    own.or_else(|| super::assumed::pool_label(node))
        .cloned()
        .unwrap_or_else(|| "other".to_owned())
}
