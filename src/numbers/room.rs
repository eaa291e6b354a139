//! What fits where: CPU and memory of pools, of workloads and of placeholders.
//!
//! All of it is arithmetic on requests, as the scheduler and the autoscaler do it.

use super::{Number, headroom};
use crate::components::controller::ContainerResources;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::{Mode, OsType, PlaceholderSpread, Spot};
use crate::kubernetes::Resources;
use crate::plan::{NodePool, Plan, Workload};
use crate::values::{Int, Quantity};

/// CPU in thousandths and memory in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    pub cpu: i64,
    pub memory: i64,
}

impl Amount {
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        Self {
            cpu: self.cpu.saturating_mul(count),
            memory: self.memory.saturating_mul(count),
        }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_add(other.cpu),
            memory: self.memory.saturating_add(other.memory),
        }
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(other.cpu),
            memory: self.memory.saturating_sub(other.memory),
        }
    }

    /// The larger of each.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.max(other.cpu),
            memory: self.memory.max(other.memory),
        }
    }

    /// The smaller of each.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self {
            cpu: self.cpu.min(other.cpu),
            memory: self.memory.min(other.memory),
        }
    }

    /// Whether all of it fits into `room`.
    pub fn fits(self, room: Self) -> bool {
        self.cpu <= room.cpu && self.memory <= room.memory
    }

    /// How many of it fit into `room`; none for what is nothing, for any number would.
    pub fn count_in(self, room: Self) -> Option<i64> {
        self.parts_in(room, 1)
    }

    /// The same in thousandths of it, which tells rooms apart that hold as many whole ones.
    pub fn thousandths_in(self, room: Self) -> Option<i64> {
        self.parts_in(room, 1000)
    }

    fn parts_in(self, room: Self, of_one: i64) -> Option<i64> {
        let by = |one: i64, all: i64| (one > 0).then(|| (all.saturating_mul(of_one) / one).max(0));
        match (by(self.cpu, room.cpu), by(self.memory, room.memory)) {
            (Some(cpu), Some(memory)) => Some(cpu.min(memory)),
            (one, other) => one.or(other),
        }
    }
}

impl From<&Resources> for Amount {
    fn from(resources: &Resources) -> Self {
        Self {
            cpu: resources.cpu.millis(),
            memory: resources.memory.bytes(),
        }
    }
}

/// What a controller of ours requests.
impl From<&ContainerResources> for Amount {
    fn from(resources: &ContainerResources) -> Self {
        let get = |name: &str| resources.requests.get(name);
        Self {
            cpu: get("cpu").map_or(0, Quantity::millis),
            memory: get("memory").map_or(0, Quantity::bytes),
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mebibytes = self.memory >> 20;
        let cpu = decimal(self.cpu, 1000);
        if mebibytes.abs() < 1024 {
            write!(f, "{cpu} CPU and {mebibytes}Mi")
        } else {
            write!(f, "{cpu} CPU and {}Gi", decimal(mebibytes, 1024))
        }
    }
}

/// `amount` by `unit`, with at most two decimals, rounded down.
fn decimal(amount: i64, unit: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    let hundredths = u128::from(amount.unsigned_abs()) * 100 / u128::from(unit.unsigned_abs());
    let text = format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What pods can request on one node of a pool.
pub fn of_node(pool: &NodePool) -> Option<Amount> {
    pool.room.as_ref().map(Amount::from)
}

/// What pods can request on all nodes that a pool can have; none where it is not known.
pub fn of_pool(pool: &NodePool) -> Option<Amount> {
    Some(of_node(pool)?.times(pool.nodes?.max))
}

/// What pods can request on all nodes of several pools.
pub fn of_pools<'p>(pools: impl IntoIterator<Item = &'p NodePool>) -> Option<Amount> {
    let mut all = Amount::default();
    for pool in pools {
        all = all.plus(of_pool(pool)?);
    }
    Some(all)
}

/// The pools that workloads fail over to: on-demand ones that they tolerate; those of the system only where there are no
/// others.
pub fn failover_pools(plan: &Plan) -> Vec<&NodePool> {
    let pools = || {
        plan.node_pools
            .iter()
            .filter(|pool| !pool.is_spot() && plan.is_for_workloads(pool))
    };
    let user: Vec<&NodePool> = pools().filter(|pool| pool.mode == Mode::User).collect();
    if user.is_empty() {
        pools().collect()
    } else {
        user
    }
}

/// The Spot pools that workloads can run on.
pub fn spot_pools(plan: &Plan) -> Vec<&NodePool> {
    let pools = plan.node_pools.iter();
    pools
        .filter(|pool| pool.is_spot() && plan.is_for_workloads(pool))
        .collect()
}

/// What workloads request in all, and the largest CPU and memory of one pod. What says nothing counts for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Demand {
    pub all: Amount,
    pub largest: Amount,
    pub pods: i64,
    /// Whether each of them says what it requests.
    pub is_whole: bool,
}

