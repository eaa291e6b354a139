//! How long the paths through a script take.

/// The longest times of the paths through a part of a script.
pub(super) struct Paths {
    /// Of those that go on behind it; none where none does.
    pub(super) on: Option<i64>,
    /// Of those that end the script in it.
    pub(super) ended: Option<i64>,
    /// Whether it always succeeds.
    pub(super) succeeds: bool,
}

impl Paths {
    pub(super) const NOTHING: Self = Self {
        on: Some(0),
        ended: None,
        succeeds: true,
    };

    pub(super) fn of(seconds: i64, succeeds: bool) -> Self {
        Self {
            on: Some(seconds),
            ended: None,
            succeeds,
        }
    }

    pub(super) fn then(&self, next: &Self) -> Self {
        let sum = |time: Option<i64>| Some(self.on?.saturating_add(time?));
        Self {
            on: sum(next.on),
            ended: self.ended.max(sum(next.ended)),
            succeeds: next.succeeds,
        }
    }

    /// Either of the two.
    pub(super) fn or(&self, other: &Self) -> Self {
        Self {
            on: self.on.max(other.on),
            ended: self.ended.max(other.ended),
            succeeds: self.succeeds && other.succeeds,
        }
    }

    /// In a process of its own: what ends it does not end the script.
    pub(super) fn apart(&self) -> Self {
        Self {
            on: self.on.max(self.ended),
            ended: None,
            succeeds: false,
        }
    }
}
