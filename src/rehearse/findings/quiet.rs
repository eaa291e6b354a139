//! Pods that stay on on-demand though they would fit on Spot, and why nothing changes that.

use super::away::{Away, away, moved};
use super::budgets::{SEVERAL, budgets_over};
use super::no_room::{has_room, no_room};
use super::spared::spared;
use super::stalls::lacking;
use super::stay::finding_of;
use super::words::name;
use crate::config::pointers;
use crate::rehearse::class::{Blame, Finding};
use crate::rehearse::hold;
use crate::rehearse::place::Places;
use crate::simulate::actors::descheduler::{Kept, Stay};
use crate::simulate::run::Run;
use crate::simulate::verdict::{Outcome, Verdict, WorkloadOutcome, fits_on_spot};
use crate::simulate::world::{Evictor, Note, OwnerId, OwnerKind, PodId};

/// Why pods stay.
struct Cause {
    why: String,
    blame: Blame,
}

/// What keeps them there: a finding for each cause.
pub(super) fn quiet(run: &Run, outcome: &Outcome, places: &Places<'_>) -> Vec<Finding> {
    let started = &run.started;
    let mut left = away(run, outcome, |template| {
        fits_on_spot(started, &run.standstill, template)
    });
    if outcome.verdict == Verdict::Loops {
        let moved = moved(run);
        left.retain(|own| !moved.contains(&own.own.owner));
    }
    if left.is_empty() {
        return Vec::new();
    }
    let world = &started.engine.world;
    let descheduler = started.descheduler.as_ref();
    let pods: Vec<PodId> = left.iter().flat_map(|own| own.pods.clone()).collect();
    let stays = descheduler.map_or_else(Vec::new, |own| own.stays(world, &pods));
    let mut causes: Vec<(Cause, i64, Vec<&WorkloadOutcome>)> = Vec::new();
    for own in &left {
        for cause in whys(run, outcome.verdict, own, &stays, places) {
            let known = causes.iter_mut().find(|(known, ..)| known.why == cause.why);
            if let Some((_, count, all)) = known {
                *count += own.count();
                all.push(own.own);
            } else {
                causes.push((cause, own.count(), vec![own.own]));
            }
        }
    }
    let found = causes.into_iter().map(|(cause, count, all)| {
        let mut found = finding_of(count, (&cause.why, cause.blame), &all);
        if matches!(found.blame, Blame::Budget(_)) && budgets_over(run, all[0].owner) > 1 {
            found.rule = Some(SEVERAL);
        }
        found
    });
    found.collect()
}

/// Why pods of one workload stay: several things where ending one of them would not be enough.
fn whys(
    run: &Run,
    verdict: Verdict,
    own: &Away<'_>,
    stays: &[Stay],
    places: &Places<'_>,
) -> Vec<Cause> {
    let world = &run.started.engine.world;
    let owner = own.own.owner;
    let cause = |why: &str, blame: Blame| Cause {
        why: why.to_owned(),
        blame,
    };
    if world.owners[owner.index()].kind == OwnerKind::None {
        let why = "a descheduler evicts no bare Pod, which nothing makes again";
        return vec![cause(why, Blame::Workload(name(run, owner)))];
    }
    if run.started.descheduler_interval.is_none() {
        return vec![cause("no descheduler moves them", Blame::OfClass)];
    }
    if let Some(why) = descheduler_waits(run) {
        return vec![cause(&why, Blame::Key(pointers::spec("descheduler")))];
    }
    let has_room = has_room(run, &own.templates);
    // Whether it would if all were ready; of another number of pods than at the beginning that is not known.
    let is_usual = own.own.usual == own.own.replicas;
    let allows_none = is_usual && own.own.floor.is_some_and(|floor| floor >= own.own.usual);
    let mut all = Vec::new();
    if lets_none_go(run, owner) && (allows_none || is_refused(run, owner)) {
        // What keeps others from being ready uses a budget up.
        if lacking(run, own.own) == 0 || allows_none {
            all.push(of_budget(run, owner));
        }
        if is_refused(run, owner) {
            return all;
        }
    }
    if let Some((why, blame)) = spared((run, own), stays, has_room, places) {
        let room = if has_room {
            "a Spot node has room, but "
        } else {
            ""
        };
        all.push(cause(&format!("{room}the descheduler {why}"), blame));
    }
    let lacks_room = |stay: &Stay| {
        own.pods.contains(&stay.pod) && matches!(stay.why, Some(Kept::NoNodeFits | Kept::NoPlace))
    };
    // Beside a loop it can be that it was not their turn.
    let is_certain = verdict != Verdict::Loops || stays.iter().any(lacks_room);
    if !has_room && is_certain {
        let (why, blame) = no_room(run, &own.templates);
        all.push(cause(&why, blame));
    }
    if all.is_empty() && verdict != Verdict::Loops {
        let why = "a Spot node has room, but the descheduler's settings allow no eviction";
        all.push(cause(why, Blame::OfClass));
    }
    all
}

/// Why the descheduler itself does not run, where its pod has no node.
fn descheduler_waits(run: &Run) -> Option<String> {
    let world = &run.started.engine.world;
    let pods = world.pods_of(run.started.descheduler_owner?);
    let waits = |pod: &&PodId| world.is_active(**pod) && world.pod(**pod).node.is_none();
    let first = pods.iter().find(waits)?;
    let runs = pods.iter().any(|pod| world.pod(*pod).node.is_some());
    let told = hold::diagnosis(run, world.pod(*first).template, |node| world.is_alive(node));
    (!runs).then(|| format!("the descheduler itself has no node: {}", told.text(world)))
}

/// Whether its budget lets no pod go now that nothing happens any more.
fn lets_none_go(run: &Run, owner: OwnerId) -> bool {
    let world = &run.started.engine.world;
    let template = world.owners[owner.index()].template;
    let mut covering = world
        .budgets
        .iter()
        .filter(|own| world.selectors.selects(own.selector, template));
    let first = covering.next();
    first.is_some_and(|first| first.allowed <= 0 || covering.next().is_some())
}

/// Whether its budget refused the descheduler since the last step.
fn is_refused(run: &Run, owner: OwnerId) -> bool {
    let started = &run.started;
    let world = &started.engine.world;
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    world.journal().iter().any(|(at, note)| {
        matches!(note, Note::Refused(pod, Evictor::Descheduler) if *at >= from && world.pod(*pod).owner == owner)
    })
}

fn of_budget(run: &Run, owner: OwnerId) -> Cause {
    let name = name(run, owner);
    let why = if budgets_over(run, owner) > 1 {
        format!("several budgets select the pods of {name}, and the API server evicts no such pod")
    } else {
        format!("a budget refuses to let pods of {name} go")
    };
    Cause {
        why,
        blame: Blame::Budget(name),
    }
}
