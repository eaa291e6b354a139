//! Pods that are evicted again and again, and go back each time.

use super::hold_words;
use super::to_and_fro::to_and_fro;
use super::words::{SHOWN, clock, name, pods, rounds_of};
use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::rehearse::hold;
use crate::simulate::run::Run;
use crate::simulate::watch::{Eviction, Missed, is_spot};
use crate::simulate::world::{Evictor, OwnerId};

fn class_of(missed: Missed) -> Class {
    match missed {
        Missed::NoRoom | Missed::NoNode => Class::L1,
        Missed::RatedLower => Class::L2,
        Missed::CandidateForDeletion => Class::DeletionTaint,
        Missed::NotAllowed => Class::L3,
    }
}

/// Rounds in which a loop goes on: what went back once may have been moved into room for another one.
const AGAIN: usize = 2;

/// One finding for each class of moves that went back again and again after the last step.
pub(super) fn loops(run: &Run) -> Vec<Finding> {
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
    let rounds = |chunk: &[(Class, &Eviction)]| {
        let mut rounds: Vec<u64> = chunk.iter().map(|(_, own)| own.round).collect();
        rounds.dedup();
        rounds
    };
    let all: Vec<_> = back.chunk_by(|one, other| one.0 == other.0).collect();
    let most = all.iter().map(|chunk| rounds(chunk).len()).max();
    let least = most.unwrap_or(0).min(AGAIN);
    let mut findings: Vec<Finding> = Vec::new();
    for chunk in all.into_iter().filter(|own| rounds(own).len() >= least) {
        let class = chunk[0].0;
        let mut owners: Vec<OwnerId> = chunk.iter().map(|(_, own)| own.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        let rounds = rounds(chunk);
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
        if class == Class::L1 {
            let in_round = |round: &u64| {
                let own = watch.evictions.iter();
                own.filter(|own| own.by == Evictor::Descheduler && own.round == *round)
                    .count()
            };
            own.blame = Blame::Moves(rounds.iter().map(in_round).max().unwrap_or(0));
        }
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
