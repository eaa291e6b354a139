//! Pods that the descheduler moves to Spot, and the autoscaler off it.

use super::words::{SHOWN, clock, name, pods};
use crate::rehearse::class::{Class, Finding, finding};
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::world::{Evictor, Millis, OwnerId};

/// Pods that the descheduler moves to Spot, and the autoscaler off it.
pub(super) fn to_and_fro(run: &Run, from: Millis) -> Option<Finding> {
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
