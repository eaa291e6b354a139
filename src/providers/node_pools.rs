use crate::config::{EvictionPolicy, Per};
use crate::kubernetes::Effect;

/// What a provider lets a pool be called.
#[derive(Debug)]
pub struct PoolNameRule {
    /// `None` where every name that the schema allows will do.
    pub pattern: Option<&'static str>,
    pub max_length: usize,
    pub max_length_windows: usize,
    /// In words, after "must be".
    pub words: &'static str,
}

/// How large pools can be.
#[derive(Debug)]
pub struct PoolLimits {
    /// Nodes that one pool can have at most.
    pub nodes_per_pool: Option<i64>,
    /// Nodes that all pools of a cluster can have at most.
    pub nodes_per_cluster: Option<i64>,
    /// Pods that one node can have at most where nothing else is asked for; `None` where that depends on more.
    pub pods_per_node: Option<i64>,
    /// Over what the range of the autoscaler counts nodes.
    pub counted_per: Per,
    /// Whether a pool can have nodes of both kinds, Spot and on-demand.
    pub mixed_capacity: bool,
    /// VM sizes that one pool can have at most.
    pub vm_sizes_per_pool: Option<u32>,
}

/// What a Spot pool is made with where nothing else is asked for.
#[derive(Debug)]
pub struct SpotPoolDefaults {
    /// What becomes of a VM that is taken back. One that is deallocated goes on counting against the quota and against
    /// the maximum of its pool.
    pub eviction_policy: EvictionPolicy,
    /// The most to pay, in US dollars an hour; -1 pays up to the on-demand price and is never evicted for its price.
    pub max_price: f64,
}

/// The pools of mode `System`, which hold the cluster's own pods and of which a cluster has at least one.
#[derive(Debug)]
pub struct SystemPools {
    /// The fewest nodes that one can have.
    pub min_nodes: i64,
    /// The taint that keeps all other pods off: key, value, effect. Of its other taints a pool can have those with the
    /// effect `PreferNoSchedule` only.
    pub taint: (&'static str, &'static str, Effect),
}

impl SystemPools {
    /// The taint as it is written in the configuration and on the command line.
    pub fn taint_text(&self) -> String {
        let (key, value, effect) = self.taint;
        format!("{key}={value}:{effect}")
    }
}
