//! Pods that stay on on-demand though they would fit on Spot, and why nothing changes that.

use super::budgets::{SEVERAL, budgets_over};
use super::minimum::{self, refused_at_minimum};
use super::stalls::lacking;
use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::simulate::actors::scheduler::{fits, fits_past_placeholders, node_alone_fits};
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::start::{Role, Started};
use crate::simulate::verdict::{Outcome, Verdict, WorkloadOutcome};
use crate::simulate::watch::is_spot;
use crate::simulate::world::{Evictor, GroupId, NodeId, Note, OwnerId, OwnerKind, TemplateId};

/// What keeps them there: each budget that does, and what keeps the others.
pub(super) fn quiet(run: &Run, outcome: &Outcome) -> Vec<Finding> {
    let held = held(run, outcome);
    let is_away = |own: &&WorkloadOutcome| own.prefers_spot && own.on_on_demand > 0;
    let away = || outcome.workloads.iter().filter(is_away);
    let mut findings = Vec::new();
    let goal = run.ending.goal;
    // Where no pod of them is elsewhere, they are on their way.
    let mut left = if goal.elsewhere > 0 {
        goal.elsewhere
    } else {
        goal.away_and_fit
    };
    let is_stuck = outcome.verdict == Verdict::Stuck;
    for own in away().filter(|own| held.contains(&own.owner)) {
        if is_stuck && lacking(run, own) > 0 {
            // What keeps the others from being ready uses the budget up.
            left -= own.on_on_demand;
            continue;
        }
        let name = format!("{}/{}", own.namespace, own.name);
        let has_several = budgets_over(run, own.owner) > 1;
        let why = if has_several {
            format!(
                "several budgets select the pods of {name}, and the API server evicts no such pod"
            )
        } else {
            format!("a budget refuses to let pods of {name} go")
        };
        let blame = (why.as_str(), Blame::Budget(name));
        let mut finding = finding_of(own.on_on_demand, blame, &[own]);
        if has_several {
            finding.rule = Some(SEVERAL);
        }
        findings.push(finding);
        left -= own.on_on_demand;
    }
    let world = &run.started.engine.world;
    let is_bare = |own: &&WorkloadOutcome| world.owners[own.owner.index()].kind == OwnerKind::None;
    let (bare, others): (Vec<&WorkloadOutcome>, Vec<_>) = away()
        .filter(|own| !held.contains(&own.owner))
        .partition(is_bare);
    if let Some(first) = bare.first() {
        let count = bare.iter().map(|own| own.on_on_demand).sum();
        let why = "a descheduler evicts no bare Pod, which nothing makes again";
        let blame = Blame::Workload(format!("{}/{}", first.namespace, first.name));
        findings.push(finding_of(count, (why, blame), &bare));
        left -= count;
    }
    if findings.is_empty() && !is_stuck || left > 0 && !others.is_empty() {
        let (why, blame) = why(run, &held);
        findings.push(finding_of(left, (&why, blame), &others));
    }
    findings
}

fn stay(count: i64) -> String {
    if count == 1 {
        "1 pod stays".to_owned()
    } else {
        format!("{count} pods stay")
    }
}

fn finding_of(count: i64, (why, blame): (&str, Blame), left: &[&WorkloadOutcome]) -> Finding {
    let message = format!(
        "{} on on-demand for good, and would fit on Spot: {why}",
        stay(count)
    );
    let mut own = finding(Class::L5, message);
    own.rule = Some(match blame {
        Blame::Placeholders | Blame::Maximum(_) => "no-room-beside-placeholders",
        Blame::Taints(_) => "taint-not-tolerated",
        Blame::UnreadyLimits => "unready-nodes-halt-autoscaler",
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
    if run.is_halted {
        let why =
            "no Spot node has room, and the autoscaler adds no nodes while so many are not ready";
        return (why.to_owned(), Blame::UnreadyLimits);
    }
    let waiting = refused_at_minimum(run);
    if !waiting.is_empty() {
        return (minimum::words(&waiting), Blame::Minimum(waiting));
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

/// Pods that stay where they are since what is free on Spot is kept by placeholders, which only a pending pod would push
/// aside: the descheduler counts them as used room. It is no stall, for the room is kept on purpose, and the pools are full.
/// Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `NodeFit`.
pub(super) fn kept(run: &Run, outcome: &Outcome) -> Option<Finding> {
    let started = &run.started;
    let engine = &started.engine;
    let world = &engine.world;
    let spot = || {
        let nodes = world.present_nodes();
        nodes.filter(|node| is_spot(world, *node) && world.is_alive(*node))
    };
    let mut kept = away(started, &[]);
    kept.retain(|template| fits_past_placeholders(world, *template, spot()));
    let of = |own: &WorkloadOutcome| kept.contains(&world.owners[own.owner.index()].template);
    let left = outcome.workloads.iter();
    let left = left.filter(|own| own.prefers_spot && own.on_on_demand > 0 && of(own));
    let left: Vec<&WorkloadOutcome> = left.collect();
    let count: i64 = left.iter().map(|own| own.on_on_demand).sum();
    let groups = world.groups.iter().enumerate();
    let full = groups.filter(|(at, group)| {
        let id = GroupId::of(*at);
        let mut kept = kept.iter();
        group.is_spot
            && engine.cloud.capacity(id) == Capacity::Plenty
            && kept.any(|template| node_alone_fits(world, *template, group))
    });
    let mut pools: Vec<String> = full.map(|(_, group)| group.pool.clone()).collect();
    pools.dedup();
    let (more, blame) = if pools.is_empty() {
        (
            "there is no capacity for more".to_owned(),
            Blame::Placeholders,
        )
    } else {
        let why = format!("{} may have no more", pools.join(", "));
        (why, Blame::Maximum(pools))
    };
    let why = format!("Spot nodes have room only where placeholders are, and {more}");
    let mut own = finding_of(count, (&why, blame), &left);
    own.message = format!("{} on on-demand for good: {why}", stay(count));
    (count > 0).then_some(own)
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
