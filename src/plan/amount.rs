//! Amounts of CPU and memory, as the scheduler and the autoscaler calculate with them.

use crate::kubernetes::Resources;

/// CPU in thousandths and memory in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Amount {
    pub cpu: i64,
    pub memory: i64,
}

impl Amount {
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        Self {
            cpu: self.cpu.saturating_mul(count),
            memory: self.memory.saturating_mul(count),
        }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_add(other.cpu),
            memory: self.memory.saturating_add(other.memory),
        }
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(other.cpu),
            memory: self.memory.saturating_sub(other.memory),
        }
    }

    /// The larger of each.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.max(other.cpu),
            memory: self.memory.max(other.memory),
        }
    }

    /// The smaller of each.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.min(other.cpu),
            memory: self.memory.min(other.memory),
        }
    }

    /// Whether all of it fits into `room`.
    pub fn fits(self, room: Self) -> bool {
        self.cpu <= room.cpu && self.memory <= room.memory
    }

    /// How many of it fit into `room`; none for what is nothing, for any number would.
    pub fn count_in(self, room: Self) -> Option<i64> {
        self.parts_in(room, 1)
    }

    /// The same in thousandths of it, which tells rooms apart that hold as many whole ones.
    pub fn thousandths_in(self, room: Self) -> Option<i64> {
        self.parts_in(room, 1000)
    }

    fn parts_in(self, room: Self, of_one: i64) -> Option<i64> {
        let by = |one: i64, all: i64| (one > 0).then(|| (all.saturating_mul(of_one) / one).max(0));
        match (by(self.cpu, room.cpu), by(self.memory, room.memory)) {
            (Some(cpu), Some(memory)) => Some(cpu.min(memory)),
            (one, other) => one.or(other),
        }
    }
}

impl From<&Resources> for Amount {
    fn from(resources: &Resources) -> Self {
        Self {
            cpu: resources.cpu.millis(),
            memory: resources.memory.bytes(),
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mebibytes = self.memory >> 20;
        let cpu = decimal(self.cpu, 1000);
        if mebibytes.abs() < 1024 {
            write!(f, "{cpu} CPU and {mebibytes}Mi")
        } else {
            write!(f, "{cpu} CPU and {}Gi", decimal(mebibytes, 1024))
        }
    }
}

/// `amount` by `unit`, with at most two decimals, rounded down.
fn decimal(amount: i64, unit: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let hundredths = u128::from(amount.unsigned_abs()) * 100 / u128::from(unit.unsigned_abs());
    let text = format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_short() {
        let said = |cpu, mebibytes: i64| {
            let memory = mebibytes << 20;
            Amount { cpu, memory }.to_string()
        };
        assert_eq!(said(500, 512), "0.5 CPU and 512Mi");
        assert_eq!(said(3460, 13522), "3.46 CPU and 13.2Gi");
        assert_eq!(said(739_200, 5_916_480), "739.2 CPU and 5777.81Gi");
        assert_eq!(said(2000, 4096), "2 CPU and 4Gi");
        assert_eq!(said(-540, -4096), "-0.54 CPU and -4Gi");
    }
}
