//! Where a pod would fit, by the descheduler's own test, which knows less than the scheduler does.
//!
//! It knows nothing of preferences, topology spread, ports, volumes, preemption, what other pods forbid, and
//! anti-affinity beyond one node.
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `NodeFit`.

use crate::kubernetes::Effect;
use crate::simulate::world::{NodeId, PodId, Template, TemplateId, World};

/// Nodes that a template fits on, so far as questions need them: pods on one node ask for another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fitting([Option<NodeId>; 2]);

impl Fitting {
    /// Evictions alone change nothing of this: what is evicted still takes its room until it is gone.
    pub(super) fn of(template: TemplateId, nodes: &[NodeId], world: &World) -> Self {
        let mut fitting = nodes
            .iter()
            .filter(|node| seems_to_fit(template, **node, world));
        Self([fitting.next().copied(), fitting.next().copied()])
    }

    /// Source: the same file, `PodFitsAnyOtherNode`.
    pub(super) fn other_than(self, node: NodeId) -> bool {
        self.0.into_iter().flatten().any(|fitting| fitting != node)
    }
}

/// Whether a pod of this template fits on a node that it is not on, as far as the descheduler sees.
pub fn seems_to_fit(template: TemplateId, node: NodeId, world: &World) -> bool {
    let own = &world.templates[template.index()];
    let target = world.node(node);
    // The cheapest question first: most nodes of a full cluster fail it.
    own.requests.fits(&target.allocatable, &target.requested)
        && is_let_on(own, node, world)
        && !is_forbidden(own, node, None, world)
        && target
            .pods
            .iter()
            .filter(|pod| takes_room(**pod, world))
            .count()
            < room(target.max_pods)
}

/// Whether a pod fits on the node that it is on; its resources are not asked for again.
pub(super) fn fits_own(pod: PodId, node: NodeId, world: &World) -> bool {
    let own = world.template_of(pod);
    is_let_on(own, node, world) && !is_forbidden(own, node, Some(pod), world)
}

fn room(pods: i64) -> usize {
    usize::try_from(pods).unwrap_or_default()
}

fn is_let_on(own: &Template, node: NodeId, world: &World) -> bool {
    let node = world.node(node);
    !node.is_cordoned
        && node
            .taints
            .iter()
            .all(|taint| own.tolerations.let_on(*taint))
        && matches_nodes(own, node, world)
}

/// Source: the same repository, pkg/utils/predicates.go, `PodMatchNodeSelector`.
pub(super) fn matches_nodes(
    own: &Template,
    node: &crate::simulate::world::Node,
    world: &World,
) -> bool {
    own.may_be_on(node.name, &node.labels, &world.symbols)
}

/// Whether its required anti-affinity forbids it to be beside a pod of the node. The term's label need only be there.
/// Source: the same file, `podMatchesInterPodAntiAffinity`.
fn is_forbidden(own: &Template, node: NodeId, itself: Option<PodId>, world: &World) -> bool {
    let node = world.node(node);
    own.forbidden_pods.iter().any(|term| {
        node.labels.get(term.topology).is_some()
            && node.pods.iter().any(|other| {
                Some(*other) != itself
                    && takes_room(*other, world)
                    && term.selects(world.pod(*other).template, &world.selectors)
            })
    })
}

/// Source: the same repository, pkg/descheduler/pod/pods.go, `ListPodsOnANode`.
pub(super) fn takes_room(pod: PodId, world: &World) -> bool {
    !world.pod(pod).is_finished()
}

/// Whether a taint keeps pods off that do not tolerate it.
pub(super) fn is_hard(effect: Effect) -> bool {
    matches!(effect, Effect::NoSchedule | Effect::NoExecute)
}
