//! Simulated time.

/// Thousandths of a second since the run began.
pub type Millis = i64;

pub const fn seconds(count: i64) -> Millis {
    count * 1000
}

pub const fn minutes(count: i64) -> Millis {
    seconds(count * 60)
}
