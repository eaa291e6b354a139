//! Pods that stay on on-demand though they would fit on Spot, and why nothing changes that.

use super::class::{Blame, Class, Finding, finding};
use crate::simulate::actors::scheduler::{fits, node_alone_fits};
use crate::simulate::run::Run;
use crate::simulate::start::{Role, Started};
use crate::simulate::verdict::Outcome;
use crate::simulate::watch::is_spot;
use crate::simulate::world::{Evictor, NodeId, Note, OwnerId, TemplateId};

/// What keeps them there.
pub(super) fn quiet(run: &Run, outcome: &Outcome) -> Finding {
    let (why, blame) = why(run, outcome);
    let away = run.ending.goal.away_and_fit;
    let stay = if away == 1 {
        "1 pod stays".to_owned()
    } else {
        format!("{away} pods stay")
    };
    let message = format!("{stay} on on-demand for good, and would fit on Spot: {why}");
    let mut own = finding(Class::L5, message);
    own.rule = Some(match blame {
        Blame::Placeholders => "no-room-beside-placeholders",
        Blame::Taints(_) => "taint-not-tolerated",
        Blame::Budget(_) => "budget-allows-nothing",
        _ => Class::L5.rule(),
    });
    own.blame = blame;
    let left = outcome
        .workloads
        .iter()
        .filter(|own| own.prefers_spot && own.on_on_demand > 0);
    own.workloads = left
        .map(|own| format!("{}/{}", own.namespace, own.name))
        .collect();
    own
}

fn why(run: &Run, outcome: &Outcome) -> (String, Blame) {
    let started = &run.started;
    let world = &started.engine.world;
    if started.descheduler_interval.is_none() {
        return ("no descheduler moves them".to_owned(), Blame::OfClass);
    }
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let mut refused = world.journal().iter().filter_map(|(at, note)| match note {
        Note::Refused(pod, Evictor::Descheduler) if *at >= from => Some(world.pod(*pod).owner),
        _ => None,
    });
    let is_away = |owner: OwnerId| {
        let mut workloads = outcome.workloads.iter();
        workloads.any(|own| own.owner == owner && own.prefers_spot && own.on_on_demand > 0)
    };
    if let Some(owner) = refused.find(|owner| is_away(*owner)) {
        let party = &started.parties[owner.index()];
        let name = format!("{}/{}", party.namespace, party.name);
        let why = format!("a budget refuses to let pods of {name} go");
        return (why, Blame::Budget(name));
    }
    let away = away(started);
    let spot = || {
        let nodes = world.present_nodes();
        nodes.filter(|node| is_spot(world, *node) && world.is_alive(*node))
    };
    let lets_on = |node: NodeId| {
        let group = world.node(node).group;
        let group = group.map(|group| &world.groups[group.index()]);
        group.is_some_and(|group| {
            let mut away = away.iter();
            away.any(|template| node_alone_fits(world, *template, group))
        })
    };
    let has_room = |node: NodeId| {
        let mut away = away.iter();
        away.any(|template| fits(world, *template, node).is_ok())
    };
    if spot().any(has_room) {
        let why = "a Spot node has room, but the descheduler's settings allow no eviction";
        return (why.to_owned(), Blame::OfClass);
    }
    if spot().any(lets_on) {
        let why = "no Spot node has room, and nothing requests another one";
        return (why.to_owned(), Blame::Placeholders);
    }
    let closed = spot().find_map(|node| world.node(node).group);
    let Some(group) = closed else {
        let why = "there is no Spot node, and nothing requests one: placeholders would";
        return (why.to_owned(), Blame::Placeholders);
    };
    let group = &world.groups[group.index()];
    let pool = group.pool.clone();
    let is_by_taint = away.iter().any(|template| {
        let tolerations = &world.templates[template.index()].tolerations;
        group.taints.iter().any(|taint| !tolerations.let_on(*taint))
    });
    if is_by_taint {
        let why = format!(
            "placeholders request only nodes of pool {pool}, whose taints keep such pods off"
        );
        (why, Blame::Taints(pool))
    } else {
        let why =
            format!("placeholders request only nodes of pool {pool}, which do not take such pods");
        (why, Blame::Placeholders)
    }
}

/// The kinds of pods that prefer Spot and are elsewhere.
fn away(started: &Started) -> Vec<TemplateId> {
    let world = &started.engine.world;
    let parties = started.parties.iter();
    let own = parties.filter(|party| party.role == Role::Workload && party.prefers_spot);
    let pods = own.flat_map(|party| world.pods_of(party.owner));
    let elsewhere = pods.filter(|pod| {
        let node = world.pod(**pod).node;
        world.is_active(**pod) && node.is_some_and(|node| !is_spot(world, node))
    });
    let mut templates: Vec<TemplateId> = elsewhere.map(|pod| world.pod(*pod).template).collect();
    templates.sort_unstable();
    templates.dedup();
    templates
}
