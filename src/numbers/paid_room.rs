//! The loss of all Spot at once: what on-demand nodes that run anyway hold of it, and what more of them would buy.
//!
//! Within the notice, pods leave in good order as far as their budgets let them go at once. Each that is ready elsewhere
//! before the notice ends lets another one go; it can be only where a node runs already, for a new one takes minutes. The
//! rest is killed with its VM, and comes again when the nodes are known to be lost.

use super::room::{Amount, failover_pools, of_node};
use super::{Number, budget};
use crate::config::{EvictionPolicy, Spot};
use crate::plan::{Descheduler, NodePool, Plan, Workload};

/// What it takes until a lost node is noticed: `node-monitor-grace-period`.
/// Source: kubernetes/kubernetes `pkg/controller/nodelifecycle/config/v1alpha1/defaults.go`, 50 s since 1.32.
const NOTICED_SECONDS: i64 = 50;

/// From then until the pods of a node are deleted whose machine is gone: the cloud's controller deletes the node within 5 s,
/// and the pod collector waits for 40 s and looks every 20.
/// Source: kubernetes/kubernetes `pkg/controller/podgc/gc_controller.go`.
const COLLECTED_SECONDS: i64 = 65;

/// Pods that prefer Spot against the on-demand room that is paid for.
#[derive(Clone, Copy, Debug)]
pub struct PaidRoom<'p> {
    /// The pool whose minimum is to be raised.
    pub pool: &'p NodePool,
    /// The minimum of that pool.
    pub min: i64,
    /// What pods can request on the nodes that there are in any case, beside what is there already.
    room: Amount,
    pub pods: i64,
    all: Amount,
    /// Pods that budgets let go at once.
    pub at_once: i64,
    at_once_amount: Amount,
}

impl<'p> PaidRoom<'p> {
    /// None where nothing prefers Spot, nothing is known of on-demand nodes, a workload does not say what it requests, or
    /// has a budget of its own, which the plan does not know.
    pub fn of(plan: &'p Plan) -> Option<Self> {
        let pools = failover_pools(plan);
        let pool = *pools.first()?;
        let mut room = Amount::default().minus(installed(plan));
        for pool in &pools {
            room = room.plus(of_node(pool)?.times(pool.nodes?.min));
        }
        let mut this = Self {
            pool,
            min: pool.nodes?.min,
            room,
            pods: 0,
            all: Amount::default(),
            at_once: 0,
            at_once_amount: Amount::default(),
        };
        for workload in plan
            .workloads
            .iter()
            .filter(|found| found.kind.is_counted())
        {
            let requests = workload.requests.as_ref().map(Amount::from);
            match workload.placement.spot {
                Some(Spot::Preferred) => {
                    if plan.from_manifests && workload.disruption_budget.is_none() {
                        return None;
                    }
                    this.add(workload, requests?);
                }
                Some(Spot::Never) => {
                    let pods = workload.most_replicas().unwrap_or(1);
                    this.room = this.room.minus(requests?.times(pods));
                }
                _ => {}
            }
        }
        (this.pods > 0).then_some(this)
    }

    fn add(&mut self, workload: &Workload, requests: Amount) {
        let pods = workload.usual_replicas().unwrap_or(1);
        let at_once = workload.disruption_budget.as_ref().map_or(pods, |budget| {
            budget::allowed(budget.min_available, budget.max_unavailable, pods)
        });
        self.pods += pods;
        self.all = self.all.plus(requests.times(pods));
        self.at_once += at_once;
        self.at_once_amount = self.at_once_amount.plus(requests.times(at_once));
    }

    /// How many of the pods that come at once find room, by their average size.
    pub fn placed(&self) -> i64 {
        let share = |wanted: i64, room: i64| match wanted {
            wanted if wanted > 0 => {
                i128::from(self.at_once) * i128::from(room.max(0)) / i128::from(wanted)
            }
            _ => i128::from(self.at_once),
        };
        let (cpu, memory) = (self.at_once_amount.cpu, self.at_once_amount.memory);
        let placed = share(cpu, self.room.cpu).min(share(memory, self.room.memory));
        i64::try_from(placed).unwrap_or(i64::MAX).min(self.at_once)
    }

    /// Whether everything that prefers Spot finds room.
    pub fn holds_all(&self) -> bool {
        self.all.fits(self.room)
    }

