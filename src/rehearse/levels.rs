//! How many pods of each workload were ready over time, and how many should have been.

use std::collections::BTreeMap;

use crate::simulate::record::Doing;
use crate::simulate::run::Run;
use crate::simulate::world::{Millis, OwnerId};

/// From a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) ready: i64,
    /// The pods that are wanted. Those that more load adds count once they have been ready, since nothing can have them ready
    /// at once, and all of them at the end.
    pub(super) due: i64,
}

#[derive(Clone, Copy)]
enum Change {
    Ready(i64),
    Wanted(i64),
}

/// The levels of every owner, from the scenario's beginning to its end.
pub(super) fn levels(run: &Run) -> BTreeMap<OwnerId, Vec<Level>> {
    let watch = run.started.watch.borrow();
    let mut changes: BTreeMap<OwnerId, Vec<(Millis, Change)>> = BTreeMap::new();
    for sample in watch.record.samples() {
        let ready = Change::Ready(sample.counts.all(Doing::Ready));
        let own = changes.entry(sample.owner).or_default();
        own.push((sample.from, ready));
    }
    for (at, owner, replicas) in &watch.wanted {
        let own = changes.entry(*owner).or_default();
        own.push((*at, Change::Wanted(*replicas)));
    }
    let zero = run.started.zero;
    let each = changes.into_iter();
    each.map(|(owner, mut own)| {
        own.sort_by_key(|(at, _)| *at);
        (owner, over(&own, zero))
    })
    .collect()
}

/// The levels that changes in their order come to.
fn over(changes: &[(Millis, Change)], zero: Millis) -> Vec<Level> {
    let (before, since) = changes.split_at(changes.partition_point(|(at, _)| *at < zero));
    let (mut ready, mut wanted) = (0, 0);
    let mut apply = |changes: &[(Millis, Change)]| {
        for (_, change) in changes {
            match change {
                Change::Ready(count) => ready = *count,
                Change::Wanted(count) => wanted = *count,
            }
        }
        (ready, wanted)
    };
    let (first, mut due) = apply(before);
    let mut last = (first, due);
    let mut levels = Vec::new();
    if since.first().is_none_or(|(at, _)| *at > zero) {
        levels.push(Level { ready: first, due });
    }
    for now in since.chunk_by(|one, other| one.0 == other.0) {
        let (ready, wanted) = apply(now);
        due = due.max(ready).min(wanted);
        levels.push(Level { ready, due });
        last = (ready, wanted);
    }
    let (ready, due) = last;
    levels.push(Level { ready, due });
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(changes: &[(Millis, Change)]) -> Vec<(i64, i64)> {
        let levels = over(changes, 10).into_iter();
        levels.map(|level| (level.ready, level.due)).collect()
    }

    #[test]
    fn pods_that_load_adds_are_due_once_ready_and_at_the_end() {
        let changes = [
            (0, Change::Wanted(3)),
            (5, Change::Ready(3)),
            (10, Change::Wanted(9)),
            (20, Change::Ready(5)),
            (30, Change::Ready(1)),
        ];
        assert_eq!(all(&changes), [(3, 3), (5, 5), (1, 5), (1, 9)]);
    }

    #[test]
    fn fewer_are_due_where_fewer_are_wanted() {
        let changes = [
            (0, Change::Wanted(3)),
            (5, Change::Ready(3)),
            (20, Change::Wanted(0)),
            (21, Change::Ready(0)),
        ];
        assert_eq!(all(&changes), [(3, 3), (3, 0), (0, 0), (0, 0)]);
    }
}
