//! Schedules of `CronJob`s: the five fields of cron, or `@hourly` and its like.
//!
//! Sources: kubernetes/kubernetes pkg/apis/batch/validation/validation.go, `validateScheduleFormat`, which takes what
//! `ParseStandard` takes; robfig/cron v3 parser.go and spec.go. The time zone moves all times alike; that clocks are changed
//! twice a year is not reckoned with.

use super::duration::Duration;
use super::span::{every, span};

/// When a `CronJob` is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    due: Due,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Due {
    /// `@every 1h`, in seconds.
    Every(u64),
    Times(Times),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Times {
    minutes: Field,
    hours: Field,
    days: Field,
    months: Field,
    weekdays: Field,
}

/// The values of a field, as bits, and whether it stands for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    values: u64,
    is_any: bool,
}

impl Field {
    fn has(self, value: u32) -> bool {
        self.values & (1 << value) != 0
    }

    fn values(self) -> impl Iterator<Item = u32> {
        (0..60).filter(move |value| self.has(*value))
    }
}

/// The least and the greatest value of a field, and the names of its values.
struct Bounds {
    name: &'static str,
    min: u32,
    max: u32,
    /// The first one is of the least value.
    names: &'static [&'static str],
}

const MINUTES: Bounds = bounds("minute", 0, 59, &[]);
const HOURS: Bounds = bounds("hour", 0, 23, &[]);
const DAYS: Bounds = bounds("day of the month", 1, 31, &[]);
const MONTHS: Bounds = bounds(
    "month",
    1,
    12,
    &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ],
);
const WEEKDAYS: Bounds = bounds(
    "day of the week",
    0,
    6,
    &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
);

