//! A run as its chart shows it.

use super::json::hours;
use super::timeline::label;
use super::words::{margin, time};
use crate::components::System;
use crate::rehearse::objectives::Assertion;
use crate::rehearse::told::Told;
use crate::simulate::chart::{
    Act, Capacity, Event, Figure, Line, Mark, Node, Objective, Picture, Pods, Pool, Stage, Steps,
    Verdict, Workload,
};
use crate::simulate::record::{Counts, Doing, Place};
use crate::simulate::run::Run;
use crate::simulate::start::{DrainedBy, Party, Role};
use crate::simulate::verdict;
use crate::simulate::watch::{NodeSpan, Watch};
use crate::simulate::world::{Evictor, Millis, OwnerId, PodId};

/// Everything that the chart shows of a run. Its times count from the scenario's beginning.
pub fn picture(run: &Run, told: &Told, system: &System) -> Picture {
    let started = &run.started;
    let watch = started.watch.borrow();
    let of_role = |role: Role| started.parties.iter().filter(move |own| own.role == role);
    let placeholders: Vec<&Party> = of_role(Role::Placeholder).collect();
    let outcome = &told.outcome;
    Picture {
        config: system.plan.name.clone(),
        scenario: told.name.clone(),
        seed: told.seed,
        verdict: match outcome.verdict {
            verdict::Verdict::Converged => Verdict::Converged,
            verdict::Verdict::Quiet => Verdict::Quiet,
            verdict::Verdict::Loops => Verdict::Loops,
            verdict::Verdict::Stuck => Verdict::Stuck,
        },
        verdict_line: verdict_line(told),
        causes: causes(told),
        figures: figures(told),
        objectives: told
            .assertions
            .iter()
            .map(|own| objective(own, told))
            .collect(),
        from: 0,
        until: outcome.lasted.max(1),
        events: told
            .happened
            .iter()
            .map(|own| Event {
                at: own.at - started.zero,
                label: label(&own.what),
            })
            .collect(),
        workloads: of_role(Role::Workload)
            .map(|party| Workload {
                name: party.name.clone(),
                namespace: party.namespace.clone(),
                pods: steps(&watch, &[party.owner], started.zero),
                floor: floor(outcome, party),
            })
            .collect(),
        placeholders: (!placeholders.is_empty()).then(|| {
            let owners: Vec<OwnerId> = placeholders.iter().map(|own| own.owner).collect();
            steps(&watch, &owners, started.zero)
        }),
        pools: pools(run, &watch),
        marks: marks(run, &watch),
    }
}

/// The fewest of its usual pods that its budget wants ready.
fn floor(outcome: &verdict::Outcome, party: &Party) -> Option<i64> {
    let mut workloads = outcome.workloads.iter();
    workloads.find(|own| own.owner == party.owner)?.floor
}

fn verdict_line(told: &Told) -> String {
    match told.findings.as_slice() {
        [] => "every pod that prefers Spot and fits there is ready there".to_owned(),
        [only] => only.message.clone(),
        [first, ..] => {
            let count = told.findings.len();
            format!("{} (the first of {count} findings)", first.message)
        }
    }
}

/// Each place once.
fn causes(told: &Told) -> Vec<String> {
    let mut causes = Vec::new();
    for cause in told.findings.iter().filter_map(|own| own.cause.as_ref()) {
        if !causes.contains(cause) {
            causes.push(cause.clone());
        }
    }
    causes
}

fn figures(told: &Told) -> Vec<Figure> {
    let outcome = &told.outcome;
    let figure = |name: &str, value: String| Figure {
        name: name.to_owned(),
        value,
    };
    vec![
        figure("failover", time(outcome.failover)),
        figure("failback", time(outcome.failback)),
        figure("killed", outcome.killed.to_string()),
        figure("cut short", outcome.cut_short.to_string()),
        figure("evictions", outcome.evictions().to_string()),
        figure("moved back", outcome.back_moves.to_string()),
        figure("Spot node-hours", hours(&outcome.node_hours, true)),
        figure("on-demand node-hours", hours(&outcome.node_hours, false)),
    ]
}

fn objective(own: &Assertion, told: &Told) -> Objective {
    let margin = margin(own).unwrap_or_else(|| {
        match own.watched {
            Some(_) => "not watched for long enough",
            None => "never",
        }
        .to_owned()
    });
    let limit = crate::values::Duration::parse(&own.wanted).ok();
    let limit = limit.and_then(|limit| Millis::try_from(limit.seconds()).ok());
    let first = told.happened.first().map_or(told.zero, |own| own.at);
    let from = match own.objective {
        "failoverWithin" => Some(first),
        "failbackWithin" => Some(verdict::supplied(&told.happened).unwrap_or(first)),
        _ => None,
    };
    Objective {
        name: format!("{}: {}", own.objective, own.wanted),
        is_met: own.is_met,
        margin,
        line: from.zip(limit).map_or(Line::Nowhere, |(from, limit)| {
            Line::By(from - told.zero + limit * 1000)
        }),
    }
}

