//! How long things take: two tables. `real` is what clusters do, each figure with its source; `laboratory` deviates from
//! it where the laboratory of the recordings does, and replays them.

use super::world::{Millis, seconds};

/// Durations, none of which a configuration sets.
#[derive(Clone, Debug)]
pub struct Timings {
    /// From asking for a machine until its node is ready.
    pub boot: Millis,
    /// From asking until the cloud says that it has none.
    pub refusal: Millis,
    /// From giving a machine back until its node is gone.
    pub machine_deletion: Millis,
    /// How long the scheduler leaves a pod alone after the first attempt in vain, and at most.
    pub scheduler_backoff: (Millis, Millis),
}

impl Timings {
    pub fn real() -> Self {
        Self {
            boot: seconds(180),
            refusal: seconds(20),
            machine_deletion: seconds(30),
            // kubernetes/kubernetes pkg/scheduler/apis/config/v1/defaults.go, `SetDefaults_KubeSchedulerConfiguration`.
            scheduler_backoff: (seconds(1), seconds(10)),
        }
    }
}
