//! How long failover and failback took.

use super::timeline::Point;
use crate::simulate::scenario::{Happened, Stage};
use crate::simulate::world::{Millis, minutes};

/// How long after the end of a machine a pod can go missing because of it.
const LATE: Millis = minutes(1);

/// From an interruption until every wanted pod was ready again, whatever came in between: the longest of all. None where
/// nothing was interrupted, or it never came so far.
pub(super) fn failover(points: &[Point], happened: &[Happened], notice: Millis) -> Option<Millis> {
    let interruptions = happened.iter().filter(|own| interrupts(&own.what));
    let times: Vec<Millis> = interruptions.map(|own| own.at).collect();
    let spans = times.iter().enumerate().map(|(at, from)| {
        let until = times.get(at + 1).copied().unwrap_or(Millis::MAX);
        let mut own = points
            .iter()
            .skip_while(|point| point.at < *from)
            .skip_while(|point| point.missing == 0)
            .peekable();
        // What goes missing later has another cause.
        let is_of_it = |point: &&Point| point.at < until && point.at <= from + notice + LATE;
        if !own.peek().is_some_and(is_of_it) {
            return Some(0);
        }
        let whole = own.find(|point| point.missing == 0)?;
        Some(whole.at - from)
    });
    let spans: Option<Vec<Millis>> = spans.collect();
    spans?.into_iter().max()
}

/// When Spot could be had again, or some of it, after it was short for the last time.
pub fn supplied(happened: &[Happened]) -> Option<Millis> {
    let fell = happened
        .iter()
        .rposition(|own| matches!(own.what, Stage::SupplyFell(..)));
    let mut after = happened[fell.map_or(0, |at| at + 1)..].iter();
    after
        .find(|own| matches!(own.what, Stage::SupplyRose(..)))
        .map(|own| own.at)
}

/// From the moment when Spot could be had again, or from a later step that took the pods off it, until the last pod was
/// ready there that came back: none if no pod did, and some are away.
pub(super) fn failback(points: &[Point], happened: &[Happened], zero: Millis) -> Option<Millis> {
    let last = |is_it: fn(&Stage) -> bool| {
        let own = happened.iter().rev();
        { own }.find(|own| is_it(&own.what)).map(|own| own.at)
    };
    let from = supplied(happened)
        .or_else(|| last(interrupts))
        .or_else(|| happened.first().map(|own| own.at))
        .unwrap_or(zero);
    let end = points.last()?;
    if points.iter().all(|point| point.home_wanted == 0) {
        return None;
    }
    let away = end.home_wanted - end.home;
    let before = points
        .iter()
        .rposition(|point| point.home_wanted - point.home > away);
    let Some(before) = before else {
        // Nobody came back; somebody is away, or nobody ever was, or nothing happened from which to count.
        return (away <= 0 && !happened.is_empty()).then_some(0);
    };
    let home = points.get(before + 1)?.at;
    // They may have gone long after that, by a later step.
    let is_away = |point: &&Point| point.home_wanted - point.home > away;
    let went = { points[..=before].iter().rev() }.take_while(is_away);
    let went = went.last()?.at;
    let mut earlier = happened.iter().rev();
    let cause = earlier.find(|own| own.at <= went && takes_pods_off(&own.what));
    let cause = cause.map_or(from, |own| own.at);
    // Another pool can have taken them before this one could be had again.
    let start = if home < from { cause } else { from.max(cause) };
    Some((home - start).max(0))
}

/// Whether it takes machines away.
pub(super) fn interrupts(what: &Stage) -> bool {
    match what {
        Stage::Interrupted(count) => *count > 0,
        Stage::Noticed => true,
        _ => false,
    }
}

/// More Spot, or less of it for new machines alone, takes no pod off it.
fn takes_pods_off(what: &Stage) -> bool {
    match what {
        Stage::Interrupted(count) => *count > 0,
        Stage::LoadChanged | Stage::RolledOut | Stage::UpgradeBegan { .. } | Stage::Noticed => true,
        Stage::SupplyFell(..) | Stage::SupplyRose(..) | Stage::UpgradeEnded { .. } => false,
    }
}
