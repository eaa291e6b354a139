//! A node pool as far as it is known.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Capacity;

/// A node pool, from its nodes, from the cloud's own list, from the autoscaler's report, or from several of them.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that have nothing to do with each other"
)]
pub struct Pool {
    pub name: String,
    /// None where nothing tells.
    pub capacity: Option<Capacity>,
    pub is_system: bool,
    pub is_windows: bool,
    pub vm_sizes: BTreeSet<String>,
    /// Whether its nodes have ARM processors; none where nothing tells.
    pub is_arm: Option<bool>,
    pub zones: BTreeSet<String>,
    /// The range of the autoscaler.
    pub nodes: Option<(i64, i64)>,
    /// Whether the range counts the whole pool where the cloud counts each zone.
    pub has_total_range: bool,
    /// The names of its nodes.
    pub members: Vec<String>,
    /// Thousandths of a CPU and bytes that `DaemonSet`s request on the node where it is most.
    pub overhead: Option<(i64, i64)>,
    /// Those that neither Kubernetes nor the cloud sets.
    pub labels: BTreeMap<String, String>,
    /// Those that the cloud does not set by itself; none where nothing tells.
    pub taints: Option<Vec<String>>,
    /// Whether its Spot nodes lack the taint that the cloud sets on such nodes.
    pub lacks_spot_taint: bool,
    /// The label of its Spot nodes, where it is not that of the cloud.
    pub spot_label: Option<(String, String)>,
    /// The name of its node group, where it does not follow from its own.
    pub node_group: Option<String>,
    /// The pattern of that name by the tool that made the group, for want of the name itself.
    pub tool_group: Option<String>,
    pub max_pods: Option<i64>,
    /// What becomes of an evicted VM, and the most to pay, where those are settings.
    pub eviction_policy: Option<String>,
    pub max_price: Option<f64>,
    /// Whether the cloud's own list has it.
    pub is_listed: bool,
    /// Thousandths of a CPU and bytes, of the smallest node.
    pub allocatable: Option<(i64, i64)>,
    pub gpus: Option<i64>,
    /// What people have to know of it.
    pub remarks: Vec<String>,
}

impl Pool {
    pub(super) fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    pub(super) fn is_spot(&self) -> bool {
        self.capacity == Some(Capacity::Spot)
    }

    /// Adds what another source knows of the same pool. What is known here already stays.
    pub(super) fn add(&mut self, other: Self) {
        let Self {
            name: _,
            capacity,
            is_system,
            is_windows,
            vm_sizes,
            is_arm,
            zones,
            nodes,
            has_total_range,
            members,
            overhead,
            labels,
            taints,
            lacks_spot_taint,
            spot_label,
            node_group,
            tool_group,
            max_pods,
            eviction_policy,
            max_price,
            is_listed,
            allocatable,
            gpus,
            remarks,
        } = other;
        self.capacity = self.capacity.or(capacity);
        self.is_system |= is_system;
        self.is_windows |= is_windows;
        if self.vm_sizes.is_empty() {
            self.vm_sizes = vm_sizes;
        }
        self.is_arm = self.is_arm.or(is_arm);
        if self.zones.is_empty() {
            self.zones = zones;
        }
        if self.nodes.is_none() {
            self.nodes = nodes;
            self.has_total_range = has_total_range;
        }
        if self.members.is_empty() {
            self.members = members;
        }
        self.overhead = self.overhead.or(overhead);
        if self.labels.is_empty() {
            self.labels = labels;
        }
        self.taints = self.taints.take().or(taints);
        self.lacks_spot_taint |= lacks_spot_taint;
        self.spot_label = self.spot_label.take().or(spot_label);
        self.node_group = self.node_group.take().or(node_group);
        self.tool_group = self.tool_group.take().or(tool_group);
        self.max_pods = self.max_pods.or(max_pods);
        self.eviction_policy = self.eviction_policy.take().or(eviction_policy);
        self.max_price = self.max_price.or(max_price);
        self.is_listed |= is_listed;
        self.allocatable = self.allocatable.or(allocatable);
        self.gpus = self.gpus.or(gpus);
        self.remarks.extend(remarks);
    }
}