impl Demand {
    fn of<'p>(workloads: impl Iterator<Item = &'p Workload>) -> Self {
        let mut demand = Self {
            is_whole: true,
            ..Self::default()
        };
        // What runs once in a while holds no room day and night.
        for workload in workloads.filter(|workload| workload.kind.is_counted()) {
            let Some(requests) = workload.requests.as_ref().map(Amount::from) else {
                demand.is_whole = false;
                continue;
            };
            let pods = workload.most_replicas().unwrap_or(1);
            demand.all = demand.all.plus(requests.times(pods));
            demand.largest = demand.largest.max(requests);
            demand.pods = demand.pods.saturating_add(pods);
        }
        demand
    }
}

/// Of the workloads that prefer Spot, with all the replicas that their autoscalers allow.
pub fn preferring_spot(plan: &Plan) -> Demand {
    Demand::of(
        plan.workloads
            .iter()
            .filter(|workload| workload.prefers_spot()),
    )
}

/// Of everything that is on Spot while there is Spot.
pub fn on_spot(plan: &Plan) -> Demand {
    Demand::of(workloads_on_spot(plan))
}

/// Of everything that is on on-demand when there is no Spot.
pub fn without_spot(plan: &Plan) -> Demand {
    Demand::of(workloads_without_spot(plan))
}

/// What is on Spot while there is Spot.
pub fn workloads_on_spot(plan: &Plan) -> impl Iterator<Item = &Workload> {
    let is_there = |workload: &&Workload| {
        matches!(
            workload.placement.spot,
            Some(Spot::Preferred | Spot::Required)
        )
    };
    plan.workloads.iter().filter(is_there)
}

/// What is on on-demand when there is no Spot.
pub fn workloads_without_spot(plan: &Plan) -> impl Iterator<Item = &Workload> {
    let is_there = |workload: &&Workload| {
        matches!(
            workload.placement.spot,
            Some(Spot::Preferred | Spot::Never | Spot::Tolerated)
        )
    };
    plan.workloads.iter().filter(is_there)
}

/// A workload with more pods than the nodes of some pools hold, though they have as much room in all: what is left of a
/// node is too little for one more.
#[derive(Clone, Copy, Debug)]
pub struct Crowd<'p> {
    pub workload: &'p Workload,
    pub pods: i64,
    pub held: i64,
}

impl<'p> Crowd<'p> {
    /// The worst of these workloads, were it alone on the nodes.
    pub fn worst(
        workloads: impl Iterator<Item = &'p Workload>,
        pools: &[&NodePool],
    ) -> Option<Self> {
        let crowds = workloads.filter_map(|workload| {
            let pods = workload.most_replicas()?;
            let held = held(pools, Amount::from(workload.requests.as_ref()?))?;
            let is_counted = workload.kind.is_counted();
            // What fits on no node at all is another fault.
            (is_counted && held > 0 && pods > held).then_some(Self {
                workload,
                pods,
                held,
            })
        });
        crowds.max_by_key(|crowd| crowd.pods - crowd.held)
    }
}

/// The pools whose nodes a placeholder can be on.
pub fn pools_of<'p>(
    plan: &'p Plan,
    placeholder: &'p Placeholder,
) -> impl Iterator<Item = &'p NodePool> {
    // Its image is Linux's.
    plan.pools_of(&placeholder.target)
        .filter(|pool| pool.os_type == OsType::Linux)
}

/// As many as an autoscaler makes at most.
fn most(control: &Control) -> i64 {
    match control {
        Control::Linear(linear) => linear.max.map_or(i64::MAX, Int::get),
        Control::Ladder(ladder) => {
            let steps = ladder
                .cores_to_replicas
                .iter()
                .chain(&ladder.nodes_to_replicas);
            steps.map(|[_, replicas]| replicas.get()).max().unwrap_or(0)
        }
    }
}

/// How many placeholders can come to be on one node of a pool; none where it is not known.
pub fn placeholders_on_node(
    plan: &Plan,
    placeholder: &Placeholder,
    pool: &NodePool,
) -> Option<i64> {
    placeholders_in(plan, placeholder, pool, of_node(pool)?)
}

fn placeholders_in(
    plan: &Plan,
    placeholder: &Placeholder,
    pool: &NodePool,
    room: Amount,
) -> Option<i64> {
    let fit = Amount::from(&placeholder.requests).count_in(room)?;
    let wanted = match (&placeholder.spread, &placeholder.scaling) {
        (PlaceholderSpread::OnePerNode, _) => 1,
        (PlaceholderSpread::None, None) => i64::from(placeholder.replicas.unwrap_or(1)),
        (PlaceholderSpread::None, Some(scaling)) => {
            headroom::brought_by_node(plan, scaling, pool).unwrap_or_else(|| most(&scaling.control))
        }
    };
    Some(fit.min(wanted))
}

