//! What the API keeps of a moment.

use super::Millis;

/// Times of objects are in whole seconds of the cluster's own clock.
/// Source: kubernetes/apimachinery pkg/apis/meta/v1/time.go, `MarshalJSON`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// How long one of its seconds is.
    pub second: Millis,
    /// How much of a second had passed when the run began.
    pub phase: Millis,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            second: 1000,
            phase: 0,
        }
    }
}

impl Clock {
    /// The last whole second at a moment.
    pub fn stamp(self, moment: Millis) -> Millis {
        moment - (moment + self.phase).rem_euclid(self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_second_are_dropped() {
        let clock = Clock::default();
        assert_eq!(
            [0, 999, 1000, 1001].map(|when| clock.stamp(when)),
            [0, 0, 1000, 1000]
        );
        let late = Clock {
            second: 10_000,
            phase: 3000,
        };
        assert_eq!(
            [0, 6999, 7000, 17_001].map(|when| late.stamp(when)),
            [-3000, -3000, 7000, 17_000]
        );
    }
}
