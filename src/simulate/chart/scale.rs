//! Where times and counts lie.

use super::clock;
use super::length::Length;
use super::steps::{Span, Steps};

/// Time runs from left to right.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeScale {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) left: Length,
    pub(super) width: Length,
}

impl TimeScale {
    pub(super) fn x(&self, at: i64) -> Length {
        let at = at.clamp(self.from, self.until);
        self.left + self.width.share(at - self.from, self.until - self.from)
    }

    pub(super) fn right(&self) -> Length {
        self.left + self.width
    }

    pub(super) fn shows(&self, at: i64) -> bool {
        (self.from..=self.until).contains(&at)
    }

    /// The marks of an axis, each at least `apart` from the next: where, and what it is called.
    pub(super) fn marks(&self, apart: Length) -> Vec<(i64, String)> {
        let step = clock::step(self.until - self.from, self.width.0 / apart.0.max(1));
        let first = self.from.div_euclid(step) + i64::from(self.from.rem_euclid(step) > 0);
        let marks = (first..).map(|count| count * step);
        let marks = marks.take_while(|at| *at <= self.until);
        marks.map(|at| (at, clock::mark(at, step))).collect()
    }

    /// A value in as many spans as can be told apart.
    pub(super) fn columns<T: Copy + Default + PartialEq>(
        &self,
        steps: &Steps<T>,
        badness: impl Fn(&T) -> i64,
    ) -> Vec<Span<T>> {
        steps.columns((self.from, self.until), (self.width.0 / 8).max(1), badness)
    }
}

/// Counts grow from the bottom up.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountScale {
    pub(super) most: i64,
    pub(super) bottom: Length,
    pub(super) height: Length,
}

impl CountScale {
    pub(super) fn y(&self, count: i64) -> Length {
        self.bottom - self.height.share(count.clamp(0, self.most), self.most)
    }

    pub(super) fn top(&self) -> Length {
        self.bottom - self.height
    }

    /// Round counts, at most `most` of them besides zero.
    pub(super) fn marks(&self, most: i64) -> Vec<i64> {
        let tens = (0..18).map(|power| 10_i64.pow(power));
        let mut steps = tens.flat_map(|ten| [ten, 2 * ten, 5 * ten]);
        let step = steps.find(|step| self.most / step <= most);
        let step = step.unwrap_or(self.most.max(1));
        (0..=self.most / step).map(|count| count * step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::length::units;
    use super::*;

    fn hour() -> TimeScale {
        TimeScale {
            from: -600_000,
            until: 3_600_000,
            left: units(100),
            width: units(700),
        }
    }

    #[test]
    fn times_have_their_places() {
        let places = [-600_000, 0, 3_600_000, 9_999_999].map(|at| hour().x(at));
        assert_eq!(places, [units(100), units(200), units(800), units(800)]);
        let marks = hour().marks(units(90)).into_iter();
        let names: Vec<String> = marks.map(|(_, name)| name).collect();
        let expected = [
            "−10 min",
            "0",
            "10 min",
            "20 min",
            "30 min",
            "40 min",
            "50 min",
            "1 h",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn counts_are_marked_in_round_steps() {
        let marks = |most| {
            let (bottom, height) = (units(100), units(100));
            CountScale {
                most,
                bottom,
                height,
            }
            .marks(5)
        };
        assert_eq!(marks(3), [0, 1, 2, 3]);
        assert_eq!(marks(23), [0, 5, 10, 15, 20]);
        assert_eq!(marks(0), [0]);
        assert_eq!(marks(i64::MAX).len(), 2);
    }
}
