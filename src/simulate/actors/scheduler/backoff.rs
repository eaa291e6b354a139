//! How long a pod waits after an attempt that failed.
//! Source: kubernetes/kubernetes `pkg/scheduler/backend/queue/backoff_queue.go`.

use crate::simulate::timings::Timings;
use crate::simulate::world::{Millis, seconds};

/// How long a pod is left alone after an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pub initial: Millis,
    pub most: Millis,
}

impl Backoff {
    /// Source: kubernetes/kubernetes pkg/scheduler/apis/config/v1/defaults.go, `PodInitialBackoffSeconds`,
    /// `PodMaxBackoffSeconds`.
    pub const DEFAULT: Self = Self {
        initial: seconds(1),
        most: seconds(10),
    };

    pub fn of(timings: &Timings) -> Self {
        let (initial, most) = timings.scheduler_backoff;
        Self { initial, most }
    }

    /// Source: `backoff_queue.go`, `calculateBackoffDuration`.
    pub(super) fn after(self, attempts: u32) -> Millis {
        let Some(doublings) = attempts.checked_sub(1) else {
            return 0;
        };
        let factor = 1i64.checked_shl(doublings.min(40)).unwrap_or(i64::MAX);
        self.initial.saturating_mul(factor).min(self.most)
    }
}

/// Ends of back-offs are taken together by whole seconds. Source: `backoff_queue.go`, `alignToWindow`.
const WINDOW: Millis = seconds(1);
/// The end of a back-off.
pub(super) fn aligned(end: Millis) -> Millis {
    end.div_euclid(WINDOW) * WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_back_off() {
        let flat = Backoff {
            initial: seconds(1),
            most: seconds(1),
        };
        assert_eq!(
            [0, 1, 2, 9, 99].map(|attempts| flat.after(attempts)),
            [0, 1000, 1000, 1000, 1000]
        );
    }
}
