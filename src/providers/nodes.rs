use super::CapacityLabel;
use crate::kubernetes::Effect;

/// The labels that the provider sets on every node.
#[derive(Debug)]
pub struct NodeLabels {
    /// Key and value of the label on every Spot node.
    pub spot: (&'static str, &'static str),
    /// Which Spot nodes have it where their pool is known by another label.
    pub spot_beside_another: SpotLabelBeside,
    /// The labels that say whether a node is Spot, with all that is known of their values.
    pub capacity: &'static [CapacityLabel],
    /// Key of the label that names a node's pool.
    pub pool: &'static str,
    pub zone: ZoneLabel,
    /// Further labels whose value follows from the pool, by key.
    pub others: &'static [(&'static str, PoolLabel)],
}

/// Which Spot nodes have the provider's label of Spot beside one of their pool's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpotLabelBeside {
    /// All of them: nobody else makes nodes.
    Always,
    /// Those of the provider's own node groups; it is not known which groups are others.
    OfItsOwnGroups,
    /// None: the label is set by who makes the nodes.
    Never,
}

/// What `topology.kubernetes.io/zone` says of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneLabel {
    /// The zone, as `zones` of the configuration has it.
    Zone,
    /// The region, which the configuration does not say, and the zone: `westeurope-1`.
    RegionAndZone,
}

/// What of its pool a label of a node says.
#[derive(Clone, Copy, Debug)]
pub enum PoolLabel {
    Name,
    Mode {
        system: &'static str,
        user: &'static str,
    },
    Capacity {
        spot: &'static str,
        on_demand: &'static str,
    },
}

/// The taints of nodes.
#[derive(Debug)]
pub struct NodeTaints {
    /// The one that the provider sets on every Spot node by itself.
    pub(crate) spot: Option<KnownTaint>,
    /// The one on every node with ARM processors.
    pub(crate) arm: Option<KnownTaint>,
    /// The one on nodes with GPUs, in clusters that have other nodes too. Its key is the resource, and pods that request
    /// that get a toleration from the API server.
    pub(crate) gpu: Option<KnownTaint>,
    /// Whether the API server lets pods that request an extended resource onto nodes with a taint of its name, by the admission
    /// plugin `ExtendedResourceToleration`.
    pub are_tolerated_by_request: bool,
    /// Whether a taint that a user sets needs a value.
    pub value: TaintValue,
}

/// Key, value, effect.
pub(crate) type KnownTaint = (&'static str, &'static str, Effect);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaintValue {
    Required,
    /// As in Kubernetes itself.
    Optional,
}

/// The prefixes of keys that users may not give labels and taints of node pools.
#[derive(Debug)]
pub struct ReservedPrefixes {
    /// The provider's own: what has it, the provider sets by itself.
    pub provider: &'static str,
    pub kubernetes: &'static str,
}

impl ReservedPrefixes {
    pub fn include(&self, key: &str) -> bool {
        key.starts_with(self.provider) || key.starts_with(self.kubernetes)
    }
}
