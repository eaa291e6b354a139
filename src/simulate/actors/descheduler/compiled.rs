//! What the texts of a policy mean in one world.

use super::policy::Policy;
use crate::kubernetes::Labels;
use crate::simulate::actors::node_selector::NodeSelector;
use crate::simulate::world::{NodeId, Symbol, World};

/// A label that every namespace has.
pub(super) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) nodes: NodeSelector,
    pub(super) profiles: Vec<CompiledProfile>,
}

#[derive(Clone, Debug)]
pub(super) struct CompiledProfile {
    /// `None`: the evictor's `nodeSelector` is none.
    pub(super) fit_nodes: Option<NodeSelector>,
    /// Labels of namespaces whose answer is not that of one without labels.
    pub(super) namespaces: Vec<(Symbol, bool)>,
}

impl Compiled {
    pub(super) fn new(policy: &Policy, namespaces: &[(String, Labels)], world: &mut World) -> Self {
        let selector = policy.node_selector.as_deref().unwrap_or_default();
        let nodes = NodeSelector::parse(selector, &mut world.symbols);
        let profiles = policy.profiles.iter().map(|profile| {
            let evictor = &profile.evictor;
            let mut namespaces_of = Vec::new();
            for (name, labels) in namespaces {
                let mut labels = labels.clone();
                labels.insert(NAMESPACE_NAME.to_owned(), name.clone());
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
/// Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `ReadyNodes`.
pub(super) fn ready_nodes(world: &World, selector: &NodeSelector) -> Vec<NodeId> {
    let is_meant = |id: &NodeId| {
        let node = world.node(*id);
        node.is_ready() && selector.selects(&node.labels, &world.symbols)
    };
    world.present_nodes().filter(is_meant).collect()
}
