//! What pods request, and nodes have.

use serde::Serialize;

use crate::values::Quantity;

/// CPU and memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resources {
    pub cpu: Quantity,
    pub memory: Quantity,
}

impl Resources {
    pub fn of(cpu_millis: i64, memory_bytes: i64) -> Self {
        Self {
            cpu: Quantity::from_millis(cpu_millis),
            memory: Quantity::from_bytes(memory_bytes),
        }
    }
}
