//! What a finding is, and of which classes there are.

use serde::Serialize;

use super::hold::Hold;
use crate::diagnostic::Pointer;
use crate::simulate::verdict::Verdict;
use crate::values::shell::word;

/// What ends a finding, tried in the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// As `--set` takes it; empty where a manifest is changed.
    pub set: Vec<String>,
    /// What is changed in a manifest.
    pub edit: Option<String>,
    /// What the same scenario comes to with it.
    pub verdict: Verdict,
}

impl Change {
    /// What it does, as it can be typed.
    pub(super) fn words(&self) -> String {
        let sets = self.set.iter();
        let sets: Vec<String> = sets.map(|set| format!("--set {}", word(set))).collect();
        let sets = (!sets.is_empty()).then(|| sets.join(" "));
        let both = sets.into_iter().chain(self.edit.clone());
        both.collect::<Vec<_>>().join(", and ")
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub class: Class,
    pub message: String,
    /// What happens again and again, or what nothing ends.
    pub events: Vec<String>,
    /// The place in the configuration or the manifests.
    pub cause: Option<String>,
    /// The rule to read.
    pub rule: Option<&'static str>,
    #[serde(skip)]
    pub blame: Blame,
    /// Changes that end it: the smallest that does, and the smallest after which all is where it belongs.
    pub changes: Vec<Change>,
    /// Why there is none.
    #[serde(rename = "noChange")]
    pub no_change: Option<String>,
    /// The workloads that it is about.
    pub workloads: Vec<String>,
}

/// What is to blame for a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Blame {
    /// What usually is for its class.
    #[default]
    OfClass,
    /// Moves by the descheduler, of which so many were in one round at most.
    Moves(usize),
    /// One key of the configuration.
    Key(Pointer),
    /// This workload, by namespace and name.
    Workload(String),
    /// The budget of this workload, by namespace and name.
    Budget(String),
    /// Placeholders, or that there are none.
    Placeholders,
    /// The maximum of these pools.
    Maximum(Vec<String>),
    /// How many pods a node of these pools may hold.
    MaxPods(Vec<String>),
    /// The minimum of these pools.
    Minimum(Vec<String>),
    /// The limits beyond which unready nodes halt the autoscaler.
    UnreadyLimits,
    /// The taints of this pool.
    Taints(String),
    /// What of a workload holds its pods up.
    Pods {
        /// By namespace and name.
        workload: String,
        hold: Hold,
        /// The pools that would have room.
        pools: Vec<String>,
    },
    /// That nodes outlast their machines.
    Deallocation,
}

/// The classes of what goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Class {
    /// Spot is full, and on-demand takes the pod again.
    L1,
    /// Spot has room, and the scheduler rates on-demand higher.
    L2,
    /// The pod can never run on Spot.
    L3,
    /// Placeholders make nodes, which make placeholders, up to the pool's maximum.
    L4,
    /// Nothing is evicted though pods are on on-demand.
    L5,
    /// Spot nodes are marked as candidates for deletion, and the scheduler avoids them.
    #[serde(rename = "deletion-taint")]
    DeletionTaint,
    /// The autoscaler drains the nodes to which the descheduler moves pods.
    #[serde(rename = "scale-down")]
    ScaleDown,
    /// Pods are not ready, or nodes not replaced, and nothing changes that.
    #[serde(rename = "stall")]
    Stall,
    /// Pods waited long for machines that did not come, while another pool could have taken them.
    #[serde(rename = "slow")]
    Slow,
    /// The watching ended before it was clear what comes of it.
    #[serde(rename = "watch-ended")]
    WatchEnded,
}

impl Class {
    pub fn name(self) -> &'static str {
        match self {
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
            Self::L4 => "L4",
            Self::L5 => "L5",
            Self::DeletionTaint => "deletion-taint",
            Self::ScaleDown => "scale-down",
            Self::Stall => "stall",
            Self::Slow => "slow",
            Self::WatchEnded => "watch-ended",
        }
    }

    /// Whether it fails a run whatever the verdict is: that is about where pods are at the end alone.
    pub(super) fn fails(self) -> bool {
        matches!(self, Self::Stall | Self::L4)
    }

    /// Whether it is of pods that are moved again and again.
    pub(super) fn is_of_moves(self) -> bool {
        matches!(
            self,
            Self::L1 | Self::L2 | Self::L3 | Self::DeletionTaint | Self::ScaleDown
        )
    }

    /// The rule to read first.
    pub fn rule(self) -> &'static str {
        match self {
            Self::L1 => "preferred-loop",
            Self::L2 | Self::DeletionTaint => "soft-taint-outvotes-spot",
            Self::L3 => "never-on-spot",
            Self::L4 => "headroom-feeds-itself",
            Self::L5 | Self::WatchEnded => "never-fails-back",
            Self::ScaleDown => "scale-down-beats-failback",
            Self::Stall => "failover-capacity-short",
            Self::Slow => "slow-failover",
        }
    }
}

/// One whose cause and changes are still to be found.
pub(super) fn finding(class: Class, message: String) -> Finding {
    Finding {
        class,
        message,
        events: Vec::new(),
        cause: None,
        rule: Some(class.rule()),
        blame: Blame::OfClass,
        changes: Vec::new(),
        no_change: None,
        workloads: Vec::new(),
    }
}
