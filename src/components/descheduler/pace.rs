//! How many pods each round has to move so that all are back within the time that failback may take.

use crate::defaults;
use crate::values::{Duration, Version};

/// From start to start of the rounds of a descheduler, if the configuration does not say.
pub(crate) fn default_interval(version: Version) -> &'static str {
    if version.at_least(0, 31) {
        defaults::DESCHEDULER_INTERVAL
    } else {
        defaults::OLD_DESCHEDULER_INTERVAL
    }
}

/// In seconds.
pub(crate) fn seconds(duration: &Duration) -> i64 {
    i64::try_from(duration.seconds()).unwrap_or(i64::MAX)
}

/// Whether there is a round in each hour: with fewer, no limit brings all pods back in an hour.
pub(crate) fn has_hourly_round(interval: &Duration) -> bool {
    seconds(interval) <= defaults::FAILBACK_SECONDS
}

/// The number of pods to evict per round so that all these pods have returned in an hour.
pub(crate) fn hourly(pods: i64, interval: &Duration) -> i64 {
    let rounds = interval.fits_into(defaults::FAILBACK_SECONDS.unsigned_abs());
    let rounds = i64::try_from(rounds).unwrap_or(i64::MAX).max(1);
    pods / rounds + i64::from(pods % rounds > 0)
}

#[cfg(test)]
mod tests {
    use super::hourly;
    use crate::values::Duration;

    #[test]
    fn all_pods_are_back_within_the_hour_whatever_the_interval() {
        for (interval, pods, expected) in [
            ("1m", 1, 1),
            ("1m", 60, 1),
            ("1m", 61, 2),
            ("5m", 37, 4),
            ("7m", 37, 5),
            ("30s", 121, 2),
            ("500ms", 7200, 1),
            ("500ms", 7201, 2),
            ("45m", 37, 37),
            ("2h", 37, 37),
            ("1m", 0, 0),
        ] {
            let interval = Duration::parse(interval).expect("a duration");
            assert_eq!(hourly(pods, &interval), expected, "{interval} {pods}");
        }
    }
}
