//! Times as the API server writes them.

use std::fmt;

use serde::{Deserialize, Deserializer};

/// Seconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(i64);

impl Time {
    /// Reads `2026-08-20T10:00:00Z`, with or without a fraction, and the autoscaler's `2026-08-20 10:00:00.1 +0000 UTC`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', ' '])?;
        let clock = rest.get(..8)?;
        let number = |text: &str| text.parse::<i64>().ok();
        let mut date = date.splitn(3, '-').map(number);
        let mut clock = clock.splitn(3, ':').map(number);
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let is_date =
            (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        let is_clock =
            (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
        if !is_date || !is_clock {
            return None;
        }
        Some(Self(
            days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second,
        ))
    }

    /// How many seconds later this is; negative if it is earlier.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is their last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let within = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + within - 719_468
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no time")))
    }
}

/// How long ago something was, as kubectl says it: `45s`, `12m`, `3h`, `9d`.
#[derive(Clone, Copy, Debug)]
pub struct Age(pub i64);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.max(0) {
            seconds @ 0..120 => write!(f, "{seconds}s"),
            seconds @ 120..7200 => write!(f, "{}m", seconds / 60),
            seconds @ 7200..172_800 => write!(f, "{}h", seconds / 3600),
            seconds => write!(f, "{}d", seconds / 86_400),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_api_server_and_the_autoscaler_write() {
        let seconds = |text| Time::parse(text).map(|time| time.0);
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2000-02-29T12:00:00Z"), Some(951_825_600));
        assert_eq!(seconds("2026-11-29T08:20:43.123456Z"), Some(1_795_940_443));
        assert_eq!(
            seconds("2026-11-29 08:20:43.5 +0000 UTC"),
            Some(1_795_940_443)
        );
        assert_eq!(seconds("yesterday"), None);
        assert_eq!(seconds("2026-13-01T00:00:00Z"), None);
    }
}
