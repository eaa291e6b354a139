//! Whether a node takes a pod, asked without a scheduler.

use super::filters::Attempt;
use super::reason::{Filter, Reason};
use super::snapshot::Snapshot;
use crate::simulate::world::{
    NodeGroup, NodeId, NodeRequirement, OwnerKind, PodId, Requests, Template, TemplateId, World,
};

/// Whether a node of the world takes a pod of the template by all filters, nominated pods aside.
///
/// Where many are asked, keep a [`super::Standstill`] instead: this takes all of the world in anew if the template, or any
/// pod's anti-affinity, looks at other pods.
///
/// # Errors
/// Why not.
pub(super) fn fits(world: &World, template: TemplateId, node: NodeId) -> Result<(), Reason> {
    let mut alone = Snapshot::default();
    alone.see_node(world, node);
    for pod in &world.node(node).pods {
        alone.see_pod(world, *pod);
    }
    let attempt = Attempt::new(&mut alone, world, template);
    if !attempt.questions.look_at_pods() {
        return attempt.check(world, &alone, node, None);
    }
    let mut all = Snapshot::new(world);
    let attempt = Attempt::new(&mut all, world, template);
    attempt.check(world, &all, node, None)
}

/// Whether each of these nodes would have taken a pod that was just bound to another one: itself, it does not count.
/// Against the pod's own spread, the place where it is now would speak for every other place.
pub fn would_have_fitted<'w>(
    world: &'w World,
    pod: PodId,
    nodes: impl Iterator<Item = NodeId> + 'w,
) -> Vec<(NodeId, Result<(), Reason>)> {
    let template = world.pod(pod).template;
    let mut none = Snapshot::default();
    let looks_at_pods = Attempt::new(&mut none, world, template)
        .questions
        .look_at_pods();
    if !looks_at_pods {
        return nodes
            .map(|node| (node, fits(world, template, node)))
            .collect();
    }
    let mut before = Snapshot::new(world);
    if let Some(bound) = world.pod(pod).node {
        before.remove_pod(world, template, bound);
    }
    let attempt = Attempt::new(&mut before, world, template);
    nodes
        .map(|node| (node, attempt.check(world, &before, node, None)))
        .collect()
}

/// Whether an empty node of a group would take a pod of the template, other pods aside: its labels, its taints, and its
/// room beside the `DaemonSet`s that let themselves on it.
pub fn node_alone_fits(world: &World, template: TemplateId, group: &NodeGroup) -> bool {
    node_alone_refuses(world, template, group).is_none()
}

/// Which filter keeps a pod of the template off an empty node of a group, if one does.
pub fn node_alone_refuses(
    world: &World,
    template: TemplateId,
    group: &NodeGroup,
) -> Option<Filter> {
    let takes =
        |template: &Template| is_asked_for(world, template, group) && lets_on(template, group);
    let own = &world.templates[template.index()];
    if !is_asked_for(world, own, group) {
        return Some(Filter::NodeAffinity);
    }
    if !lets_on(own, group) {
        return Some(Filter::TaintToleration);
    }
    let mut used = Requests::default();
    for owner in &world.owners {
        let own = &world.templates[owner.template.index()];
        if owner.kind == OwnerKind::DaemonSet && takes(own) {
            used += &own.requests;
        }
    }
    (!own.requests.fits(&group.allocatable, &used)).then_some(Filter::NodeResourcesFit)
}

fn lets_on(template: &Template, group: &NodeGroup) -> bool {
    let mut taints = group.taints.iter();
    taints.all(|taint| template.tolerations.let_on(*taint))
}

/// Whether pods of the template may be on nodes with the labels of a group, in any of its zones.
fn is_asked_for(world: &World, template: &Template, group: &NodeGroup) -> bool {
    let symbols = &world.symbols;
    let holds = |one: &NodeRequirement| {
        let is_of_node =
            group.labels.get(one.key).is_none() && symbols.text(one.key) == crate::kubernetes::ZONE;
        if is_of_node && !group.zones.is_empty() {
            let mut zones = group.zones.iter();
            return zones.any(|zone| one.test.holds(Some(*zone), symbols));
        }
        is_of_node || one.test.holds(group.labels.get(one.key), symbols)
    };
    let terms = template.required_nodes.as_ref();
    terms.is_none_or(|terms| terms.iter().any(|term| term.labels.iter().all(&holds)))
}
