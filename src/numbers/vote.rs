//! What the scheduler's scores make of a preference for Spot.
//!
//! The node with the highest sum wins: three times the score of taints, twice those of node affinity, of topology
//! spread and of inter-pod affinity, once those of free resources and of their balance, each from 0 to 100. Here a Spot
//! node that has as many replicas as it holds and is otherwise full stands against an empty on-demand node: the worst
//! case for Spot.
//!
//! Source: kubernetes/kubernetes `pkg/scheduler/apis/config/v1/default_plugins.go` (the weights) and the plugins of
//! these names under `pkg/scheduler/framework/plugins`.

use super::Number;
use super::room::{self, Amount};
use crate::config::{Kind, SpreadMethod, WhenUnsatisfiable};
use crate::plan::{NodePool, OwnPlacement, Plan, Workload};

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";
/// What spreads the pods of a controller that says nothing of it: key and skew.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/plugin.go, `systemDefaultConstraints`.
const SYSTEM_SPREAD: [(&str, i64); 2] = [(HOSTNAME, 3), (ZONE, 5)];
/// Nodes that a pool can have where it does not say.
const ASSUMED_NODES: i64 = 10;

/// How far a Spot node is ahead of an on-demand node in the worst case, plugin by plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    pub taint: i64,
    pub node_affinity: i64,
    pub pod_anti_affinity: i64,
    pub topology_spread: i64,
    pub resources: i64,
}

impl Vote {
    /// More than 0: Spot wins whatever happens.
    pub fn margin(self) -> i64 {
        self.taint
            + self.node_affinity
            + self.pod_anti_affinity
            + self.topology_spread
            + self.resources
    }

    /// The worst case of a workload that prefers Spot; none where it has no choice, or too little is known.
    pub fn worst(plan: &Plan, workload: &Workload) -> Option<Self> {
        let replicas = workload.most_replicas().filter(|replicas| *replicas > 0)?;
        if !workload.prefers_spot() {
            return None;
        }
        let reachable = || {
            let pools = plan.node_pools.iter();
            pools.filter(|pool| plan.lets_workloads_onto(pool))
        };
        let spot: Vec<&NodePool> = reachable().filter(|pool| pool.is_spot()).collect();
        let on_demand: Vec<&NodePool> = reachable().filter(|pool| !pool.is_spot()).collect();
        if spot.is_empty() || on_demand.is_empty() {
            return None;
        }
        let others = replicas - 1;
        Some(Self {
            taint: taint(&spot, &on_demand, workload.own.as_deref()),
            node_affinity: 200,
            pod_anti_affinity: if others > 0 && has_anti_affinity(workload) {
                -200
            } else {
                0
            },
            topology_spread: -topology_spread(plan, workload, &spot, others),
            resources: -resources(workload, &on_demand),
        })
    }
}