const fn bounds(name: &'static str, min: u32, max: u32, names: &'static [&'static str]) -> Bounds {
    Bounds {
        name,
        min,
        max,
        names,
    }
}

const MINUTES_PER_DAY: u64 = 24 * 60;
/// After so many years, the days of the week are on the same dates again.
const YEARS: u32 = 28;
/// So many times show the longest wait of any schedule that people write.
const MOST_TIMES: usize = 400_000;

impl Schedule {
    pub fn parse(text: &str) -> Result<Self, String> {
        let due = Self::due(text.trim())?;
        Ok(Self {
            text: text.to_owned(),
            due,
        })
    }

    fn due(text: &str) -> Result<Due, String> {
        // Before `timeZone` there was this.
        let text = match text.strip_prefix("CRON_TZ=").or(text.strip_prefix("TZ=")) {
            Some(zoned) => zoned.split_once(' ').map_or("", |(_, rest)| rest.trim()),
            None => text,
        };
        let fields = match text {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            other => other,
        };
        if let Some(every) = fields.strip_prefix("@every ") {
            let seconds = Duration::parse(every.trim())?.seconds();
            return Ok(Due::Every(seconds.max(1)));
        }
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else {
            return Err(match fields.len() {
                6 | 7 => format!(
                    "`{text}` has {} fields, and a schedule has five: it has no seconds and no year",
                    fields.len()
                ),
                _ => format!("`{text}` has not the five fields of a schedule"),
            });
        };
        Ok(Due::Times(Times {
            minutes: field(minutes, &MINUTES)?,
            hours: field(hours, &HOURS)?,
            days: field(days, &DAYS)?,
            months: field(months, &MONTHS)?,
            weekdays: field(weekdays, &WEEKDAYS)?,
        }))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The longest time from one round to the next, in seconds; none where it is never due.
    pub fn longest_gap(&self) -> Option<u64> {
        self.longest(1)
    }

    /// The shortest time from one round to the next, in seconds.
    pub fn shortest_gap(&self) -> Option<u64> {
        match &self.due {
            Due::Every(seconds) => Some(*seconds),
            Due::Times(times) => times.gaps().min(),
        }
    }

    /// The longest time until so many rounds have begun, from just after another one, in seconds.
    pub fn longest(&self, rounds: u64) -> Option<u64> {
        match &self.due {
            Due::Every(seconds) => Some(rounds.saturating_mul(*seconds)),
            Due::Times(times) => times.longest(rounds),
        }
    }

    /// `every hour`, or the longest gap where they differ.
    pub(crate) fn spoken(&self) -> String {
        let gap = self.longest_gap().unwrap_or_default();
        let gap = i64::try_from(gap).unwrap_or(i64::MAX);
        if self.is_even() {
            every(gap)
        } else {
            format!("at `{}`, at most {} apart", self.text, span(gap))
        }
    }

    /// Whether all rounds are equally far apart.
    fn is_even(&self) -> bool {
        match &self.due {
            Due::Every(_) => true,
            Due::Times(times) => times.gaps().min() == times.gaps().max(),
        }
    }
}

impl Times {
    /// The minutes of a day.
    fn minutes(&self) -> Vec<u64> {
        let hours = self.hours.values().map(u64::from);
        let minutes = || self.minutes.values().map(u64::from);
        hours
            .flat_map(|hour| minutes().map(move |minute| hour * 60 + minute))
            .collect()
    }

    /// The numbers of the days on which it is due, as many as are needed.
    fn days(&self, most: usize) -> Vec<u64> {
        let mut days = Vec::new();
        // The year 2024 began on a Monday.
        let (mut number, mut weekday) = (0, 1);
        for year in 2024..2024 + YEARS {
            for month in 1..=12 {
                for day in 1..=days_of(month, year) {
                    if self.months.has(month) && self.takes(day, weekday) {
                        days.push(number);
                        if days.len() >= most {
                            return days;
                        }
                    }
                    number += 1;
                    weekday = (weekday + 1) % 7;
                }
            }
        }
        days
    }

    /// A day is meant by both fields if one of them stands for all days, and else by either.
    /// Source: robfig/cron v3 spec.go, `dayMatches`.
    fn takes(&self, day: u32, weekday: u32) -> bool {
        let (by_month, by_week) = (self.days.has(day), self.weekdays.has(weekday));
        if self.days.is_any || self.weekdays.is_any {
            by_month && by_week
        } else {
            by_month || by_week
        }
    }

    /// All times, in minutes, as many as are needed.
    fn all(&self, rounds: usize) -> Vec<u64> {
        let minutes = self.minutes();
        let per_day = minutes.len().max(1);
        // All days that can follow one another in a week, and so many rounds behind each of them.
        let least = 14 + rounds / per_day;
        let days = self.days((MOST_TIMES / per_day).max(least));
        let times = days.iter().flat_map(|day| {
            minutes
                .iter()
                .map(move |minute| day * MINUTES_PER_DAY + minute)
        });
        times.collect()
    }

    fn longest(&self, rounds: u64) -> Option<u64> {
        let rounds = usize::try_from(rounds).ok()?;
        let times = self.all(rounds);
        let waits = times.iter().zip(times.iter().skip(rounds));
        let longest = waits.map(|(from, to)| (to - from) * 60).max();
        // What is due less often than that in so many years is reckoned by what is known.
        longest.or_else(|| {
            let (first, last) = (times.first()?, times.last()?);
            let known = times.len().checked_sub(1).filter(|known| *known > 0)? as u64;
            let seconds = (last - first) * 60;
            Some((seconds / known).saturating_mul(rounds as u64))
        })
    }

    /// From each time to the next, in seconds.
    fn gaps(&self) -> impl Iterator<Item = u64> {
        let times = self.all(1);
        let gaps: Vec<u64> = times
            .windows(2)
            .map(|pair| (pair[1] - pair[0]) * 60)
            .collect();
        gaps.into_iter()
    }
}

fn days_of(month: u32, year: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Ranges with steps, separated by commas: `*`, `*/5`, `1-5`, `10-50/10`, `MON-FRI`, `3/15`.
/// Source: robfig/cron v3 parser.go, `getField`, `getRange`.
fn field(text: &str, bounds: &Bounds) -> Result<Field, String> {
    let mut field = Field {
        values: 0,
        is_any: false,
    };
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(number(step, part)?)),
            None => (part, None),
        };
        let is_any = matches!(range, "*" | "?");
        let (start, end) = if is_any {
            (bounds.min, bounds.max)
        } else if let Some((start, end)) = range.split_once('-') {
            (value(start, bounds)?, value(end, bounds)?)
        } else {
            let start = value(range, bounds)?;
            (start, step.map_or(start, |_| bounds.max))
        };
        let step = step.unwrap_or(1);
        if start < bounds.min || end > bounds.max || start > end || step == 0 {
            let Bounds { name, min, max, .. } = bounds;
            return Err(format!("`{part}` is no {name}: they are {min} to {max}"));
        }
        field.is_any |= is_any && step == 1;
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        for own in (start..=end).step_by(step) {
            field.values |= 1 << own;
        }
    }
    if field.values == 0 {
        return Err(format!("`{text}` is no {}", bounds.name));
    }
    Ok(field)
}

