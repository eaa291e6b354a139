//! How workloads were over time, in sums.

use super::goal::lasting;
use crate::simulate::record::{Counts, Doing, Place};
use crate::simulate::start::Started;
use crate::simulate::world::{Millis, OwnerId};

/// The sums from a moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    pub at: Millis,
    pub wanted: i64,
    pub ready_on_spot: i64,
    pub ready_on_demand: i64,
    pub pending: i64,
    pub starting: i64,
    pub dead: i64,
    pub terminating: i64,
    /// Wanted pods that are not ready, each workload by itself.
    pub missing: i64,
    /// Of pods that prefer Spot: how many are ready there, and how many are wanted.
    pub home: i64,
    pub home_wanted: i64,
}

/// One point for each moment at which something changed, from the scenario's beginning to the end.
pub fn timeline(started: &Started) -> Vec<Point> {
    let watch = started.watch.borrow();
    let owners = started.engine.world.owners.len();
    let mut prefers = vec![None; owners];
    for party in lasting(started) {
        prefers[party.owner.index()] = Some(party.prefers_spot);
    }
    let mut counts = vec![Counts::default(); owners];
    let mut wanted = vec![0; owners];
    let mut sum = Point {
        at: started.zero,
        ..Point::default()
    };
    let mut points: Vec<Point> = Vec::new();
    let mut samples = watch.record.samples().iter().peekable();
    let mut scaled = watch.wanted.iter().peekable();
    let apply = |sum: &mut Point, prefers_spot: bool, counts: &Counts, wanted: i64, sign: i64| {
        let ready = counts.all(Doing::Ready);
        sum.wanted += sign * wanted;
        sum.ready_on_spot += sign * counts.get(Doing::Ready, Place::Spot);
        sum.ready_on_demand += sign * counts.get(Doing::Ready, Place::OnDemand);
        sum.pending += sign * counts.all(Doing::Pending);
        sum.starting += sign * counts.all(Doing::Starting);
        sum.dead += sign * counts.all(Doing::Dead);
        sum.terminating += sign * counts.all(Doing::Terminating);
        sum.missing += sign * (wanted - ready).max(0);
        if prefers_spot {
            let home = counts.get(Doing::Ready, Place::Spot);
            sum.home += sign * home.min(wanted);
            sum.home_wanted += sign * wanted;
        }
    };
    loop {
        let next = match (samples.peek(), scaled.peek()) {
            (Some(sample), Some((at, ..))) => sample.from.min(*at),
            (Some(sample), None) => sample.from,
            (None, Some((at, ..))) => *at,
            (None, None) => break,
        };
        let mut change =
            |owner: OwnerId, sum: &mut Point, new: Option<Counts>, want: Option<i64>| {
                let at = owner.index();
                let Some(prefers_spot) = prefers[at] else {
                    return;
                };
                apply(sum, prefers_spot, &counts[at], wanted[at], -1);
                counts[at] = new.unwrap_or(counts[at]);
                wanted[at] = want.unwrap_or(wanted[at]);
                apply(sum, prefers_spot, &counts[at], wanted[at], 1);
            };
        while let Some(sample) = samples.next_if(|sample| sample.from == next) {
            change(sample.owner, &mut sum, Some(sample.counts), None);
        }
        while let Some((_, owner, replicas)) = scaled.next_if(|(at, ..)| *at == next) {
            change(*owner, &mut sum, None, Some(*replicas));
        }
        sum.at = next.max(started.zero);
        if points.last().is_some_and(|last| last.at == sum.at) {
            points.pop();
        }
        points.push(sum);
    }
    points
}
