//! Whose pods are whose.

use std::collections::BTreeSet;

use crate::simulate::world::{NodeGroup, OwnerId, OwnerKind, Template, World};

/// What an owner of pods is to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A workload of users: what this is about.
    Workload,
    /// Pods that keep room.
    Placeholder,
    /// What is installed beside these.
    Controller,
    /// `DaemonSet`s.
    AddOn,
}

/// An owner of pods.
#[derive(Clone, Debug)]
pub struct Party {
    pub owner: OwnerId,
    pub role: Role,
    pub namespace: String,
    pub name: String,
    /// As manifests name it.
    pub kind: String,
    /// Its pods may run on Spot nodes, and rate them above others or need them.
    pub prefers_spot: bool,
    /// Its pods may run on Spot nodes.
    pub may_use_spot: bool,
    /// Its pods rate Spot nodes above others, whether or not they may run there.
    pub wants_spot: bool,
    /// The most replicas that its own autoscaler makes.
    pub most: Option<i64>,
}

/// All owners of a world, whose kinds are in their order. `system` has the names of what is installed.
pub(super) fn parties(
    world: &World,
    kinds: &[String],
    system: &BTreeSet<(String, String)>,
    most: impl Fn(OwnerId) -> Option<i64>,
) -> Vec<Party> {
    (0..world.owners.len())
        .map(OwnerId::of)
        .map(|owner| {
            let own = &world.owners[owner.index()];
            let template = &world.templates[own.template.index()];
            let namespace = world.symbols.text(own.namespace).to_owned();
            let name = world.symbols.text(own.name).to_owned();
            let is_of_system = system.contains(&(namespace.clone(), name.clone()));
            let role = match own.kind {
                OwnerKind::DaemonSet => Role::AddOn,
                _ if template.is_placeholder || is_of_system && template.priority < 0 => {
                    Role::Placeholder
                }
                _ if is_of_system => Role::Controller,
                _ => Role::Workload,
            };
            let best = |is_spot: bool| {
                let groups = world.groups.iter();
                let own = groups.filter(|group| group.is_spot == is_spot);
                own.filter_map(|group| weight(world, template, group)).max()
            };
            let (spot, other) = (best(true), best(false));
            let wish = |is_spot: bool| {
                let groups = world.groups.iter();
                let own = groups.filter(|group| group.is_spot == is_spot);
                own.map(|group| preference(world, template, group)).max()
            };
            Party {
                owner,
                role,
                namespace,
                name,
                kind: kinds.get(owner.index()).cloned().unwrap_or_default(),
                prefers_spot: spot.is_some_and(|spot| other.is_none_or(|other| spot > other)),
                may_use_spot: spot.is_some(),
                wants_spot: wish(true) > wish(false),
                most: most(owner),
            }
        })
        .collect()
}

/// How much pods of a template prefer nodes of a group; none where they may not be there. Names and zones of nodes are
/// not known yet, so preferences for these count as met nowhere.
fn weight(world: &World, template: &Template, group: &NodeGroup) -> Option<i64> {
    let symbols = &world.symbols;
    let lets = group
        .taints
        .iter()
        .all(|taint| template.tolerations.let_on(*taint));
    let asked = template.required_nodes.as_ref();
    let is_asked = asked.is_none_or(|terms| {
        terms.iter().any(|term| {
            let known = term.labels.iter().filter(|one| {
                group.labels.get(one.key).is_some() || !is_of_node(symbols.text(one.key))
            });
            { known }.all(|one| one.test.holds(group.labels.get(one.key), symbols))
        })
    });
    (lets && is_asked).then(|| preference(world, template, group))
}

/// How much pods of a template prefer nodes of a group, whether or not they may be there.
fn preference(world: &World, template: &Template, group: &NodeGroup) -> i64 {
    let symbols = &world.symbols;
    let preferred = template.preferred_nodes.iter().filter(|own| {
        let mut labels = own.term.labels.iter();
        !own.term.labels.is_empty()
            && labels.all(|one| one.test.holds(group.labels.get(one.key), symbols))
    });
    preferred.map(|own| own.weight).sum()
}

/// Labels that single nodes have.
fn is_of_node(key: &str) -> bool {
    key == crate::kubernetes::HOSTNAME || key == crate::kubernetes::ZONE
}
