//! A clock that stands still while the machine does something else.

use std::fs;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How long this thread has been on a processor; where nobody says so, the time.
///
/// Source: torvalds/linux Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat".
pub(crate) fn thread_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|time| time.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}
