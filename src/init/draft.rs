//! What is known so far of the configuration to be written.

use super::cluster::Cluster;
use super::installed::Section;
use super::pool::Pool;
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
}

impl Draft {
    pub(super) fn new(
        cluster: Cluster,
        facts: &'static Facts,
        pools: Vec<Pool>,
        remarks: Vec<String>,
        is_by_nodes: bool,
    ) -> Self {
        Self {
            cluster,
            facts,
            pools,
            workloads: Workloads::default(),
            sections: Vec::new(),
            remarks,
            is_by_nodes,
        }
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
