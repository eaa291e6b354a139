//! The descheduler: round for round, it evicts pods that would be better off elsewhere by the rules of its policy.
//!
//! Upstream looks at nodes in an order that differs from run to run; here it is that in which they came.
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/descheduler.go.

mod arguments;
mod cycle;
mod evictor;
mod fit;
mod plugins;
mod policy;
mod raw;
mod read;
#[cfg(test)]
mod tests;

pub use policy::{
    AffinityKind, Covered, Duplicates, Evictor, Limits, NodeAffinity, NodeTaints, Plugin, Policy,
    Profile, Protections,
};
pub use read::Refused;

use super::eviction::Refusal;
use super::node_selector::NodeSelector;
use crate::kubernetes::Labels;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Millis, NodeId, PodId, Symbol, World};
use cycle::Cycle;
use read::Point;

/// A plugin that the model lets do nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unmodelled {
    pub name: &'static str,
    /// What it would do.
    pub does: &'static str,
    point: Point,
}

const fn unmodelled(name: &'static str, does: &'static str, point: Point) -> Unmodelled {
    Unmodelled { name, does, point }
}

/// Plugins that a policy may enable and the model does not run. Their arguments are not checked.
pub const NOT_MODELLED: [Unmodelled; 7] = [
    unmodelled(
        "HighNodeUtilization",
        "empties nodes that are little used",
        Point::Balance,
    ),
    unmodelled(
        "LowNodeUtilization",
        "moves pods from nodes that are much used to others",
        Point::Balance,
    ),
    unmodelled("PodLifeTime", "evicts pods that are old", Point::Deschedule),
    unmodelled(
        "RemoveFailedPods",
        "evicts pods that have failed",
        Point::Deschedule,
    ),
    unmodelled(
        "RemovePodsHavingTooManyRestarts",
        "evicts pods whose containers restart often",
        Point::Deschedule,
    ),
    unmodelled(
        "RemovePodsViolatingInterPodAntiAffinity",
        "evicts pods that must not be beside others",
        Point::Deschedule,
    ),
    unmodelled(
        "RemovePodsViolatingTopologySpreadConstraint",
        "evicts pods of zones that have too many",
        Point::Balance,
    ),
];

/// Why a pod stays that a plugin would have evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kept {
    /// Its namespace or its labels are not those of the plugin.
    NotCovered,
    /// The evictor's `labelSelector` does not select it.
    Unselected,
    /// The evictor's `namespaceLabelSelector` does not select its namespace.
    UnselectedNamespace,
    /// Its annotation asks for it, and `noEvictionPolicy` is `Mandatory`.
    Spared,
    /// It is asked to stop already.
    Terminating,
    SystemCritical,
    /// `priorityThreshold`.
    Priority,
    /// Nothing would make it again.
    Bare,
    LocalStorage,
    DaemonSet,
    Claims,
    /// `PodsWithoutPDB`, which protects every pod in 0.32 to 0.36: kubernetes-sigs/descheduler#1882.
    WithoutBudget,
    ResourceClaims,
    /// `minReplicas`.
    TooFewReplicas,
    /// `minPodAge`.
    TooYoung,
    /// `nodeFit`: no other node has room for it.
    NoNodeFits,
    /// No node at all has room for it, by the plugin's own test.
    NoPlace,
    NodeLimit,
    NamespaceLimit,
    TotalLimit,
    /// The API server refuses the eviction.
    Refused(Refusal),
}

/// One pod that was evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evicted {
    pub pod: PodId,
    /// The node that it leaves.
    pub node: NodeId,
    pub plugin: &'static str,
}

/// What one round came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// It did nothing, since fewer than two of the nodes that it may look at are ready.
    pub is_skipped: bool,
    pub evicted: Vec<Evicted>,
    /// Pods that a plugin would have evicted, and the first reason why they stay. Where a limit ends a plugin's work, the
    /// pods that it would have come to later are not among them.
    pub kept: Vec<(PodId, Kept)>,
}