    /// The same with another minimum.
    #[must_use]
    pub fn with_min(self, min: i64) -> Option<Self> {
        let room = self.room.plus(of_node(self.pool)?.times(min - self.min));
        Some(Self { min, room, ..self })
    }

    /// The least minimum with which all that comes at once finds room, where it is more than there is.
    pub fn cure(self) -> Option<Self> {
        self.min_for(self.at_once_amount)
    }

    /// The least minimum whose nodes hold everything that prefers Spot and `more`, where it is more than there is.
    pub fn min_for_all_and(self, more: Amount) -> Option<Self> {
        self.min_for(self.all.plus(more))
    }

    /// The least minimum whose nodes hold this, where it is more than there is; none where the pool cannot have it.
    pub fn min_for(self, wanted: Amount) -> Option<Self> {
        let node = of_node(self.pool)?;
        let by = |wanted: i64, room: i64, node: i64| match wanted - room {
            short if short <= 0 => Some(0),
            short => (node > 0).then(|| (short + node - 1) / node),
        };
        let room = self.room;
        let nodes =
            by(wanted.cpu, room.cpu, node.cpu)?.max(by(wanted.memory, room.memory, node.memory)?);
        let (min, most) = (self.min + nodes, self.pool.nodes?.max);
        self.with_min(min).filter(|_| nodes > 0 && min <= most)
    }

    /// The fewest and the most pods that are killed with their VMs.
    pub fn killed(&self) -> (i64, i64) {
        let held_back = self.pods - self.at_once;
        ((held_back - self.placed()).max(0), held_back)
    }
}

/// What is installed on on-demand: it takes room there.
fn installed(plan: &Plan) -> Amount {
    let descheduler = plan
        .descheduler
        .as_ref()
        .filter(|descheduler| descheduler.placement.spot == Some(Spot::Never));
    let descheduler = descheduler.map(|Descheduler { resources, .. }| resources);
    let scaler = plan
        .proportional_autoscaler
        .as_ref()
        .map(|scaler| &scaler.resources);
    let installed = descheduler.into_iter().chain(scaler);
    installed
        .map(Amount::from)
        .fold(Amount::default(), Amount::plus)
}

pub(super) fn numbers(plan: &Plan) -> Vec<Number> {
    let Some(paid) = PaidRoom::of(plan).filter(|_| plan.node_pools.iter().any(NodePool::is_spot))
    else {
        return Vec::new();
    };
    let cure = paid.cure();
    let more =
        |cure: &PaidRoom<'_>| format!("; {} node-hours a day more", (cure.min - paid.min) * 24);
    let rows = std::iter::once((paid, String::new())).chain(cure.map(|cure| (cure, more(&cure))));
    rows.map(|(paid, more)| loss_of_all(plan, &paid, &more))
        .collect()
}

fn loss_of_all(plan: &Plan, paid: &PaidRoom<'_>, more: &str) -> Number {
    let (fewest, most) = paid.killed();
    let killed = if fewest == most {
        most.to_string()
    } else {
        format!("{fewest} to {most}")
    };
    let tolerated = plan
        .workloads
        .iter()
        .filter(|workload| workload.prefers_spot())
        .map(|workload| workload.node_loss_toleration_seconds.map_or(300, i64::from))
        .max();
    // Nodes of deallocated machines stay, and so do their pods until they no longer tolerate it.
    let stay = |pool: &NodePool| pool.eviction_policy == Some(EvictionPolicy::Deallocate);
    let longest = if plan.node_pools.iter().any(stay) {
        i64::MAX
    } else {
        COLLECTED_SECONDS
    };
    let noticed = NOTICED_SECONDS + tolerated.unwrap_or(0).min(longest);
    let ready = if most == 0 {
        String::new()
    } else if paid.holds_all() {
        format!("; these come again {noticed} s after their VM was lost, on nodes that run")
    } else {
        format!(
            "; these come again {noticed} s after their VM was lost or later: further nodes take 3 to 7 min"
        )
    };
    Number {
        what: format!(
            "loss of all Spot, `min: {}` of {}",
            paid.min, paid.pool.name
        ),
        value: format!("{killed} of {} pods killed", paid.pods),
        how: format!(
            "budgets let {} go at once, {} of them to nodes that run{ready}{more}",
            paid.at_once,
            paid.placed()
        ),
    }
}
