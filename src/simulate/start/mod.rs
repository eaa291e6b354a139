//! What a run begins with: a cluster of objects and node groups, settled, with everybody at work who is installed.

mod begin;
mod estimate;
mod handlers;
mod parties;
mod programs;

pub use begin::{Begin, Started, begin};
pub use handlers::DrainedBy;
pub use parties::{Party, Role};

use serde_json::Value as Json;

use super::actors::autoscaler::options::Options;
use super::cloud::Taken;
use super::read::GroupSpec;
use super::timings::Timings;
use super::world::Millis;
use crate::values::Version;

/// Everything that a cluster is made of.
#[derive(Clone, Debug)]
pub struct Given {
    /// What is installed: controllers, placeholders, and what they need.
    pub system: Vec<Json>,
    /// The workloads of users, and what belongs to them.
    pub workloads: Vec<Json>,
    pub groups: Vec<GroupSpec>,
    pub kubernetes: Version,
    pub autoscaler: Options,
    /// Who drains a node whose end is announced.
    pub drained_by: DrainedBy,
    pub taken: Taken,
    /// From the announcement to the end of a Spot machine.
    pub notice: Millis,
    pub timings: Timings,
}