/// The program as it runs.
#[derive(Clone, Debug)]
pub struct Descheduler {
    policy: Policy,
    /// From start to start of its rounds; zero: there is only one.
    interval: Millis,
    namespaces: Vec<(String, Labels)>,
    /// What the texts of the policy mean in this world, once it has been asked.
    compiled: Option<Compiled>,
}

#[derive(Clone, Debug)]
struct Compiled {
    nodes: NodeSelector,
    profiles: Vec<CompiledProfile>,
}

#[derive(Clone, Debug)]
struct CompiledProfile {
    /// `None`: the evictor's `nodeSelector` is none.
    fit_nodes: Option<NodeSelector>,
    /// Labels of namespaces whose answer is not that of one without labels.
    namespaces: Vec<(Symbol, bool)>,
}

impl Descheduler {
    pub fn new(policy: Policy, interval: Millis) -> Self {
        Self {
            policy,
            interval,
            namespaces: Vec::new(),
            compiled: None,
        }
    }

    /// With the labels of namespaces, for `namespaceLabelSelector`.
    #[must_use]
    pub fn with_namespaces(mut self, namespaces: Vec<(String, Labels)>) -> Self {
        self.namespaces = namespaces;
        self
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Runs all plugins, first those that deschedule, then those that balance, and comes again after the interval.
    /// Source: the same file, `runProfiles` and `RunDeschedulerStrategies`.
    pub fn round(&mut self, world: &mut World, agenda: &mut Agenda) -> Round {
        if self.interval > 0 {
            agenda.at(world.now + self.interval, Event::DeschedulerRound);
        }
        self.run(world)
    }

    fn run(&mut self, world: &mut World) -> Round {
        let (policy, namespaces) = (&self.policy, &self.namespaces);
        let compiled = self
            .compiled
            .get_or_insert_with(|| Compiled::new(policy, namespaces, world));
        let nodes = ready_nodes(world, &compiled.nodes);
        if nodes.len() <= 1 {
            return Round {
                is_skipped: true,
                ..Round::default()
            };
        }
        let mut cycle = Cycle::new(policy, nodes);
        let profiles = || policy.profiles.iter().zip(&compiled.profiles);
        let mut states: Vec<_> = profiles()
            .map(|(profile, compiled)| evictor::State::new(&profile.evictor, compiled, world))
            .collect();
        for ((profile, _), state) in profiles().zip(&mut states) {
            for plugin in &profile.deschedule {
                plugins::run(plugin, &mut cycle, state, world);
            }
        }
        for ((profile, _), state) in profiles().zip(&mut states) {
            for plugin in &profile.balance {
                plugins::run(plugin, &mut cycle, state, world);
            }
        }
        cycle.into_round()
    }
}

impl Compiled {
    fn new(policy: &Policy, namespaces: &[(String, Labels)], world: &mut World) -> Self {
        let selector = policy.node_selector.as_deref().unwrap_or_default();
        let nodes = NodeSelector::parse(selector, &mut world.symbols);
        let profiles = policy.profiles.iter().map(|profile| {
            let evictor = &profile.evictor;
            let mut namespaces_of = Vec::new();
            for (name, labels) in namespaces {
                let mut labels = labels.clone();
                labels.insert(evictor::NAMESPACE_NAME.to_owned(), name.clone());
                let is_selected = evictor.namespace_labels.matches(&labels);
                namespaces_of.push((world.symbols.of(name), is_selected));
            }
            CompiledProfile {
                fit_nodes: NodeSelector::parse(&evictor.node_selector, &mut world.symbols),
                namespaces: namespaces_of,
            }
        });
        let profiles = profiles.collect();
        Self {
            nodes: nodes.expect("the policy has been read, and is refused with another selector"),
            profiles,
        }
    }
}

/// Cordoned nodes are among them.
/// Source: the same repository, pkg/descheduler/node/node.go, `ReadyNodes`.
fn ready_nodes(world: &World, selector: &NodeSelector) -> Vec<NodeId> {
    let is_meant = |id: &NodeId| {
        let node = world.node(*id);
        node.is_ready() && selector.selects(&node.labels, &world.symbols)
    };
    world.present_nodes().filter(is_meant).collect()
}
