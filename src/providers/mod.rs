//! What each provider does by itself, as data. One constant a file; nothing here decides.

mod aks;
mod azure_vm_family;
mod azure_vm_size;
mod eks;
mod generic;
mod gke;

pub use azure_vm_family::family as azure_vm_family;
pub use azure_vm_size::{Allocatable, aks_allocatable, resources as azure_vm_resources};

use serde::{Serialize, Serializer};

use crate::config::{OsType, ProviderName};
use crate::kubernetes::Effect;

/// What is true of every cluster of a provider.
#[derive(Debug)]
pub struct Facts {
    pub name: ProviderName,
    /// As people call it.
    pub title: &'static str,
    /// Key and value of the label on every Spot node.
    pub spot_label: (&'static str, &'static str),
    /// The taint that the provider sets on every Spot node by itself: key, value, effect.
    pub spot_taint: Option<(&'static str, &'static str, Effect)>,
    /// Key of the label that names a node's pool.
    pub pool_label: &'static str,
    /// Seconds from the announcement of an interruption to its coming.
    pub notice_seconds: i32,
    /// Seconds that a pod on Spot can count on to stop: the notice, less what it takes to hear of it.
    pub grace_seconds: i32,
    /// Where the cluster autoscaler looks for its `ConfigMap`; none where it has no priority expander.
    pub expander_namespace: Option<&'static str>,
    /// The exact name of a pool's node group as a pattern, `{pool}` standing for the pool's name.
    pub node_group: NodeGroup,
    pub pool_name: PoolNameRule,
    /// The settings of the managed autoscaler that can be set.
    pub profile: &'static [ProfileKey],
    /// Whether nodes need a handler of ours to hear of interruptions.
    pub termination_handler: bool,
}

/// Facts are written by the name of the provider: they are the same for everyone.
impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name.serialize(serializer)
    }
}

/// Patterns (RE2) of node-group names by operating system.
#[derive(Debug)]
pub struct NodeGroup {
    pub linux: &'static str,
    pub windows: &'static str,
    /// Names that fit the two patterns: what others' patterns are tried on before there is a pool.
    pub linux_sample: &'static str,
    pub windows_sample: &'static str,
}

impl NodeGroup {
    /// The pattern of one pool, anchored, so that `pool1` does not catch `pool10`.
    pub fn pattern(&self, pool: &str, os: OsType) -> String {
        let template = match os {
            OsType::Linux => self.linux,
            OsType::Windows => self.windows,
        };
        template.replace("{pool}", &regex::escape(pool).replace("\\-", "-"))
    }

    /// A name that the node group of a pool can have.
    pub fn sample(&self, pool: &str, os: OsType) -> String {
        let template = match os {
            OsType::Linux => self.linux_sample,
            OsType::Windows => self.windows_sample,
        };
        template.replace("{pool}", pool)
    }
}

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

/// One setting of a managed autoscaler.
#[derive(Debug)]
pub struct ProfileKey {
    pub name: &'static str,
    pub value: ProfileKind,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum ProfileKind {
    /// Whole minutes: `10m`.
    Minutes,
    /// Whole seconds: `10s`.
    Seconds,
    /// A whole number with a unit: `10s`, `5m`.
    Duration,
    /// A whole number from 0.
    Count,
    /// A whole number from 0 to 100.
    Percentage,
    /// A number from 0 to 1.
    Fraction,
    /// `true` or `false`.
    Boolean,
    /// One of the expanders.
    Expander,
}

/// The facts of a provider.
pub fn facts(name: ProviderName) -> &'static Facts {
    match name {
        ProviderName::Aks => &aks::FACTS,
        ProviderName::Eks => &eks::FACTS,
        ProviderName::Gke => &gke::FACTS,
        ProviderName::Generic => &generic::FACTS,
    }
}
