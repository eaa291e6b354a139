//! What went wrong in a run, and of which class it is.

mod alone;
pub(super) mod budgets;
mod cut;
mod failed_jobs;
mod hold_words;
mod minimum;
mod quiet;
mod refused;
mod stalls;

use super::class::{Blame, Class, Finding, finding};
use super::hold;
use super::place::Places;
use crate::simulate::record::{Doing, Sample};
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::verdict::{Outcome, Verdict, WorkloadOutcome};
use crate::simulate::watch::{Missed, is_spot};
use crate::simulate::world::{Evictor, GroupId, Millis, NodeGroup, OwnerId, minutes};
use crate::values::span::span;
use alone::lost;
use cut::cut;
use failed_jobs::failed_jobs;
use quiet::{kept, quiet};
use refused::refused;
use stalls::{lacking, stalls};

/// Events that are shown.
const SHOWN: usize = 6;
/// Rounds of the descheduler in which a pod that was moved is ready again.
const MOVED: Millis = 3;
/// The same without a descheduler.
const LEAST: Millis = minutes(15);

/// What is wrong with a run; causes and changes come later.
pub(super) fn found(run: &Run, outcome: &Outcome, places: &mut Places<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match outcome.verdict {
        _ if run.ending.is_cut => findings.push(cut(run, outcome)),
        Verdict::Loops => {
            findings.extend(loops(run));
            findings.extend(lost(run));
            findings.extend(stalls(run, &short_for_long(run, outcome), places));
        }
        Verdict::Quiet => findings.extend(quiet(run, outcome)),
        Verdict::Stuck => {
            findings.extend(lost(run));
            findings.extend(stalls(run, &short(run, outcome), places));
            if run.ending.goal.elsewhere > 0 {
                findings.extend(quiet(run, outcome));
            }
        }
        Verdict::Converged => findings.extend(kept(run, outcome)),
    }
    findings.extend(failed_jobs(run));
    findings.extend(refused(run));
    findings.extend(runaway(run));
    findings
}

/// The workloads that lack pods and could have them: none makes a bare Pod again.
fn short<'o>(run: &Run, outcome: &'o Outcome) -> Vec<&'o WorkloadOutcome> {
    let world = &run.started.engine.world;
    let all = outcome.workloads.iter();
    let known = all.filter(|own| !alone::is_lost(world, own.owner));
    known.filter(|own| lacking(run, own) > 0).collect()
}

/// Those of them that have lacked ready pods for some rounds of the descheduler, so that no move explains it.
fn short_for_long<'o>(run: &Run, outcome: &'o Outcome) -> Vec<&'o WorkloadOutcome> {
    let started = &run.started;
    let interval = started.descheduler_interval.unwrap_or_default();
    let since = run.ending.at - (MOVED * interval).max(LEAST);
    let began = run.happened.last().map_or(started.zero, |own| own.at);
    let watch = started.watch.borrow();
    let lacked = |own: &WorkloadOutcome| {
        let samples = watch.record.samples().iter();
        let mut own_samples = samples.filter(|sample| sample.owner == own.owner).rev();
        let is_short = |sample: &Sample| sample.counts.all(Doing::Ready) < own.replicas;
        // From the last one backwards, until one that was from the beginning of that time.
        for sample in own_samples.by_ref() {
            if !is_short(sample) {
                return false;
            }
            if sample.from <= since {
                return true;
            }
        }
        true
    };
    let mut found = short(run, outcome);
    // One that is moved again and again is always about to be ready.
    let is_held = |own: &WorkloadOutcome| own.pending + own.dead + own.stopping > 0;
    found.retain(|own| began <= since && is_held(own) && lacked(own));
    found
}

fn class_of(missed: Missed) -> Class {
    match missed {
        Missed::NoRoom | Missed::NoNode => Class::L1,
        Missed::RatedLower => Class::L2,
        Missed::CandidateForDeletion => Class::DeletionTaint,
        Missed::NotAllowed => Class::L3,
    }
}

