//! What fits where: CPU and memory of pools, of workloads and of placeholders.
//!
//! All of it is arithmetic on requests, as the scheduler and the autoscaler do it.

use super::{Number, headroom};
use crate::config::{Mode, OsType, PlaceholderSpread, Spot};
use crate::plan::{Control, NodePool, Placeholder, Plan, Resources, Workload};
use crate::values::Int;

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

    /// Whether all of it fits into `room`.
    pub fn fits(self, room: Self) -> bool {
        self.cpu <= room.cpu && self.memory <= room.memory
    }

    /// How many of it fit into `room`; none for what is nothing, for any number would.
    pub fn count_in(self, room: Self) -> Option<i64> {
        let by = |one: i64, all: i64| (one > 0).then(|| (all / one).max(0));
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
    let is_there = |workload: &&Workload| {
        matches!(
            workload.placement.spot,
            Some(Spot::Preferred | Spot::Required)
        )
    };
    Demand::of(plan.workloads.iter().filter(is_there))
}

/// Of everything that is on on-demand when there is no Spot.
pub fn without_spot(plan: &Plan) -> Demand {
    let is_there = |workload: &&Workload| {
        matches!(
            workload.placement.spot,
            Some(Spot::Preferred | Spot::Never | Spot::Tolerated)
        )
    };
    Demand::of(plan.workloads.iter().filter(is_there))
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
    let fit = Amount::from(&placeholder.requests).count_in(of_node(pool)?)?;
    let wanted = match (&placeholder.spread, &placeholder.scaling) {
        (PlaceholderSpread::OnePerNode, _) => 1,
        (PlaceholderSpread::None, None) => i64::from(placeholder.replicas.unwrap_or(1)),
        (PlaceholderSpread::None, Some(scaling)) => {
            headroom::brought_by_node(plan, scaling, pool).unwrap_or_else(|| most(&scaling.control))
        }
    };
    Some(fit.min(wanted))
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
    let placeholders = plan
        .overprovisioner
        .iter()
        .flat_map(|overprovisioner| &overprovisioner.placeholders);
    placeholders
        .flat_map(|placeholder| {
            pools_of(plan, placeholder).filter_map(move |pool| {
                let count = placeholders_on_node(plan, placeholder, pool)?;
                let taken = Amount::from(&placeholder.requests).times(count);
                let rest = of_node(pool)?.minus(taken);
                let fits = if largest.fits(rest) {
                    "fits"
                } else {
                    "does not fit"
                };
                Some(Number {
                    what: format!(
                        "beside placeholders `{}` on {}",
                        placeholder.name, pool.name
                    ),
                    value: rest.to_string(),
                    how: format!(
                        "{count} of {} on a node; the largest pod ({largest}) {fits} beside them",
                        Amount::from(&placeholder.requests)
                    ),
                })
            })
        })
        .collect()
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
