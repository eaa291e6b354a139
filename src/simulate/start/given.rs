//! What a cluster is made of.

use serde_json::Value as Json;

use super::handlers::DrainedBy;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::cloud::Taken;
use crate::simulate::read::GroupSpec;
use crate::simulate::timings::Timings;
use crate::simulate::world::Millis;
use crate::values::Version;

/// Everything that a cluster is made of.
#[derive(Clone, Debug, PartialEq)]
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
    pub spot_upgrade: SpotUpgrade,
    pub timings: Timings,
}

impl Given {
    /// Everything that the API server is given.
    pub(super) fn objects(&self) -> Vec<Json> {
        let all = self.system.iter().chain(&self.workloads);
        all.cloned().collect()
    }
}

/// How the nodes of a Spot pool are upgraded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpotUpgrade {
    /// As others: a new node comes, and an old one is drained.
    SurgeAndDrain,
    /// The old one is cordoned and has a notice, as when it is interrupted; the new one comes when it has gone.
    Notice,
}