/// One finding for each class of moves that went back after the last step.
fn loops(run: &Run) -> Vec<Finding> {
    let started = &run.started;
    let watch = started.watch.borrow();
    let world = &started.engine.world;
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let mut back: Vec<_> = watch
        .back_moves()
        .filter(|own| own.at >= from)
        .filter_map(|own| Some((class_of(own.missed?), own)))
        .collect();
    back.sort_by_key(|(class, own)| (*class, own.at));
    let mut findings: Vec<Finding> = Vec::new();
    for chunk in back.chunk_by(|one, other| one.0 == other.0) {
        let class = chunk[0].0;
        let mut owners: Vec<OwnerId> = chunk.iter().map(|(_, own)| own.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        let mut rounds: Vec<u64> = chunk.iter().map(|(_, own)| own.round).collect();
        rounds.dedup();
        let why = match class {
            Class::L1 => "Spot had no room, and on-demand had",
            Class::L2 => "a Spot node had room, and the scheduler rated on-demand higher",
            Class::DeletionTaint => {
                "the Spot nodes with room were marked as candidates for deletion, and the scheduler avoids these"
            }
            _ => "no Spot node let the pod on",
        };
        let message = format!(
            "the descheduler evicted {} in {}, and each went to on-demand again: {why}",
            pods(chunk.len()),
            rounds_of(rounds.len()),
        );
        let mut own = finding(class, message);
        own.workloads = owners.iter().map(|owner| name(run, *owner)).collect();
        if class == Class::L3 {
            own.blame = off_spot(run, owners[0]);
            if let Blame::Pods { hold, .. } = &own.blame {
                own.rule = hold_words::off_spot(hold);
            }
        }
        let shown = chunk.iter().take(SHOWN);
        own.events = shown
            .map(|(_, eviction)| {
                let at = clock(eviction.at - started.zero);
                let node = |node| world.symbols.text(world.node(node).name).to_owned();
                let to = eviction.to.map(|(_, to)| node(to)).unwrap_or_default();
                let from = eviction.from.map(node).unwrap_or_default();
                format!(
                    "{at} {}: evicted from {from}, replaced on {to}",
                    name(run, eviction.owner)
                )
            })
            .collect();
        if chunk.len() > SHOWN {
            own.events.push(format!("and {} more", chunk.len() - SHOWN));
        }
        findings.push(own);
    }
    if findings.is_empty() {
        findings.extend(to_and_fro(run, from));
    }
    if findings.is_empty() {
        findings.push(finding(
            Class::L4,
            "nodes come and go again and again, and the pods are not better off".to_owned(),
        ));
    }
    findings
}

/// What of a workload keeps its pods off all Spot nodes.
fn off_spot(run: &Run, owner: OwnerId) -> Blame {
    let world = &run.started.engine.world;
    let template = world.owners[owner.index()].template;
    let groups = || world.groups.iter().filter(|group| group.is_spot);
    let told = hold::diagnosis(world, template, |node| {
        is_spot(world, node) && world.is_alive(node)
    });
    let hold = hold::of_groups(world, template, groups())
        .or_else(|| hold::of_nodes(run, template, &told))
        .or_else(|| hold::of_own_pods(&world.templates[template.index()]));
    let Some(hold) = hold else {
        return Blame::OfClass;
    };
    let mut pools: Vec<String> = groups().map(|group| group.pool.clone()).collect();
    pools.dedup();
    Blame::Pods {
        workload: name(run, owner),
        hold,
        pools,
    }
}

/// Pods that the descheduler moves to Spot, and the autoscaler off it.
fn to_and_fro(run: &Run, from: Millis) -> Option<Finding> {
    let started = &run.started;
    let watch = started.watch.borrow();
    let is_app = |owner: OwnerId| started.parties[owner.index()].role == Role::Workload;
    let of = |by: Evictor| {
        let all = watch.evictions.iter();
        all.filter(move |own| own.by == by && own.at >= from && is_app(own.owner))
    };
    let (moved, drained) = (of(Evictor::Descheduler), of(Evictor::Autoscaler));
    let mut owners: Vec<OwnerId> = drained.clone().map(|own| own.owner).collect();
    owners.retain(|owner| of(Evictor::Descheduler).any(|own| own.owner == *owner));
    owners.sort_unstable();
    owners.dedup();
    if owners.is_empty() {
        return None;
    }
    let message = format!(
        "the descheduler evicted {} to move them to Spot, and the autoscaler {} as it drained nodes that it no longer needed",
        pods(moved.count()),
        pods(drained.count()),
    );
    let mut own = finding(Class::ScaleDown, message);
    own.workloads = owners.iter().map(|owner| name(run, *owner)).collect();
    let both = watch.evictions.iter().filter(|own| {
        own.at >= from
            && owners.contains(&own.owner)
            && matches!(own.by, Evictor::Descheduler | Evictor::Autoscaler)
    });
    own.events = both
        .take(SHOWN)
        .map(|eviction| {
            let at = clock(eviction.at - started.zero);
            let by = match eviction.by {
                Evictor::Descheduler => "the descheduler",
                _ => "the autoscaler",
            };
            format!("{at} {}: evicted by {by}", name(run, eviction.owner))
        })
        .collect();
    Some(own)
}

/// A group at its maximum, more than half of whose nodes hold no workload, while placeholders that grow with its
/// nodes wait for more.
fn runaway(run: &Run) -> Option<Finding> {
    let started = &run.started;
    let world = &started.engine.world;
    let is_app = |owner: OwnerId| started.parties[owner.index()].role == Role::Workload;
    // A proportional autoscaler whose placeholders wait, and which counts the nodes of a group.
    let waits_for = |group: &NodeGroup| {
        let mut scaled = started.proportional.iter();
        scaled.any(|own| {
            let mut pods = world.pods_of(own.target()).iter();
            pods.any(|pod| world.pod(*pod).node.is_none()) && own.counts(&group.labels, world)
        })
    };
    let mut full = Vec::new();
    for (at, group) in world.groups.iter().enumerate() {
        let id = GroupId::of(at);
        let is_full = group
            .autoscaled
            .is_some_and(|range| range.max > 1 && started.engine.cloud.target(id) >= range.max);
        let nodes: Vec<_> = world
            .present_nodes()
            .filter(|node| world.node(*node).group == Some(id) && world.is_alive(*node))
            .collect();
        let idle = nodes.iter().filter(|node| {
            let mut pods = world.node(**node).pods.iter();
            !pods.any(|pod| is_app(world.pod(*pod).owner))
        });
        if is_full && 2 * idle.count() > nodes.len() && waits_for(group) {
            full.push(group.pool.clone());
        }
    }
    if full.is_empty() {
        return None;
    }
    full.dedup();
    let message = match full.as_slice() {
        [pool] => format!(
            "pool {pool} is at its maximum, most of its nodes hold no workload, and placeholders still wait for more"
        ),
        pools => format!(
            "pools {} are at their maximum, most of their nodes hold no workload, and placeholders still wait for more",
            pools.join(", ")
        ),
    };
    Some(finding(Class::L4, message))
}

fn name(run: &Run, owner: OwnerId) -> String {
    let party = &run.started.parties[owner.index()];
    format!("{}/{}", party.namespace, party.name)
}

/// A moment of a run.
pub(super) fn clock(millis: Millis) -> String {
    format!("at {}", span(millis / 1000))
}

fn pods(count: usize) -> String {
    if count == 1 {
        "1 pod".to_owned()
    } else {
        format!("{count} pods")
    }
}

fn rounds_of(count: usize) -> String {
    if count == 1 {
        "one round".to_owned()
    } else {
        format!("{count} rounds")
    }
}
