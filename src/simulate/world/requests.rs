//! What pods request and nodes have, in the units in which the scheduler calculates.

use std::ops::{AddAssign, SubAssign};

use super::Symbol;
use crate::plan::Amount;

/// CPU and memory, and the resources of devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    pub amount: Amount,
    /// Others by name, `nvidia.com/gpu` for example, in order of their symbols; none of zero.
    pub others: Vec<(Symbol, i64)>,
}

impl Requests {
    pub fn of(cpu_millis: i64, memory_bytes: i64) -> Self {
        Self {
            amount: Amount {
                cpu: cpu_millis,
                memory: memory_bytes,
            },
            others: Vec::new(),
        }
    }

    pub fn is_nothing(&self) -> bool {
        self.amount == Amount::default() && self.others.is_empty()
    }

    /// How much of a resource other than CPU and memory.
    pub fn other(&self, name: Symbol) -> i64 {
        let found = self.others.iter().find(|(own, _)| *own == name);
        found.map_or(0, |(_, count)| *count)
    }

    /// Whether it fits into what is free of `allocatable`. As in the scheduler's filter, a resource that is not
    /// requested is not looked at.
    pub fn fits(&self, allocatable: &Self, requested: &Self) -> bool {
        let one = |own: i64, all: i64, used: i64| own == 0 || own <= all - used;
        one(
            self.amount.cpu,
            allocatable.amount.cpu,
            requested.amount.cpu,
        ) && one(
            self.amount.memory,
            allocatable.amount.memory,
            requested.amount.memory,
        ) && self
            .others
            .iter()
            .all(|(name, own)| one(*own, allocatable.other(*name), requested.other(*name)))
    }

    fn change(&mut self, by: &Self, sign: i64) {
        self.amount.cpu += sign * by.amount.cpu;
        self.amount.memory += sign * by.amount.memory;
        for (name, count) in &by.others {
            match self.others.binary_search_by_key(name, |(own, _)| *own) {
                Ok(at) => {
                    self.others[at].1 += sign * count;
                    if self.others[at].1 == 0 {
                        self.others.remove(at);
                    }
                }
                Err(at) => self.others.insert(at, (*name, sign * count)),
            }
        }
    }
}

impl AddAssign<&Requests> for Requests {
    fn add_assign(&mut self, other: &Requests) {
        self.change(other, 1);
    }
}

impl SubAssign<&Requests> for Requests {
    fn sub_assign(&mut self, other: &Requests) {
        self.change(other, -1);
    }
}
