//! Lengths of time as people say them.

/// `30 s`, `5 min`, `2 h 30 min`: seconds only where there are no whole minutes, and no more than that.
pub(crate) fn span(seconds: i64) -> String {
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// How often: `every minute`, `every 5 min`.
pub(crate) fn every(seconds: i64) -> String {
    match seconds {
        1 => "every second".to_owned(),
        60 => "every minute".to_owned(),
        3600 => "every hour".to_owned(),
        seconds => format!("every {}", span(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::{every, span};

    #[test]
    fn seconds_are_said_as_people_say_them() {
        for (seconds, words) in [
            (1, "1 s"),
            (90, "1 min 30 s"),
            (300, "5 min"),
            (3600, "1 h"),
            (9000, "2 h 30 min"),
        ] {
            assert_eq!(span(seconds), words);
        }
        assert_eq!(every(60), "every minute");
        assert_eq!(every(120), "every 2 min");
    }
}