/// Three times what the untolerated `PreferNoSchedule` taints of the least tainted on-demand pool are worth.
fn taint(spot: &[&NodePool], on_demand: &[&NodePool], own: Option<&OwnPlacement>) -> i64 {
    let tolerates_all = own.is_some_and(|own| {
        own.tolerations.iter().any(|toleration| {
            toleration
                .get("operator")
                .and_then(serde_json::Value::as_str)
                == Some("Exists")
                && toleration.get("key").is_none()
                && toleration.get("effect").is_none()
        })
    });
    if tolerates_all {
        return 0;
    }
    let avoided = |pool: &NodePool| {
        let taints = pool.taints.iter();
        let count = taints
            .filter(|taint| taint.effect == "PreferNoSchedule")
            .count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let all = spot.iter().chain(on_demand);
    let most = all.map(|pool| avoided(pool)).max().unwrap_or(0);
    let least = on_demand
        .iter()
        .map(|pool| avoided(pool))
        .min()
        .unwrap_or(0);
    let on_spot = spot.iter().map(|pool| avoided(pool)).max().unwrap_or(0);
    if most == 0 {
        0
    } else {
        3 * (100 * (least - on_spot) / most)
    }
}

fn has_anti_affinity(workload: &Workload) -> bool {
    let own = workload.own.as_deref();
    own.is_some_and(|own| !own.pod_anti_affinity_preferred.is_empty())
        || workload.placement.spread.iter().any(|rule| {
            rule.method == SpreadMethod::PodAntiAffinity
                && rule.when_unsatisfiable == WhenUnsatisfiable::ScheduleAnyway
        })
}

/// The constraints that are scored: key and skew.
fn scored(workload: &Workload) -> Vec<(&str, i64)> {
    let planned = || {
        let rules = workload.placement.spread.iter();
        rules.filter(|rule| rule.method == SpreadMethod::TopologySpread)
    };
    let own = workload.own.as_deref();
    let own = own.map_or(&[][..], |own| &own.topology_spread_constraints);
    if planned().next().is_none() && own.is_empty() {
        let is_owned = matches!(
            workload.kind,
            Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::ReplicationController
        );
        return if is_owned {
            SYSTEM_SPREAD.to_vec()
        } else {
            Vec::new()
        };
    }
    let planned = planned()
        .filter(|rule| rule.when_unsatisfiable == WhenUnsatisfiable::ScheduleAnyway)
        .map(|rule| {
            (
                rule.topology_key.as_str(),
                i64::from(rule.max_skew.unwrap_or(1)),
            )
        });
    let own = own.iter().filter_map(|constraint| {
        let text = |key: &str| constraint.get(key).and_then(serde_json::Value::as_str);
        let skew = constraint
            .get("maxSkew")
            .and_then(serde_json::Value::as_i64);
        (text("whenUnsatisfiable") == Some("ScheduleAnyway"))
            .then_some((text("topologyKey")?, skew.unwrap_or(1)))
    });
    planned.chain(own).collect()
}

/// Twice what topology spread gives an empty node over one that the other replicas are on.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "replicas and skews are small, and the scheduler rounds just so"
)]
fn topology_spread(plan: &Plan, workload: &Workload, spot: &[&NodePool], others: i64) -> i64 {
    let nodes: i64 = plan
        .node_pools
        .iter()
        .map(|pool| pool.nodes.map_or(ASSUMED_NODES, |range| range.max))
        .sum();
    let zones = zones(plan);
    let on_node = others.min(held(workload, spot).saturating_sub(1).max(1));
    let (mut full, mut empty) = (0.0, 0.0);
    for (key, skew) in scored(workload) {
        let domains = if key == ZONE { zones } else { nodes };
        let weight = (domains as f64 + 2.0).ln();
        let (here, there) = match key {
            HOSTNAME => (on_node, 0),
            ZONE if zones < 2 => (others, others),
            _ => (others, 0),
        };
        full += here as f64 * weight + (skew - 1) as f64;
        empty += there as f64 * weight + (skew - 1) as f64;
    }
    let (full, empty) = (full.round() as i64, empty.round() as i64);
    if full == 0 {
        0
    } else {
        2 * (100 - 100 * empty / full)
    }
}

/// In how many zones nodes can be.
fn zones(plan: &Plan) -> i64 {
    let all = plan.node_pools.iter().flat_map(|pool| &pool.zones);
    let distinct: std::collections::BTreeSet<&String> = all.collect();
    i64::try_from(distinct.len()).unwrap_or(i64::MAX).max(1)
}

/// How many pods of a workload a Spot node holds.
fn held(workload: &Workload, spot: &[&NodePool]) -> i64 {
    let Some(requests) = &workload.requests else {
        return i64::MAX;
    };
    let fits = |pool: &&NodePool| Amount::from(requests).count_in(room::of_node(pool)?);
    spot.iter().filter_map(fits).max().unwrap_or(i64::MAX)
}

/// What free and balanced resources give an empty on-demand node over a full Spot node. By their formulas the two sum up
/// to 200 less 100 times the larger of the shares of CPU and memory that are taken.
fn resources(workload: &Workload, on_demand: &[&NodePool]) -> i64 {
    let Some(requests) = &workload.requests else {
        return 100;
    };
    let taken = |pool: &&NodePool| {
        let room = pool.room.as_ref()?;
        let share = |wanted: i64, room: i64| wanted.saturating_mul(100).checked_div(room);
        let cpu = share(requests.cpu.millis(), room.cpu.millis())?;
        let memory = share(requests.memory.bytes(), room.memory.bytes())?;
        Some(cpu.max(memory).min(100))
    };
    100 - on_demand.iter().filter_map(taken).min().unwrap_or(0)
}

/// The workload whose preference is the weakest, and its vote.
pub fn weakest(plan: &Plan) -> Option<(&Workload, Vote)> {
    let votes = plan.workloads.iter();
    votes
        .filter_map(|workload| Some((workload, Vote::worst(plan, workload)?)))
        .min_by_key(|(_, vote)| vote.margin())
}

pub(super) fn numbers(plan: &Plan) -> Vec<Number> {
    let number = weakest(plan).map(|(workload, vote)| Number {
        what: "Spot ahead of on-demand, at worst".to_owned(),
        value: format!("{:+}", vote.margin()),
        how: format!("workload `{}`: {}", workload.name, vote.arithmetic()),
    });
    number.into_iter().collect()
}

impl Vote {
    /// The sum, in words.
    pub fn arithmetic(self) -> String {
        format!(
            "taint {:+}, node affinity {:+}, pod anti-affinity {:+}, topology spread {:+}, free resources {:+}",
            self.taint,
            self.node_affinity,
            self.pod_anti_affinity,
            self.topology_spread,
            self.resources
        )
    }
}
