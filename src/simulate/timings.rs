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
    /// From asking for a machine until the cloud lists it.
    pub instance_listing: Millis,
    /// The autoscaler waits for more while all pods that wait are younger than this.
    pub young_pods: Millis,
    /// From one try of the autoscaler to evict a pod to the next.
    pub eviction_retry: Millis,
    /// How long the autoscaler waits for a pod beyond its longest grace.
    pub eviction_headroom: Millis,
    /// From one look of the autoscaler at the pods of a drained node to the next.
    pub drain_poll: Millis,
}

impl Timings {
    pub fn real() -> Self {
        Self {
            boot: seconds(180),
            refusal: seconds(20),
            machine_deletion: seconds(30),
            // Seen in the laboratory: the autoscaler asks the cloud anew while a request is open.
            instance_listing: 0,
            // kubernetes/autoscaler cluster-autoscaler/core/static_autoscaler.go: unschedulablePodTimeBuffer.
            young_pods: seconds(2),
            // The same, core/scaledown/actuation/drain.go: DefaultEvictionRetryTime, DefaultPodEvictionHeadroom, and
            // the pause in waitPodsToDisappear.
            eviction_retry: seconds(10),
            eviction_headroom: seconds(30),
            drain_poll: seconds(5),
        }
    }
}
