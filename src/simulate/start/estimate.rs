//! How many Spot machines a cluster in its steady state has, roughly: the autoscaler and the rest settle what is left.

use super::parties::{Party, Role};
use crate::kubernetes::HOSTNAME;
use crate::plan::Amount;
use crate::simulate::world::{GroupId, Owner, OwnerKind, World};

/// Machines of each group to begin with, its minimum included.
pub(super) fn machines(world: &World, parties: &[Party]) -> Vec<i64> {
    let least = |group: &crate::simulate::world::NodeGroup| match group.autoscaled {
        Some(range) => range.min.max(group.initial.min(range.max)),
        None => group.initial,
    };
    let mut counts: Vec<i64> = world.groups.iter().map(least).collect();
    let on_spot = parties.iter().filter(|party| match party.role {
        Role::Placeholder => party.may_use_spot && !may_be_elsewhere(world, party),
        Role::Workload => party.prefers_spot,
        Role::Controller | Role::AddOn => false,
    });
    let mut wanted = Amount::default();
    // Placeholders that are one a node keep so many nodes, over which pods spread when they start.
    let mut apart = 0;
    for party in on_spot {
        let owner = &world.owners[party.owner.index()];
        if owner.kind == OwnerKind::None {
            continue;
        }
        let template = &world.templates[owner.template.index()];
        if party.role == Role::Placeholder && is_one_per_node(world, owner) {
            apart = apart.max(owner.replicas);
        }
        for _ in 0..owner.replicas {
            wanted = wanted.plus(template.requests.amount);
        }
    }
    let daemons = daemons(world);
    let spot: Vec<GroupId> = (0..world.groups.len())
        .map(GroupId::of)
        .filter(|group| world.groups[group.index()].is_spot)
        .collect();
    // A tenth more: no node is filled to the last core.
    let is_enough = |room: Amount| {
        room.cpu.saturating_mul(10) >= wanted.cpu.saturating_mul(11)
            && room.memory.saturating_mul(10) >= wanted.memory.saturating_mul(11)
    };
    let is_enough = |room: Amount, nodes: i64| is_enough(room) && nodes >= apart;
    let mut nodes: i64 = spot.iter().map(|group| counts[group.index()]).sum();
    let mut room = Amount::default();
    for group in &spot {
        for _ in 0..counts[group.index()] {
            room = room.plus(free(world, *group, daemons));
        }
    }
    while !is_enough(room, nodes) {
        let mut has_grown = false;
        for group in &spot {
            let range = world.groups[group.index()].autoscaled;
            let may_grow = range.is_some_and(|range| counts[group.index()] < range.max);
            if may_grow && !is_enough(room, nodes) {
                counts[group.index()] += 1;
                nodes += 1;
                room = room.plus(free(world, *group, daemons));
                has_grown = true;
            }
        }
        if !has_grown {
            break;
        }
    }
    counts
}

/// Whether no two pods of an owner are on one node.
fn is_one_per_node(world: &World, owner: &Owner) -> bool {
    let template = &world.templates[owner.template.index()];
    template.forbidden_pods.iter().any(|term| {
        world.symbols.text(term.topology) == HOSTNAME
            && term.selects(owner.template, &world.selectors)
    })
}

/// Whether a placeholder keeps room on on-demand: it may be there.
fn may_be_elsewhere(world: &World, party: &Party) -> bool {
    let template = &world.templates[world.owners[party.owner.index()].template.index()];
    let others = world.groups.iter().filter(|group| !group.is_spot);
    { others }.any(|group| {
        let terms = template.required_nodes.as_ref();
        let asked = terms.is_none_or(|terms| {
            terms.iter().any(|term| {
                let mut labels = term.labels.iter();
                labels.all(|one| one.test.holds(group.labels.get(one.key), &world.symbols))
            })
        });
        asked
            && group
                .taints
                .iter()
                .all(|taint| template.tolerations.let_on(*taint))
    })
}

fn daemons(world: &World) -> Amount {
    let owners = world.owners.iter();
    let own = owners.filter(|owner| owner.kind == OwnerKind::DaemonSet);
    own.map(|owner| world.templates[owner.template.index()].requests.amount)
        .fold(Amount::default(), |all, one| Amount {
            cpu: all.cpu.max(one.cpu),
            memory: all.memory.max(one.memory),
        })
}

fn free(world: &World, group: GroupId, daemons: Amount) -> Amount {
    let whole = world.groups[group.index()].allocatable.amount;
    Amount {
        cpu: (whole.cpu - daemons.cpu).max(1),
        memory: (whole.memory - daemons.memory).max(1),
    }
}
