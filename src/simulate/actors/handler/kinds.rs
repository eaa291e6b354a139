//! The handlers that there are.

use crate::kubernetes::Effect;
use crate::simulate::actors::kubelet::GracefulShutdown;
use crate::simulate::world::{Millis, OwnerId, Symbol, minutes, seconds};

/// One that hears of the end of a machine.
#[derive(Clone, Debug)]
pub enum Handler {
    /// It cordons the node and has its pods evicted.
    Drain(Drain),
    /// The kubelet stops its pods itself.
    KubeletShutdown(GracefulShutdown),
}

/// A drain of a node: `kubectl drain`, or something that does the same.
#[derive(Clone, Debug)]
pub struct Drain {
    /// It acts only where a ready pod of this `DaemonSet` is on the node; everywhere, if it runs outside the cluster.
    pub daemon_set: Option<OwnerId>,
    pub poll: Poll,
    /// It leaves a node alone that is cordoned already, whoever did that.
    pub skips_cordoned: bool,
    /// How long it drains a node.
    pub limit: Millis,
    /// Instead of each pod's own grace.
    pub pod_grace: Option<Millis>,
    pub pace: Pace,
    pub way: Way,
    /// A taint for the node: before the drain; after it, and only if it succeeded, when its effect is `NoExecute`.
    pub taint: Option<(Symbol, Effect)>,
}

/// When it looks for announcements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Again and again, from the moment when its pod was ready.
    Every(Millis),
    /// So long after the announcement.
    After(Millis),
}

/// How fast it asks, and how it repeats what a budget refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From one request of its client to the next.
    pub interval: Millis,
    /// After a refusal.
    pub pause: Millis,
    /// How often it looks whether an evicted pod is gone, which takes a request each time.
    pub look: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Through the eviction API, which asks budgets.
    Evicts,
    /// First so, and after a while by deletion, which does not.
    DeletesAfter(Millis),
    /// By deletion from the start.
    Deletes,
}

/// client-go's defaults, 5 requests a second with a burst of 10. The burst is spent before the first eviction: the event
/// (2), the node (1), the cordon (1), the list of pods (1), their `DaemonSets` (1 each), and what the API supports (2).
/// Source: kubernetes/client-go rest/config.go, `DefaultQPS`; kubernetes/kubectl pkg/drain/drain.go, `RunNodeDrain`.
const CLIENT: Pace = Pace {
    interval: 200,
    pause: 0,
    look: Some(seconds(1)),
};

/// All pods at once, and what was refused again 5 s later.
const EACH_5_S: Pace = Pace {
    interval: 0,
    pause: seconds(5),
    look: None,
};

impl Drain {
    /// maksim-paskal/aks-node-termination-handler v1.0.19 with its defaults: pkg/config/config.go (`-period` 5 s,
    /// `-nodeGracePeriodSeconds` 120, `-podGracePeriodSeconds` -1), pkg/api/api.go, `DrainNode`. It tries again without a
    /// pause, since it sets no `EvictErrorRetryDelay` for kubectl 0.35; its real binary was seen to do so.
    pub fn aks_handler(daemon_set: OwnerId) -> Self {
        Self {
            daemon_set: Some(daemon_set),
            poll: Poll::Every(seconds(5)),
            skips_cordoned: true,
            limit: seconds(120),
            pod_grace: None,
            pace: CLIENT,
            way: Way::Evicts,
            taint: None,
        }
    }

    /// aws/aws-node-termination-handler v1.25.6 in its `DaemonSet` mode: cmd/node-termination-handler.go (it looks each
    /// 2 s), pkg/node/node.go, `CordonAndDrain` (a cordoned node too), `nodeTerminationGracePeriod` 120 s. Its kubectl, 0.30,
    /// waits 5 s after a refusal.
    pub fn aws_handler(daemon_set: OwnerId) -> Self {
        Self {
            poll: Poll::Every(seconds(2)),
            skips_cordoned: false,
            pace: Pace {
                pause: seconds(5),
                ..CLIENT
            },
            ..Self::aks_handler(daemon_set)
        }
    }

    /// What the provider does by itself, as AKS on `Preempt` (learn.microsoft.com/azure/aks/node-auto-drain: cordon and
    /// drain, best effort) or EKS in managed node groups. Neither says how soon, nor how often it tries again: assumed
    /// here are the figures of `kubectl drain` and of the handlers.
    pub fn by_provider() -> Self {
        Self {
            daemon_set: None,
            poll: Poll::After(seconds(5)),
            skips_cordoned: false,
            limit: minutes(30),
            pod_grace: None,
            pace: EACH_5_S,
            way: Way::Evicts,
            taint: None,
        }
    }

    /// The imitation in the laboratory of the recordings: labd/handler.go, `drain`, with the figures of lab.py.
    pub fn laboratory(daemon_set: OwnerId) -> Self {
        Self {
            poll: Poll::After(seconds(1)),
            skips_cordoned: false,
            limit: seconds(25),
            // It pauses after the answer, and API latencies count tenfold (README, "Not scaled").
            pace: Pace {
                pause: EACH_5_S.pause + 200,
                ..EACH_5_S
            },
            ..Self::aks_handler(daemon_set)
        }
    }
}

impl Handler {
    /// GKE on Spot: 15 s for other pods, then 15 s for those of the system (Google Cloud, "Spot VMs" in GKE).
    pub fn gke() -> Self {
        Self::KubeletShutdown(GracefulShutdown {
            total: seconds(30),
            critical: seconds(15),
        })
    }
}
