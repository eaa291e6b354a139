//! Whether a node takes a pod, asked without a scheduler.

use super::filters::Attempt;
use super::reason::{Filter, Reason};
use super::snapshot::Snapshot;
use crate::simulate::world::{NodeGroup, NodeId, OwnerKind, Requests, Template, TemplateId, World};

/// Whether a node of the world takes a pod of the template by all filters, nominated pods aside.
///
/// Where many are asked, keep a [`Snapshot`] and an [`Attempt`] instead: this takes all of the world in anew if the
/// template, or any pod's anti-affinity, looks at other pods.
///
/// # Errors
/// Why not.
pub fn fits(world: &World, template: TemplateId, node: NodeId) -> Result<(), Reason> {
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

/// Whether pods of the template may be on nodes with the labels of a group. Zones of its nodes are not known yet.
fn is_asked_for(world: &World, template: &Template, group: &NodeGroup) -> bool {
    let symbols = &world.symbols;
    let of_group =
        |key| group.labels.get(key).is_some() || symbols.text(key) != crate::kubernetes::ZONE;
    let terms = template.required_nodes.as_ref();
    terms.is_none_or(|terms| {
        terms.iter().any(|term| {
            let mut labels = term.labels.iter().filter(|one| of_group(one.key));
            labels.all(|one| one.test.holds(group.labels.get(one.key), symbols))
        })
    })
}
