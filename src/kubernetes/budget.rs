//! How many pods a budget lets go at once.

use crate::values::IntOrPercent;

/// How many of `replicas` healthy pods may be evicted. A share is rounded up, on both sides: 75 % of 3 must stay means
/// that all 3 must.
///
/// Source: kubernetes/kubernetes `pkg/controller/disruption/disruption.go`, `getExpectedPodCount`.
pub(crate) fn allowed(
    min_available: Option<IntOrPercent>,
    max_unavailable: Option<IntOrPercent>,
    replicas: i64,
) -> i64 {
    let count = |bound: IntOrPercent| match bound {
        IntOrPercent::Int(count) => i64::from(count),
        IntOrPercent::Percent(percent) => (i64::from(percent) * replicas + 99) / 100,
    };
    let allowed = match (min_available, max_unavailable) {
        (Some(least), _) => replicas - count(least),
        (None, Some(most)) => count(most).min(replicas),
        (None, None) => replicas,
    };
    allowed.max(0)
}

#[cfg(test)]
mod tests {
    use super::{IntOrPercent, allowed};

    #[test]
    fn shares_are_rounded_up() {
        let (int, percent) = (IntOrPercent::Int, IntOrPercent::Percent);
        for (least, most, replicas, expected) in [
            (None, Some(percent(25)), 3, 1),
            (None, Some(percent(25)), 4, 1),
            (None, Some(percent(25)), 5, 2),
            (None, Some(percent(25)), 1, 1),
            (None, Some(int(0)), 3, 0),
            (Some(percent(50)), None, 1, 0),
            (Some(percent(75)), None, 3, 0),
            (Some(int(2)), None, 3, 1),
            (Some(int(2)), None, 1, 0),
        ] {
            assert_eq!(
                allowed(least, most, replicas),
                expected,
                "{least:?} {most:?} {replicas}"
            );
        }
    }
}
