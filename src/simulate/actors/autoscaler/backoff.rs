//! Groups that are left alone after a failure.

use super::options::Options;
use crate::simulate::world::{GroupId, Millis};

#[derive(Clone, Copy, Debug)]
struct Entry {
    duration: Millis,
    until: Millis,
    failed: Millis,
}

/// By group. A success clears nothing: only time does.
/// Source: kubernetes/autoscaler `cluster-autoscaler/utils/backoff/exponential_backoff.go`.
#[derive(Clone, Debug, Default)]
pub struct Backoffs(Vec<Option<Entry>>);

impl Backoffs {
    pub fn new(groups: usize) -> Self {
        Self(vec![None; groups])
    }

    /// Begins a back-off and says when it ends: twice as long as the last one if that has ended, else the first length.
    /// Source: `Backoff`.
    pub fn fail(&mut self, group: GroupId, now: Millis, options: &Options) -> Millis {
        let last = self.0[group.index()].filter(|last| last.until < now);
        let duration = last.map_or(options.initial_backoff, |last| {
            (2 * last.duration).min(options.max_backoff)
        });
        let until = now + duration;
        self.0[group.index()] = Some(Entry {
            duration,
            until,
            failed: now,
        });
        until
    }

    /// Until when a group is left alone, if it is.
    /// Source: `BackoffStatus`.
    pub fn until(&self, group: GroupId, now: Millis) -> Option<Millis> {
        let entry = self.0[group.index()]?;
        (entry.until > now).then_some(entry.until)
    }

    /// Source: `RemoveStaleBackoffData`.
    pub fn forget_stale(&mut self, now: Millis, options: &Options) {
        for entry in &mut self.0 {
            if entry.is_some_and(|entry| entry.failed + options.backoff_reset < now) {
                *entry = None;
            }
        }
    }

    /// When the next one ends.
    pub fn next_end(&self, now: Millis) -> Option<Millis> {
        self.0
            .iter()
            .flatten()
            .map(|entry| entry.until)
            .filter(|until| *until > now)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::world::minutes;

    #[test]
    fn it_doubles_up_to_the_most_and_starts_over_after_three_hours() {
        let (options, group) = (Options::default(), GroupId(0));
        let mut backoffs = Backoffs::new(1);
        let mut now = 0;
        let lengths: Vec<_> = std::iter::repeat_with(|| {
            let until = backoffs.fail(group, now, &options);
            let length = until - now;
            now = until + 1;
            length
        })
        .take(5)
        .collect();
        assert_eq!(lengths, [5, 10, 20, 30, 30].map(minutes));
        let failed = now;
        backoffs.fail(group, failed, &options);
        backoffs.forget_stale(failed + minutes(180), &options);
        assert_eq!(
            backoffs.fail(group, failed + minutes(180), &options),
            failed + minutes(210)
        );
        backoffs.forget_stale(failed + minutes(361), &options);
        let fresh = failed + minutes(361);
        assert_eq!(backoffs.fail(group, fresh, &options), fresh + minutes(5));
    }

    #[test]
    fn a_failure_within_a_back_off_does_not_double_it() {
        let (options, group) = (Options::default(), GroupId(0));
        let mut backoffs = Backoffs::new(1);
        backoffs.fail(group, 0, &options);
        assert_eq!(backoffs.fail(group, minutes(1), &options), minutes(6));
        assert_eq!(backoffs.until(group, minutes(5)), Some(minutes(6)));
        assert_eq!(backoffs.until(group, minutes(6)), None);
    }
}
