//! What is known so far of the configuration to be written.

use super::cluster::Cluster;
use super::pool::Pool;
use super::section::Section;
use super::workloads::Workloads;
use crate::providers::Facts;

/// A configuration that is still to be read by people.
#[derive(Debug)]
pub struct Draft {
    pub(super) cluster: Cluster,
    pub(super) facts: &'static Facts,
    pub(super) pools: Vec<Pool>,
    pub(super) workloads: Workloads,
    pub(super) sections: Vec<Section>,
    /// About what is left out of the pools.
    pub(super) remarks: Vec<String>,
    /// Whether the cloud's own list of pools is not known.
    pub(super) is_by_nodes: bool,
    /// Whether workloads may run on nodes that are left out of the pools.
    pub(super) has_other_nodes: bool,
    /// Whether Karpenter adds the nodes, and no cluster autoscaler is to be seen.
    pub(super) is_karpenters: bool,
    /// Objects of other hands that the configuration makes too.
    pub(super) collisions: Vec<String>,
}

impl Draft {
    /// Whether workloads may run on nodes that are left out of the pools.
    pub(crate) fn has_other_nodes(&self) -> bool {
        self.has_other_nodes
    }

    /// How many pools, workloads, and workloads of the default class it has.
    pub fn counts(&self) -> (usize, usize, usize) {
        (
            self.pools.len(),
            self.workloads.count,
            self.workloads.by_default,
        )
    }
}
