//! Times as people say them.

use crate::values::span::span;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What the marks of a time axis may be apart.
const STEPS: [i64; 19] = [
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
];

/// The smallest step that gives at most so many marks.
pub(super) fn step(length: i64, most: i64) -> i64 {
    let fits = |step: &i64| length / step <= most.max(1);
    let whole_weeks = || (length / most.max(1) / (7 * DAY) + 1) * 7 * DAY;
    STEPS.into_iter().find(fits).unwrap_or_else(whole_weeks)
}

/// How long something takes.
pub(super) fn duration(millis: i64) -> String {
    if millis > 0 && millis < SECOND {
        return "under 1 s".to_owned();
    }
    span(millis / SECOND)
}

/// The name of a mark of a time axis whose marks are `step` apart.
pub(super) fn mark(at: i64, step: i64) -> String {
    if at < 0 {
        return format!("−{}", mark(-at, step));
    }
    if at == 0 {
        return "0".to_owned();
    }
    match (
        at / DAY,
        at % DAY / HOUR,
        at % HOUR / MINUTE,
        at % MINUTE / SECOND,
    ) {
        (days, 0, 0, 0) if step >= DAY => format!("{days} d"),
        (days, hours, 0, 0) if days * 24 + hours > 0 => format!("{} h", days * 24 + hours),
        (0, 0, minutes, 0) => format!("{minutes} min"),
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (days, hours, minutes, 0) => format!("{} h {minutes}", days * 24 + hours),
        (_, _, minutes, seconds) => format!("{} min {seconds}", at / HOUR * 60 + minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_those_of_clocks() {
        let spans = [5 * SECOND, MINUTE, 90 * MINUTE, DAY, 30 * DAY];
        let steps = [SECOND, 10 * SECOND, 10 * MINUTE, 3 * HOUR, 7 * DAY];
        assert_eq!(spans.map(|span| step(span, 9)), steps);
    }

    #[test]
    fn durations_are_said_as_elsewhere() {
        let spans = [
            0,
            1,
            45 * SECOND,
            160 * SECOND,
            HOUR,
            65 * MINUTE + 3,
            51 * HOUR,
            707 * SECOND,
        ];
        let written = spans.map(duration);
        let expected = [
            "0 s",
            "under 1 s",
            "45 s",
            "2 min 40 s",
            "1 h",
            "1 h 5 min",
            "51 h",
            "11 min 47 s",
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn marks_are_short() {
        let marks = [
            mark(0, SECOND),
            mark(30 * SECOND, 30 * SECOND),
            mark(90 * SECOND, 30 * SECOND),
            mark(40 * MINUTE, 10 * MINUTE),
            mark(90 * MINUTE, 30 * MINUTE),
            mark(27 * HOUR, 3 * HOUR),
            mark(2 * DAY, DAY),
            mark(-5 * MINUTE, 5 * MINUTE),
        ];
        let expected = [
            "0", "30 s", "1 min 30", "40 min", "1 h 30", "27 h", "2 d", "−5 min",
        ];
        assert_eq!(marks, expected);
    }
}
