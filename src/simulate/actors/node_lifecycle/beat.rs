//! When controllers look around: at multiples of their period.

use crate::simulate::world::Millis;

/// The first moment of a period that is not before `when`.
pub(super) fn on_beat(when: Millis, period: Millis) -> Millis {
    when + (-when).rem_euclid(period.max(1))
}

/// The first one after `when`.
pub(super) fn next_beat(when: Millis, period: Millis) -> Millis {
    on_beat(when + 1, period)
}
