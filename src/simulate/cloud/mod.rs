//! The cloud: machines of node groups, which come, are refused, hang, are taken and are given back.

mod endings;
mod machines;
mod requests;
mod state;
#[cfg(test)]
mod tests;

pub use machines::{Capacity, Instance, InstanceState, OverMaximum, Taken, UnderMinimum};
pub use state::{BootTimes, Cloud};
