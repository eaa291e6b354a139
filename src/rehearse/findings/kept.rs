//! Pods that placeholders keep off Spot.

use super::away::{away, moved, spot_nodes};
use super::full::{full_by_number, setting};
use super::stay::{finding_of, stay};
use crate::rehearse::class::{Blame, Finding};
use crate::simulate::actors::scheduler::node_alone_fits;
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::verdict::{Outcome, Verdict, fits_on_spot};
use crate::simulate::world::{GroupId, TemplateId};

/// Pods that stay where they are since what is free on Spot is kept by placeholders, which only a pending pod would push
/// aside: the descheduler counts them as used room. It is no stall, for the room is kept on purpose, and the pools are full.
/// Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `NodeFit`.
pub(super) fn kept(run: &Run, outcome: &Outcome) -> Option<Finding> {
    let started = &run.started;
    let engine = &started.engine;
    let world = &engine.world;
    let mut left = away(run, outcome, |template| {
        let standstill = &run.standstill;
        !fits_on_spot(started, standstill, template)
            && standstill.fits_past_placeholders(world, template, spot_nodes(started))
    });
    if outcome.verdict == Verdict::Loops {
        let moved = moved(run);
        left.retain(|own| !moved.contains(&own.own.owner));
    }
    let templates: Vec<TemplateId> = left.iter().flat_map(|own| own.templates.clone()).collect();
    let groups = world.groups.iter().enumerate();
    let full = groups.filter(|(at, group)| {
        let id = GroupId::of(*at);
        let mut templates = templates.iter();
        group.is_spot
            && engine.cloud.capacity(id) == Capacity::Plenty
            && templates.any(|template| node_alone_fits(world, *template, group))
    });
    let mut pools: Vec<String> = full.map(|(_, group)| group.pool.clone()).collect();
    pools.dedup();
    let by_number = full_by_number(run, &templates, spot_nodes(started));
    let more = if pools.is_empty() {
        "there is no capacity for more".to_owned()
    } else {
        format!("{} may have no more", pools.join(", "))
    };
    let (why, blame) = if by_number.is_empty() {
        let blame = if pools.is_empty() {
            Blame::Placeholders
        } else {
            Blame::Maximum(pools)
        };
        (
            format!("Spot nodes have room only where placeholders are, and {more}"),
            blame,
        )
    } else {
        let own = setting(&by_number);
        let why = format!(
            "{own} lets more pods on Spot nodes only in the place of placeholders, and {more}"
        );
        (why, Blame::MaxPods(by_number))
    };
    let count = left.iter().map(super::away::Away::count).sum();
    let names: Vec<_> = left.iter().map(|own| own.own).collect();
    let mut own = finding_of(count, (&why, blame), &names);
    own.message = format!("{} on on-demand for good: {why}", stay(count));
    (count > 0).then_some(own)
}