/// The pods of some owners together.
fn steps(watch: &Watch, owners: &[OwnerId], zero: Millis) -> Steps<Pods> {
    let mut counts = vec![Counts::default(); owners.len()];
    let mut samples = Vec::new();
    for sample in watch.record.samples() {
        let Some(at) = owners.iter().position(|own| *own == sample.owner) else {
            continue;
        };
        counts[at] = sample.counts;
        let mut pods = Pods::default();
        for counts in &counts {
            pods.ready_on_spot += counts.get(Doing::Ready, Place::Spot);
            pods.ready_on_demand += counts.get(Doing::Ready, Place::OnDemand);
            pods.starting += counts.all(Doing::Starting);
            pods.pending += counts.all(Doing::Pending);
            pods.dead += counts.all(Doing::Dead);
            pods.terminating += counts.all(Doing::Terminating);
        }
        samples.push((sample.from - zero, pods));
    }
    Steps::new(samples)
}

/// By pool, in the order of the groups; nodes that were gone before the scenario began are left out.
fn pools(run: &Run, watch: &Watch) -> Vec<Pool> {
    let world = &run.started.engine.world;
    let mut pools: Vec<Pool> = Vec::new();
    for (at, group) in world.groups.iter().enumerate() {
        let nodes = watch.nodes.iter().filter(|span| {
            span.group.is_some_and(|own| own.index() == at)
                && span.gone.is_none_or(|gone| gone > run.started.zero)
        });
        let nodes = nodes.map(|span| Node {
            name: world.symbols.text(world.node(span.node).name).to_owned(),
            stages: stages(span, run.started.zero),
            deleted: span.gone.map(|gone| gone - run.started.zero),
        });
        match pools.iter_mut().find(|pool| pool.name == group.pool) {
            Some(pool) => pool.nodes.extend(nodes),
            None => pools.push(Pool {
                name: group.pool.clone(),
                capacity: if group.is_spot {
                    Capacity::Spot
                } else {
                    Capacity::OnDemand
                },
                nodes: nodes.collect(),
            }),
        }
    }
    pools
}

fn stages(span: &NodeSpan, zero: Millis) -> Vec<(Millis, Stage)> {
    let boots = (span.asked < span.ready).then_some((span.asked, Stage::Booting));
    let mut stages: Vec<_> = boots.into_iter().collect();
    stages.push((span.ready, Stage::Ready));
    let later = [
        (span.noticed, Stage::Noticed),
        (span.cordoned, Stage::Cordoned),
        (span.drained, Stage::Draining),
        (span.lost, Stage::Dead),
    ];
    stages.extend(
        later
            .iter()
            .filter_map(|(at, stage)| Some(((*at)?, *stage))),
    );
    stages.sort_by_key(|(at, _)| *at);
    for (at, _) in &mut stages {
        *at -= zero;
    }
    stages
}

fn marks(run: &Run, watch: &Watch) -> Vec<Mark> {
    let started = &run.started;
    let world = &started.engine.world;
    let is_app = |owner: OwnerId| started.parties[owner.index()].role == Role::Workload;
    let of_app = |(_, pod): &&(Millis, PodId)| is_app(world.pod(*pod).owner);
    let mark = |act: Act| move |(at, _): &(Millis, PodId)| Mark { at: *at, act };
    let evictions = watch.evictions.iter().filter(|own| is_app(own.owner));
    let mut marks: Vec<Mark> = evictions
        .map(|own| Mark {
            at: own.at,
            act: match own.by {
                Evictor::Handler => match run.drained_by {
                    DrainedBy::Handler | DrainedBy::Nobody => Act::EvictedByHandler,
                    DrainedBy::Provider => Act::EvictedByCloud,
                    DrainedBy::Kubelet => Act::StoppedByKubelet,
                },
                Evictor::Upgrade => Act::EvictedByUpgrade,
                Evictor::Autoscaler => Act::EvictedByAutoscaler,
                Evictor::Descheduler => Act::EvictedByDescheduler,
            },
        })
        .collect();
    marks.extend(
        watch
            .taint_evicted
            .iter()
            .filter(of_app)
            .map(mark(Act::EvictedByTaint)),
    );
    marks.extend(watch.preemptions.iter().map(mark(Act::Preempted)));
    marks.extend(watch.killed.iter().filter(of_app).map(mark(Act::Killed)));
    marks.retain(|mark| mark.at >= started.zero);
    marks.sort_by_key(|mark| mark.at);
    for mark in &mut marks {
        mark.at -= started.zero;
    }
    marks
}
