//! Pods that stay on on-demand though they would fit on Spot, and why nothing changes that.

use super::class::{Blame, Class, Finding, finding};
use crate::simulate::actors::scheduler::{fits, node_alone_fits};
use crate::simulate::run::Run;
use crate::simulate::start::{Role, Started};
use crate::simulate::verdict::{Outcome, WorkloadOutcome};
use crate::simulate::watch::is_spot;
use crate::simulate::world::{Evictor, NodeId, Note, OwnerId, TemplateId};

/// What keeps them there: each budget that does, and what keeps the others.
pub(super) fn quiet(run: &Run, outcome: &Outcome) -> Vec<Finding> {
    let held = held(run, outcome);
    let is_away = |own: &&WorkloadOutcome| own.prefers_spot && own.on_on_demand > 0;
    let away = || outcome.workloads.iter().filter(is_away);
    let mut findings = Vec::new();
    let mut left = run.ending.goal.away_and_fit;
    for own in away().filter(|own| held.contains(&own.owner)) {
        let name = format!("{}/{}", own.namespace, own.name);
        let why = format!("a budget refuses to let pods of {name} go");
        findings.push(finding_of(
            own.on_on_demand,
            (&why, Blame::Budget(name)),
            &[own],
        ));
        left -= own.on_on_demand;
    }
    let others: Vec<&WorkloadOutcome> = away().filter(|own| !held.contains(&own.owner)).collect();
    if findings.is_empty() || left > 0 && !others.is_empty() {
        let (why, blame) = why(run, &held);
        findings.push(finding_of(left, (&why, blame), &others));
    }
    findings
}

fn finding_of(count: i64, (why, blame): (&str, Blame), left: &[&WorkloadOutcome]) -> Finding {
    let stay = if count == 1 {
        "1 pod stays".to_owned()
    } else {
        format!("{count} pods stay")
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
    let names = left.iter();
    own.workloads = names
        .map(|own| format!("{}/{}", own.namespace, own.name))
        .collect();
    own
}

/// The workloads whose budgets refused the descheduler, and still let no pod go now that nothing happens any more.
fn held(run: &Run, outcome: &Outcome) -> Vec<OwnerId> {
    let started = &run.started;
    let world = &started.engine.world;
    if started.descheduler_interval.is_none() {
        return Vec::new();
    }
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let is_refused = |owner: OwnerId| {
        world.journal().iter().any(|(at, note)| {
            matches!(note, Note::Refused(pod, Evictor::Descheduler) if *at >= from && world.pod(*pod).owner == owner)
        })
    };
    let lets_none_go = |owner: OwnerId| {
        let template = world.owners[owner.index()].template;
        let mut covering = world
            .budgets
            .iter()
            .filter(|own| world.selectors.selects(own.selector, template));
        let first = covering.next();
        first.is_some_and(|first| first.allowed <= 0 || covering.next().is_some())
    };
    let away = outcome.workloads.iter();
    away.filter(|own| own.prefers_spot && own.on_on_demand > 0)
        .map(|own| own.owner)
        .filter(|owner| lets_none_go(*owner) && is_refused(*owner))
        .collect()
}

/// What keeps those where they are that no budget holds.
fn why(run: &Run, held: &[OwnerId]) -> (String, Blame) {
    let started = &run.started;
    let world = &started.engine.world;
    if started.descheduler_interval.is_none() {
        return ("no descheduler moves them".to_owned(), Blame::OfClass);
    }
    let away = away(started, held);
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

/// The kinds of pods that prefer Spot and are elsewhere, of the workloads that no budget holds.
fn away(started: &Started, held: &[OwnerId]) -> Vec<TemplateId> {
    let world = &started.engine.world;
    let parties = started.parties.iter();
    let own = parties.filter(|party| party.role == Role::Workload && party.prefers_spot);
    let own = own.filter(|party| !held.contains(&party.owner));
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