/// Placeholders on one node, and what they leave of it.
#[derive(Debug)]
pub struct Beside<'p> {
    /// Of each entry its number, and as many as can be there beside those before it; there is at least one.
    pub placeholders: Vec<(usize, &'p Placeholder, i64)>,
    pub rest: Amount,
}

impl<'p> Beside<'p> {
    /// On a node of a pool; none where there are none, or too little is known.
    pub fn on_node(plan: &'p Plan, pool: &NodePool) -> Option<Self> {
        let mut beside = Self {
            placeholders: Vec::new(),
            rest: of_node(pool)?,
        };
        for (at, placeholder) in plan.placeholders() {
            let is_there = pools_of(plan, placeholder).any(|own| own.name == pool.name);
            let count = is_there.then(|| placeholders_in(plan, placeholder, pool, beside.rest));
            if let Some(count) = count.flatten().filter(|count| *count > 0) {
                let taken = Amount::from(&placeholder.requests).times(count);
                beside.rest = beside.rest.minus(taken);
                beside.placeholders.push((at, placeholder, count));
            }
        }
        (!beside.placeholders.is_empty()).then_some(beside)
    }

    /// Whether that is a single placeholder.
    pub fn is_one(&self) -> bool {
        matches!(self.placeholders[..], [(_, _, 1)])
    }

    /// What is there: ``2 `spot` placeholders (0.5 CPU and 512Mi each)``.
    pub fn said(&self) -> String {
        let said = |(_, placeholder, count): &(usize, &Placeholder, i64)| {
            let (name, request) = (&placeholder.name, Amount::from(&placeholder.requests));
            match count {
                1 => format!("one `{name}` placeholder ({request})"),
                count => format!("{count} `{name}` placeholders ({request} each)"),
            }
        };
        let said: Vec<String> = self.placeholders.iter().map(said).collect();
        said.join(" and ")
    }
}

/// How many pods of one size all nodes of some pools hold; none where it is not known, or there is no bound.
fn held(pools: &[&NodePool], request: Amount) -> Option<i64> {
    let counts = pools.iter().map(|pool| {
        Some(
            request
                .count_in(of_node(pool)?)?
                .saturating_mul(pool.nodes?.max),
        )
    });
    counts.sum()
}

pub(super) fn numbers(plan: &Plan) -> Vec<Number> {
    let mut numbers = Vec::new();
    for pool in &plan.node_pools {
        let (Some(room), Some(whole)) = (of_node(pool), &pool.allocatable) else {
            continue;
        };
        numbers.push(Number {
            what: format!("room on a node of {}", pool.name),
            value: room.to_string(),
            how: format!("{} less what DaemonSets request", Amount::from(whole)),
        });
    }
    let (spot, on_demand) = (spot_pools(plan), failover_pools(plan));
    for (name, pools, demand) in [
        ("Spot", &spot, on_spot(plan)),
        ("on-demand, all Spot gone", &on_demand, without_spot(plan)),
    ] {
        let Some(room) = of_pools(pools.iter().copied()).filter(|_| !pools.is_empty()) else {
            continue;
        };
        let names: Vec<&str> = pools.iter().map(|pool| pool.name.as_str()).collect();
        let at_least = if demand.is_whole { "" } else { "at least " };
        numbers.push(Number {
            what: format!("capacity of {name}"),
            value: room.to_string(),
            how: format!(
                "{} at their maximum; {at_least}{} wanted by {} pods",
                names.join(", "),
                demand.all,
                demand.pods
            ),
        });
    }
    numbers.extend(placeholders(plan));
    numbers
}

fn placeholders(plan: &Plan) -> Vec<Number> {
    let largest = preferring_spot(plan).largest;
    let pools = plan.node_pools.iter();
    let beside = pools.filter_map(|pool| Some((pool, Beside::on_node(plan, pool)?)));
    let number = |(pool, beside): (&NodePool, Beside<'_>)| {
        let fits = if largest.fits(beside.rest) {
            "fits"
        } else {
            "does not fit"
        };
        Number {
            what: format!("beside placeholders on {}", pool.name),
            value: beside.rest.to_string(),
            how: format!(
                "{} per node; the largest pod ({largest}) {fits} beside {}",
                beside.said(),
                if beside.is_one() { "it" } else { "them" }
            ),
        }
    };
    beside.map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_short() {
        let said = |cpu, mebibytes: i64| {
            let memory = mebibytes << 20;
            Amount { cpu, memory }.to_string()
        };
        assert_eq!(said(500, 512), "0.5 CPU and 512Mi");
        assert_eq!(said(3460, 13522), "3.46 CPU and 13.2Gi");
        assert_eq!(said(739_200, 5_916_480), "739.2 CPU and 5777.81Gi");
        assert_eq!(said(2000, 4096), "2 CPU and 4Gi");
        assert_eq!(said(-540, -4096), "-0.54 CPU and -4Gi");
    }
}
