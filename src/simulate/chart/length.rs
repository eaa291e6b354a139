//! Lengths in a picture.

use std::fmt::{self, Display, Formatter};
use std::ops::{Add, AddAssign, Div, Mul, Sub};

/// Tenths of a unit: whole numbers, so that every platform writes the same digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Length(pub(super) i64);

pub(super) const fn units(count: i64) -> Length {
    Length(count * 10)
}

impl Length {
    /// The part of this length that `part` is of `whole`, rounded to the nearest.
    pub(super) fn share(self, part: i64, whole: i64) -> Self {
        if whole == 0 {
            return Self(0);
        }
        let exact = i128::from(self.0) * i128::from(part) * 2 + i128::from(whole);
        let rounded = exact.div_euclid(i128::from(whole) * 2);
        Self(i64::try_from(rounded).unwrap_or(i64::MAX))
    }
}

impl Display for Length {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, tenth) = (self.0.abs() / 10, self.0.abs() % 10);
        match tenth {
            0 => write!(to, "{sign}{whole}"),
            _ => write!(to, "{sign}{whole}.{tenth}"),
        }
    }
}

impl Add for Length {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Length {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Length {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<i64> for Length {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}

impl Div<i64> for Length {
    type Output = Self;
    fn div(self, parts: i64) -> Self {
        Self(self.0 / parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_fixed() {
        let written = [0, 10, -5, -10, 123, 1_000].map(|tenths| Length(tenths).to_string());
        assert_eq!(written, ["0", "1", "-0.5", "-1", "12.3", "100"]);
    }

    #[test]
    fn shares_round_to_the_nearest() {
        assert_eq!(units(10).share(1, 3), Length(33));
        assert_eq!(units(10).share(2, 3), Length(67));
        assert_eq!(units(10).share(-1, 3), Length(-33));
        assert_eq!(units(10).share(i64::MAX, i64::MAX), units(10));
        assert_eq!(units(10).share(1, 0), Length(0));
    }
}
