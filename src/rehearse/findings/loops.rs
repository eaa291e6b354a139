//! Pods that are evicted again and again, and go back each time.

use std::collections::BTreeMap;

use super::hold_words;
use super::to_and_fro::to_and_fro;
use super::words::{SHOWN, clock, name, pods, rounds_of};
use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::rehearse::held;
use crate::rehearse::hold::{self, Hold};
use crate::rehearse::place::Places;
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
/// Causes of one kind that are told apart, each with its own place; the others are told with the first.
const APART: usize = 5;

/// Moves that went back for one cause.
struct Back<'w> {
    class: Class,
    moves: Vec<&'w Eviction>,
    blame: Blame,
    /// Where the cause is, if it is one of pods.
    place: String,
}

impl Back<'_> {
    fn rounds(&self) -> Vec<u64> {
        let mut rounds: Vec<u64> = self.moves.iter().map(|own| own.round).collect();
        rounds.dedup();
        rounds
    }
}

/// One finding for each cause of moves that went back again and again after the last step.
pub(super) fn loops(run: &Run, places: &mut Places<'_>) -> Vec<Finding> {
    let started = &run.started;
    let watch = started.watch.borrow();
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let all = causes(run, watch.back_moves().filter(|own| own.at >= from), places);
    let least = least_rounds(all.iter().map(|own| own.rounds().len()));
    let again = all.into_iter().filter(|own| own.rounds().len() >= least);
    let mut findings: Vec<Finding> = again.map(|own| finding_of(run, own)).collect();
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

/// In how many rounds pods must have been moved for it to be a loop, if moves of each cause were in so many: more than one, where
/// any were.
fn least_rounds(rounds: impl Iterator<Item = usize>) -> usize {
    rounds.max().unwrap_or(0).min(AGAIN)
}

/// Moves by their causes: each class, and of pods that no Spot node lets on each place that has why.
fn causes<'w>(
    run: &Run,
    moves: impl Iterator<Item = &'w Eviction>,
    places: &mut Places<'_>,
) -> Vec<Back<'w>> {
    let mut known: BTreeMap<OwnerId, (Blame, String)> = BTreeMap::new();
    let mut all: Vec<Back<'w>> = Vec::new();
    for own in moves {
        let Some(class) = own.missed.map(class_of) else {
            continue;
        };
        let (blame, place) = match class {
            Class::L3 => known
                .entry(own.owner)
                .or_insert_with(|| off_spot(run, own.owner, places))
                .clone(),
            _ => (Blame::OfClass, String::new()),
        };
        let is_alike =
            |known: &&mut Back<'_>| known.class == class && kind(&known.blame) == kind(&blame);
        let apart = all.iter_mut().filter(is_alike).count();
        let mut alike = all.iter_mut().filter(is_alike);
        match alike.find(|known| known.place == place || apart >= APART) {
            Some(known) => known.moves.push(own),
            None => all.push(Back {
                class,
                moves: vec![own],
                blame,
                place,
            }),
        }
    }
    all.sort_by_key(|own| own.class);
    all
}

/// What of pods it is.
fn kind(blame: &Blame) -> Option<&Hold> {
    match blame {
        Blame::Pods { hold, .. } => Some(hold),
        _ => None,
    }
}

fn finding_of(run: &Run, back: Back<'_>) -> Finding {
    let started = &run.started;
    let watch = started.watch.borrow();
    let world = &started.engine.world;
    let rounds = back.rounds();
    let Back {
        class,
        moves,
        blame,
        ..
    } = back;
    let mut owners: Vec<OwnerId> = moves.iter().map(|own| own.owner).collect();
    owners.sort_unstable();
    owners.dedup();
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
        pods(moves.len()),
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
        own.blame = blame;
        if let Blame::Pods { hold, .. } = &own.blame {
            own.rule = hold_words::off_spot(hold);
        }
    }
    let shown = moves.iter().take(SHOWN);
    own.events = shown
        .map(|eviction| {
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
    if moves.len() > SHOWN {
        own.events.push(format!("and {} more", moves.len() - SHOWN));
    }
    own
}

/// What of a workload keeps its pods off all Spot nodes, and where that is.
fn off_spot(run: &Run, owner: OwnerId, places: &mut Places<'_>) -> (Blame, String) {
    let world = &run.started.engine.world;
    let template = world.owners[owner.index()].template;
    let groups = || world.groups.iter().filter(|group| group.is_spot);
    let told = hold::diagnosis(run, template, |node| {
        is_spot(world, node) && world.is_alive(node)
    });
    let hold = hold::of_groups(world, template, groups())
        .or_else(|| hold::of_nodes(run, template, &told))
        .or_else(|| hold::of_own_pods(&world.templates[template.index()]));
    let Some(hold) = hold else {
        return (Blame::OfClass, String::new());
    };
    let mut pools: Vec<String> = groups().map(|group| group.pool.clone()).collect();
    pools.dedup();
    let workload = name(run, owner);
    let place = held::pods(&workload, &hold, &pools, places);
    let blame = Blame::Pods {
        workload,
        hold,
        pools,
    };
    (blame, place)
}

#[cfg(test)]
mod tests {
    use super::least_rounds;

    #[test]
    fn one_move_beside_a_loop_is_no_loop() {
        assert_eq!(least_rounds([45, 1].into_iter()), 2);
        assert_eq!(least_rounds([1, 1].into_iter()), 1);
    }
}
