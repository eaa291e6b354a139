//! A scenario as data.

use crate::simulate::cloud::Taken;
use crate::simulate::start::{Begin, DrainedBy};
use crate::simulate::world::Millis;

/// Steps, and what is changed of the cluster beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub name: String,
    /// What happens, in a sentence.
    pub about: String,
    pub begin: Begin,
    /// In order of time.
    pub steps: Vec<Step>,
    /// Instead of the cluster's own.
    pub taken: Option<Taken>,
    pub drained_by: Option<DrainedBy>,
    /// For how long it is watched after its last step at most; without it, as long as the slowest return takes.
    pub watched: Option<Millis>,
}

/// Something that happens so long after the scenario begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: Millis,
    pub action: Action,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Spot machines are taken, each after a notice.
    Interrupt(Machines),
    /// From now on the cloud has so much for Spot pools.
    Supply { pools: Pools, supply: Supply },
    /// Workloads want so many times their replicas, in hundredths; those with an autoscaler no more than its most.
    Load { workloads: Workloads, percent: i64 },
    /// Workloads are rolled out anew.
    RollOut { workloads: Workloads },
    /// Every node of these pools is replaced by a new one, one after the other in each group.
    Upgrade { pools: Pools },
}

/// Which Spot machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machines {
    pub pools: Pools,
    pub zones: Zones,
    /// The busiest of these, so many; all, where there is none.
    pub most: Option<usize>,
}

/// Which pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pools {
    All,
    /// The one whose nodes have the most pods of workloads when the step comes.
    Busiest,
    Named(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Zones {
    All,
    /// As with pools.
    Busiest,
    Named(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Workloads {
    All,
    /// By name, or by namespace and name with a slash between them.
    Named(Vec<String>),
}

/// What the cloud has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    Plenty,
    /// It refuses each request.
    Nothing,
    /// It takes each request, and nothing comes.
    Hangs,
    /// So many hundredths of the machines that ran when the scenario began, rounded up.
    Percent(i64),
}

impl Machines {
    pub const ALL: Self = Self {
        pools: Pools::All,
        zones: Zones::All,
        most: None,
    };
}

impl Scenario {
    /// One that begins with a cluster at rest.
    pub fn new(name: &str, about: &str, steps: Vec<Step>) -> Self {
        Self {
            name: name.to_owned(),
            about: about.to_owned(),
            begin: Begin::Steady,
            steps,
            taken: None,
            drained_by: None,
            watched: None,
        }
    }

    /// When the last step comes.
    pub fn last_step(&self) -> Millis {
        self.steps.iter().map(|step| step.at).max().unwrap_or(0)
    }
}
