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
    /// From binding until a pod is ready: images are pulled, the program starts.
    pub pod_start: Millis,
    /// From the signal until a pod's containers have ended.
    pub pod_stop: Millis,
}

impl Timings {
    pub fn real() -> Self {
        Self {
            boot: seconds(180),
            refusal: seconds(20),
            machine_deletion: seconds(30),
            pod_start: seconds(15),
            pod_stop: seconds(8),
        }
    }
}