fn value(text: &str, bounds: &Bounds) -> Result<u32, String> {
    let lower = text.to_lowercase();
    let named = bounds.names.iter().position(|name| *name == lower);
    match named.and_then(|at| u32::try_from(at).ok()) {
        Some(at) => Ok(bounds.min + at),
        None => number(text, text),
    }
}

fn number(text: &str, part: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("`{part}` is no part of a schedule"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;

    fn gap(text: &str) -> Option<u64> {
        let schedule = Schedule::parse(text);
        schedule
            .unwrap_or_else(|error| panic!("{error}"))
            .longest_gap()
    }

    #[test]
    fn the_longest_gap_is_between_two_times_in_a_row() {
        for (text, longest) in [
            ("*/2 * * * *", 2 * MINUTE),
            ("0 * * * *", HOUR),
            ("@hourly", HOUR),
            ("@every 90m", 90 * MINUTE),
            ("TZ=Europe/Berlin 0 3 * * *", DAY),
            ("CRON_TZ=UTC @daily", DAY),
            ("5/20 * * * *", 20 * MINUTE),
            ("10,15,40 * * * *", 30 * MINUTE),
            ("*/7 * * * *", 7 * MINUTE),
            ("5/4294967295 * * * *", HOUR),
            ("0 0-6/2 * * *", 18 * HOUR),
            // From Friday evening to Monday morning.
            ("0 8-18 * * MON-FRI", 62 * HOUR),
            ("0 8-18 ? * 1-5", 62 * HOUR),
            ("@weekly", 7 * DAY),
            ("0 0 * * sun,wed", 4 * DAY),
            ("@monthly", 31 * DAY),
            // Either of them, since neither stands for all days: the 1st, or a Monday.
            ("0 0 1 * 1", 7 * DAY),
            // Every second day is no word for all days, so a Monday counts as well.
            ("0 0 */2 * 1", 2 * DAY),
            ("0 0 1 JAN *", 366 * DAY),
            ("0 0 29 2 *", (4 * 365 + 1) * DAY),
        ] {
            assert_eq!(gap(text), Some(longest), "{text}");
        }
        assert_eq!(gap("0 0 30 2 *"), None);
        let uneven = Schedule::parse("10,15,40 * * * *").expect("it is a schedule");
        assert_eq!(uneven.shortest_gap(), Some(5 * MINUTE));
    }

    #[test]
    fn many_rounds_do_not_each_wait_for_the_longest_gap() {
        let longest = |text: &str, rounds: u64| {
            let schedule = Schedule::parse(text).expect("it is a schedule");
            schedule.longest(rounds)
        };
        assert_eq!(longest("0 8-18 * * 1-5", 1), Some(62 * HOUR));
        assert_eq!(longest("0 8-18 * * 1-5", 5), Some(66 * HOUR));
        assert_eq!(longest("0 * * * *", 60), Some(60 * HOUR));
        assert_eq!(longest("@every 1m", 60), Some(HOUR));
        assert_eq!(longest("*/5 * * * *", 100_000), Some(500_000 * MINUTE));
        assert_eq!(
            longest("@yearly", 100).map(|long| long / (360 * DAY)),
            Some(101)
        );
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 7",
            "*/0 * * * *",
            "5-1 * * * *",
            "a * * * *",
            "@reboot",
            "@every",
            "@every x",
            "every hour",
            "* * * * MONDAY",
            "-1 * * * *",
            "TZ=UTC",
        ] {
            assert!(Schedule::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn it_is_said_as_people_say_it() {
        let said = |text: &str| Schedule::parse(text).expect("it is a schedule").spoken();
        assert_eq!(said("0 * * * *"), "every hour");
        assert_eq!(said("*/2 * * * *"), "every 2 min");
        assert_eq!(
            said("0 8-18 * * 1-5"),
            "at `0 8-18 * * 1-5`, at most 62 h apart"
        );
    }
}
