//! Pods that stay on on-demand in a run that converged, since Spot has no room for them.

use std::collections::BTreeSet;

use super::findings::full::{full_by_number, setting};
use crate::simulate::actors::scheduler::node_alone_fits;
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::verdict::{Outcome, Verdict};
use crate::simulate::watch::is_spot;
use crate::simulate::world::{GroupId, NodeGroup, NodeId, OwnerKind, TemplateId};

/// What is told of them.
#[derive(Clone, Debug)]
pub struct Left {
    pub count: i64,
    pub words: String,
}

/// How many of the pods that prefer Spot they are, and why: `3 of 12 pods that prefer Spot stay on on-demand: spot1 may have no
/// more nodes`. Pods of Jobs end, and are not counted.
pub(super) fn left(run: &Run, outcome: &Outcome) -> Option<Left> {
    if outcome.verdict != Verdict::Converged {
        return None;
    }
    let started = &run.started;
    let world = &started.engine.world;
    let preferring = started.parties.iter().filter(|party| {
        let kind = world.owners[party.owner.index()].kind;
        let is_meant = party.prefers_spot || party.wants_spot && !party.may_use_spot;
        party.role == Role::Workload && is_meant && kind != OwnerKind::Job
    });
    let (mut count, mut all) = (0, 0);
    let mut templates: BTreeSet<TemplateId> = BTreeSet::new();
    for party in preferring {
        all += world.owners[party.owner.index()].replicas;
        for pod in world.pods_of(party.owner) {
            let state = world.pod(*pod);
            if world.is_active(*pod) && state.node.is_some_and(|node| !is_spot(world, node)) {
                count += 1;
                templates.insert(state.template);
            }
        }
    }
    if count == 0 {
        return None;
    }
    let stay = if count == 1 { "stays" } else { "stay" };
    let of = if all == 1 {
        "pod that prefers"
    } else {
        "pods that prefer"
    };
    let why = why(run, &templates);
    Some(Left {
        count,
        words: format!("{count} of {all} {of} Spot {stay} on on-demand: {why}"),
    })
}

fn why(run: &Run, templates: &BTreeSet<TemplateId>) -> String {
    let started = &run.started;
    let (world, cloud) = (&started.engine.world, &started.engine.cloud);
    let takes = |group: &NodeGroup| {
        let mut templates = templates.iter();
        group.is_spot && templates.any(|template| node_alone_fits(world, *template, group))
    };
    let groups = world.groups.iter().enumerate();
    let (mut short, mut full) = (Vec::new(), Vec::new());
    for (at, group) in groups.filter(|(_, group)| takes(group)) {
        let pools = match cloud.capacity(GroupId::of(at)) {
            Capacity::Plenty => &mut full,
            Capacity::Only(_) | Capacity::Refuses | Capacity::Hangs => &mut short,
        };
        if !pools.contains(&group.pool) {
            pools.push(group.pool.clone());
        }
    }
    if short.is_empty() && full.is_empty() {
        return "no Spot pool takes them".to_owned();
    }
    let mut parts = Vec::new();
    if !short.is_empty() {
        parts.push(format!(
            "the cloud has no more nodes for {}",
            short.join(", ")
        ));
    }
    if !full.is_empty() {
        parts.push(format!("{} may have no more nodes", full.join(", ")));
    }
    let nodes: Vec<NodeId> = world
        .present_nodes()
        .filter(|node| is_spot(world, *node) && world.is_alive(*node))
        .collect();
    let is_kept = |template: &TemplateId| {
        let nodes = nodes.iter().copied();
        run.standstill
            .fits_past_placeholders(world, *template, nodes)
    };
    let kinds: Vec<TemplateId> = templates.iter().copied().collect();
    let by_number = full_by_number(run, &kinds, nodes.iter().copied());
    let room = if !by_number.is_empty() {
        format!("{} lets no more of them on its nodes", setting(&by_number))
    } else if templates.iter().any(is_kept) {
        "Spot has room only where placeholders are".to_owned()
    } else {
        "Spot has no room for them".to_owned()
    };
    format!("{room}, and {}", parts.join(", and "))
}
