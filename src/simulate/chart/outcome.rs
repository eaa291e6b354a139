//! What a run came to for a workload.

use std::cmp::Reverse;

use super::clock;
use super::picture::{Pods, Workload};
use super::steps::Steps;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// From when on there were pods.
    pub(super) least_ready: i64,
    pub(super) most: i64,
    pub(super) floor: Option<i64>,
    /// How long fewer were ready than may be.
    pub(super) below: i64,
    /// How long a pod or more was pending.
    pub(super) pending: i64,
    /// Pods times milliseconds below the floor, or with none ready where there is no floor, and then not ready at all.
    missing: (i128, i128),
}

impl Outcome {
    pub(super) fn new(pods: &Steps<Pods>, floor: Option<i64>, (from, until): (i64, i64)) -> Self {
        let spans = pods.spans(from, until);
        let first = spans.iter().position(|span| span.value.staying() > 0);
        let spans = || spans[first.unwrap_or(spans.len())..].iter();
        let short = |pods: &Pods, floor: i64| (floor - pods.ready()).max(0);
        let lasting = |count: i64, length: i64| i128::from(count) * i128::from(length);
        let below = spans().filter(|span| short(&span.value, floor.unwrap_or(0)) > 0);
        let pending = spans().filter(|span| span.value.pending > 0);
        let missing = spans().map(|span| {
            let unready = span.value.staying() - span.value.ready();
            let below = lasting(short(&span.value, floor.unwrap_or(1)), span.length());
            (below, lasting(unready, span.length()))
        });
        let sum = |(a, b), (c, d)| (a + c, b + d);
        Self {
            least_ready: spans().map(|span| span.value.ready()).min().unwrap_or(0),
            most: spans().map(|span| span.value.staying()).max().unwrap_or(0),
            floor,
            below: below.map(|span| span.until - span.from).sum(),
            pending: pending.map(|span| span.until - span.from).sum(),
            missing: missing.fold((0, 0), sum),
        }
    }

    pub(super) fn of(workload: &Workload, span: (i64, i64)) -> Self {
        Self::new(&workload.pods, workload.floor, span)
    }

    pub(super) fn is_bad(&self) -> bool {
        self.below > 0
    }

    pub(super) fn remark(&self) -> String {
        let least = format!("fewest ready {} of {}", self.least_ready, self.most);
        match self.floor {
            Some(floor) if self.below > 0 => {
                format!("{least}; {} below {floor}", clock::duration(self.below))
            }
            Some(floor) => format!("{least}; never below {floor}"),
            None => least,
        }
    }
}

/// Each workload with what it came to, the worst first; equals stay in their order.
pub(super) fn worst_first(workloads: &[Workload], span: (i64, i64)) -> Vec<(&Workload, Outcome)> {
    let outcomes = workloads
        .iter()
        .map(|workload| (workload, Outcome::of(workload, span)));
    let mut outcomes: Vec<_> = outcomes.collect();
    outcomes.sort_by_key(|(_, outcome)| Reverse(outcome.missing));
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(name: &str, floor: impl Into<Option<i64>>, ready: &[(i64, i64)]) -> Workload {
        let pods = ready.iter().map(|(at, ready)| {
            let pods = Pods {
                ready_on_spot: *ready,
                pending: 10 - ready,
                ..Pods::default()
            };
            (*at, pods)
        });
        Workload {
            name: name.to_owned(),
            namespace: "default".to_owned(),
            pods: Steps::new(pods.collect()),
            floor: floor.into(),
        }
    }

    #[test]
    fn pods_that_are_gone_are_not_ready() {
        let one = Pods {
            ready_on_spot: 1,
            ..Pods::default()
        };
        let none = Pods::default();
        let pods = Steps::new(vec![(0, none), (10_000, one), (20_000, none)]);
        let outcome = Outcome::new(&pods, None, (0, 30_000));
        assert_eq!(outcome.remark(), "fewest ready 0 of 1");
        let outcome = Outcome::new(&pods, None, (0, 20_000));
        assert_eq!(outcome.remark(), "fewest ready 1 of 1");
    }

    #[test]
    fn what_broke_its_floor_comes_first() {
        let workloads = [
            workload("fine", 5, &[(0, 10)]),
            workload("long", 5, &[(0, 10), (10_000, 6), (90_000, 10)]),
            workload("deep", 5, &[(0, 10), (10_000, 2), (20_000, 10)]),
            workload("gone", None, &[(0, 10), (10_000, 0), (90_000, 10)]),
        ];
        let outcomes = worst_first(&workloads, (0, 100_000));
        let remarks: Vec<String> = outcomes
            .iter()
            .map(|(workload, outcome)| format!("{}: {}", workload.name, outcome.remark()))
            .collect();
        let expected = [
            "gone: fewest ready 0 of 10",
            "deep: fewest ready 2 of 10; 10 s below 5",
            "long: fewest ready 6 of 10; never below 5",
            "fine: fewest ready 10 of 10; never below 5",
        ];
        assert_eq!(remarks, expected);
    }
}
