//! A policy that the descheduler takes, with its defaults filled in.

use crate::kubernetes::LabelSelector;
use crate::simulate::world::Millis;

pub(super) const EVICTOR: &str = "DefaultEvictor";
pub(super) const NODE_AFFINITY: &str = "RemovePodsViolatingNodeAffinity";
pub(super) const NODE_TAINTS: &str = "RemovePodsViolatingNodeTaints";
pub(super) const DUPLICATES: &str = "RemoveDuplicates";

/// What the descheduler does in each round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The nodes that plugins see; all, when there is none.
    pub node_selector: Option<String>,
    pub limits: Limits,
    /// Instead of the pods' own.
    pub grace: Option<Millis>,
    pub profiles: Vec<Profile>,
}

impl Policy {
    /// All plugins in the order in which they run, each with the place of its profile: first those that deschedule, then those
    /// that balance.
    /// Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/descheduler.go, `runProfiles`.
    pub(super) fn plugins(&self) -> impl Iterator<Item = (usize, &Plugin)> {
        let of = |plugins: fn(&Profile) -> &Vec<Plugin>| {
            let profiles = self.profiles.iter().enumerate();
            profiles
                .flat_map(move |(at, profile)| plugins(profile).iter().map(move |own| (at, own)))
        };
        of(|profile| &profile.deschedule).chain(of(|profile| &profile.balance))
    }
}

/// How many pods one round evicts at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub per_node: Option<u64>,
    pub per_namespace: Option<u64>,
    pub total: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub evictor: Evictor,
    pub deschedule: Vec<Plugin>,
    pub balance: Vec<Plugin>,
}

/// A plugin that a profile enables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plugin {
    NodeAffinity(NodeAffinity),
    NodeTaints(NodeTaints),
    Duplicates(Duplicates),
    /// One of [`super::NOT_MODELLED`]: here it does nothing.
    NotModelled(&'static str),
}

/// What a plugin may be enabled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    Deschedule,
    Balance,
}

/// Pods that a plugin looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// All, where it is empty.
    pub included: Vec<String>,
    pub excluded: Vec<String>,
    pub labels: LabelSelector,
}

/// Arguments of `RemovePodsViolatingNodeAffinity`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeAffinity {
    pub covered: Covered,
    /// In their order; what upstream only logs as invalid is left out.
    pub kinds: Vec<AffinityKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AffinityKind {
    Required,
    Preferred,
}

/// Arguments of `RemovePodsViolatingNodeTaints`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeTaints {
    pub covered: Covered,
    pub includes_prefer_no_schedule: bool,
    pub excluded: Vec<String>,
    /// All, when there is none. An empty list includes no taint.
    pub included: Option<Vec<String>>,
}

/// Arguments of `RemoveDuplicates`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplicates {
    pub covered: Covered,
    pub excluded_kinds: Vec<String>,
}

/// Arguments of `DefaultEvictor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evictor {
    pub node_fit: bool,
    /// Nodes that `nodeFit` looks at. Where it is no selector, nothing fits.
    pub node_selector: String,
    pub labels: LabelSelector,
    pub namespace_labels: LabelSelector,
    /// Pods of this priority and above stay.
    pub threshold: i32,
    pub min_replicas: u64,
    pub min_age: Option<Millis>,
    /// `noEvictionPolicy: Mandatory`.
    pub obeys_sparing: bool,
    pub protects: Protections,
}

/// What the evictor protects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a protection of its own"
)]
pub struct Protections {
    pub local_storage: bool,
    pub daemon_sets: bool,
    /// Critical pods, and those from the threshold on.
    pub critical: bool,
    pub bare: bool,
    /// `Some` with classes: pods with claims of these; without any: all pods with claims.
    pub claims: Option<Vec<String>>,
    pub without_budget: bool,
    pub resource_claims: bool,
}

/// The lowest priority that is critical.
/// Source: kubernetes-sigs/descheduler v0.36.0 pkg/utils/priority.go, `SystemCriticalPriority`.
pub(super) const CRITICAL: i32 = 2_000_000_000;

impl Default for Evictor {
    fn default() -> Self {
        Self {
            node_fit: false,
            node_selector: String::new(),
            labels: LabelSelector::default(),
            namespace_labels: LabelSelector::default(),
            threshold: CRITICAL,
            min_replicas: 0,
            min_age: None,
            obeys_sparing: false,
            protects: Protections::default(),
        }
    }
}

impl Default for Protections {
    fn default() -> Self {
        Self {
            local_storage: true,
            daemon_sets: true,
            critical: true,
            bare: true,
            claims: None,
            without_budget: false,
            resource_claims: false,
        }
    }
}
