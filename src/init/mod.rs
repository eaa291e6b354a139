//! Drafts a configuration from what a cluster, its manifests and its cloud tell.

pub mod cloud_pools;
mod cluster;
mod collisions;
mod draft;
mod globs;
mod group_prefixes;
mod groups;
mod installed;
mod node_labels;
mod node_pools;
mod overhead;
mod ownership;
mod placeholders;
mod pool;
mod problems;
mod propose;
mod provider;
mod reason;
mod rules;
mod section;
mod text;
mod wishes;
mod words;
mod workloads;

pub use cloud_pools::CloudPools;
pub use draft::Draft;
pub(crate) use problems::{object_at, problems};
pub(crate) use provider::cloud_of_nodes;
pub use wishes::Wishes;
pub(crate) use words::plural;

use crate::components::{ComponentId, Installed, System};
use crate::kubernetes::Object;
use crate::manifests::Manifests;
use crate::plan::Plan;
use crate::snapshot::Snapshot;

/// A draft of everything but workloads and installed parts; those are judged by the plan that follows from it.
///
/// # Errors
/// If nothing tells the provider.
pub fn draft(snapshot: &Snapshot, cloud: &[CloudPools], wishes: &Wishes) -> Result<Draft, Unknown> {
    let listed = cloud.first().map(|cloud| cloud.provider);
    let provider = wishes
        .provider
        .or(listed)
        .or_else(|| provider::of(snapshot));
    let facts = provider.ok_or(Unknown)?;
    let found = node_pools::read(snapshot, facts);
    let mut pools: Vec<pool::Pool> = cloud.iter().flat_map(|cloud| cloud.pools.clone()).collect();
    for pool in found.pools {
        match pools.iter_mut().find(|own| own.name == pool.name) {
            Some(own) => own.add(pool),
            None => pools.push(pool),
        }
    }
    if let Some(status) = &snapshot.autoscaler {
        groups::add(&mut pools, status, facts);
    }
    groups::add_of_tools(&mut pools);
    groups::guess_capacity(&mut pools);
    let mut remarks = found.left_out;
    let is_unknown = pools.is_empty();
    propose::missing(&mut pools, facts, wishes, &mut remarks);
    // With no pool at all, nothing says that there is none.
    if is_unknown && !snapshot.is_empty() {
        remarks.push(
            "no node and no pool is in the input: put your own pools in place of these".to_owned(),
        );
    }
    // Those for Spot first, since they are what it is about; the cloud's order otherwise.
    pools.sort_by_key(|pool| (!pool.is_spot(), pool.is_system));
    let is_without_autoscaler =
        snapshot.autoscaler.is_none() && snapshot.namespace_of_report().is_none();
    Ok(Draft {
        cluster: cluster::of(snapshot, cloud, wishes, facts),
        facts,
        pools,
        workloads: workloads::Workloads::default(),
        sections: Vec::new(),
        remarks,
        is_by_nodes: cloud.is_empty() && !snapshot.nodes.is_empty(),
        has_other_nodes: found.has_other_nodes,
        is_karpenters: found.has_karpenter && is_without_autoscaler,
        collisions: Vec::new(),
    })
}

/// Nothing tells which cloud it is.
#[derive(Clone, Copy, Debug)]
pub struct Unknown;

impl Draft {
    /// Adds the workloads, by what the plan of the draft makes of them.
    pub fn add_workloads(&mut self, snapshot: &Snapshot, manifests: &Manifests, plan: &Plan) {
        let left_out = overhead::add(&mut self.pools, snapshot, &manifests.workloads);
        self.remarks.extend(left_out);
        self.workloads = workloads::sort(&manifests.workloads, plan);
        self.workloads.add_left_out(snapshot, &manifests.workloads);
    }

    /// Adds what is installed, by the system that it makes in place of the planned one: `systems` are the planned one and this one.
    pub fn add_installed(
        &mut self,
        installed: &Installed<'_>,
        systems: (&System, &System),
        snapshot: &Snapshot,
    ) {
        self.sections = installed::sections(installed, systems, snapshot);
        let mut autoscalers = installed.running(ComponentId::PriorityExpander);
        self.is_karpenters &= autoscalers.next().is_none();
    }

    /// Notes which of the objects that the draft makes another hand has made already.
    pub fn add_collisions<'o>(
        &mut self,
        objects: impl Iterator<Item = &'o Object>,
        snapshot: &Snapshot,
    ) {
        self.collisions = collisions::of(objects, snapshot, &self.sections);
    }
}
