//! What happens to a cluster: steps, each at its time.

mod built_in;
mod play;
mod steps;
#[cfg(test)]
mod tests;
mod upgrade;

pub use built_in::{BUILT_IN, BuiltIn, built_in};
pub use play::{Happened, Stage, play};
pub use steps::{Action, Machines, Pools, Scenario, Step, Supply, Workloads, Zones};
