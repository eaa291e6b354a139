//! What the snapshot answers about counts.

use super::domains::{self, DomainsId, TallyId};
use super::state::Snapshot;
use crate::simulate::world::{NodeId, TemplateId, World};

impl Snapshot {
    /// The number of the value that a node has of a label.
    pub fn domain(&self, topology: usize, node: NodeId) -> Option<u32> {
        self.topologies[topology]
            .of_node
            .get(node.index())
            .copied()
            .flatten()
    }

    /// Pods of a kind on one node.
    pub fn on_node(&self, tally: TallyId, node: NodeId) -> i64 {
        self.tallies[tally.0]
            .on
            .get(node.index())
            .copied()
            .unwrap_or(0)
    }

    /// The domain in which a node is, whether or not it counts there.
    pub fn domain_in(&self, id: DomainsId, node: NodeId) -> Option<u32> {
        self.domain(self.domains[id.0].topology, node)
    }

    /// Whether the pods of a node count.
    pub fn counts(&self, id: DomainsId, node: NodeId) -> bool {
        self.domains[id.0]
            .counted_in
            .get(node.index())
            .is_some_and(Option::is_some)
    }

    /// Pods in one domain.
    pub fn pods_in(&self, id: DomainsId, domain: u32) -> i64 {
        self.domains[id.0]
            .pods
            .get(domain as usize)
            .copied()
            .unwrap_or(0)
    }

    /// Whether each node is a domain of its own.
    pub fn is_by_node(&self, world: &World, id: DomainsId) -> bool {
        let key = self.topologies[self.domains[id.0].topology].key;
        domains::is_hostname(world, key)
    }

    /// Pods in all domains.
    pub fn total(&self, id: DomainsId) -> i64 {
        self.domains[id.0].total
    }

    /// Domains with a node that counts, and their pods.
    pub fn counted_domains(&self, id: DomainsId) -> impl Iterator<Item = (u32, i64)> {
        let domains = &self.domains[id.0];
        let all = domains.pods.iter().zip(&domains.nodes).zip(0u32..);
        all.filter(|((_, nodes), _)| **nodes > 0)
            .map(|((pods, _), domain)| (domain, *pods))
    }

    /// Whether pods of a template are among those that are counted.
    pub fn is_counted(&self, id: DomainsId, template: TemplateId) -> bool {
        self.tallies[self.domains[id.0].tally.0].matches[template.index()]
    }
}
