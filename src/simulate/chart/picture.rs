//! What a picture shows, as plain data. All times are thousandths of a second since the run began.

use super::steps::Steps;

/// One scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The name of the configuration.
    pub config: String,
    pub scenario: String,
    /// None where nothing is left to chance.
    pub seed: Option<u64>,
    pub verdict: Verdict,
    /// What the verdict comes from, in a sentence.
    pub verdict_line: String,
    /// What is to blame, one place of a configuration or manifest each, the worst first.
    pub causes: Vec<String>,
    /// The numbers of the run, the most important first.
    pub figures: Vec<Figure>,
    pub objectives: Vec<Objective>,
    pub from: i64,
    pub until: i64,
    /// What the scenario does, in order of time.
    pub events: Vec<Event>,
    /// The picture puts the worst first.
    pub workloads: Vec<Workload>,
    /// Pods that hold room. None where the configuration has no placeholders.
    pub placeholders: Option<Steps<Pods>>,
    /// In the order in which they are shown.
    pub pools: Vec<Pool>,
    pub marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Converged,
    /// Nothing happens any more, and the goal is not reached.
    Quiet,
    Loops,
    Stuck,
}

/// A number with its name, both as they are printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub name: String,
    pub value: String,
}

/// What was to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// As it is configured: `failoverWithin: 3m`.
    pub name: String,
    pub is_met: bool,
    /// By how much: `40 s to spare`.
    pub margin: String,
    pub line: Line,
}

impl Objective {
    pub(super) fn word(&self) -> &'static str {
        if self.is_met { "met" } else { "missed" }
    }
}

/// Where an objective lies in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// To be reached by this time.
    By(i64),
    /// At least so many pods of all workloads together are to be ready.
    Ready(i64),
    Nowhere,
}

/// Something that the scenario does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: i64,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    pub name: String,
    pub namespace: String,
    pub pods: Steps<Pods>,
    /// The fewest pods that may be ready, by its budget or by an objective.
    pub floor: Option<i64>,
}

/// Where the pods are at a moment; each counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pods {
    pub ready_on_spot: i64,
    pub ready_on_demand: i64,
    pub starting: i64,
    pub pending: i64,
    /// The machine is gone, and the API still calls them ready.
    pub dead: i64,
    pub terminating: i64,
}

impl Pods {
    pub fn ready(&self) -> i64 {
        self.ready_on_spot + self.ready_on_demand
    }

    /// Those that are not on their way out: as many as there should be.
    pub fn staying(&self) -> i64 {
        self.ready() + self.starting + self.pending + self.dead
    }

    pub fn all(&self) -> i64 {
        self.staying() + self.terminating
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    Spot,
    OnDemand,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub name: String,
    pub capacity: Capacity,
    /// In order of their creation.
    pub nodes: Vec<Node>,
}

/// The life of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    /// What it comes to be, and when.
    pub stages: Vec<(i64, Stage)>,
    /// Its object is deleted. None if it is still there at the end.
    pub deleted: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The machine is ordered or boots.
    Booting,
    Ready,
    Cordoned,
    /// The end of its machine is announced.
    Noticed,
    Draining,
    /// The machine does not run any more, and the node is still there.
    Dead,
}

impl Stage {
    /// In the order of a life.
    pub const ALL: [Self; 6] = [
        Self::Booting,
        Self::Ready,
        Self::Cordoned,
        Self::Noticed,
        Self::Draining,
        Self::Dead,
    ];
}

/// Something that befell a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: i64,
    pub act: Act,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    EvictedByHandler,
    /// Evicted by what the cloud does at a notice.
    EvictedByCloud,
    /// Stopped by its kubelet as that shut down.
    StoppedByKubelet,
    EvictedByUpgrade,
    EvictedByAutoscaler,
    EvictedByDescheduler,
    /// Deleted because of a taint.
    EvictedByTaint,
    Preempted,
    /// Its machine ended before it had stopped.
    Killed,
}
