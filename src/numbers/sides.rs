//! The nodes that a pod which prefers Spot can choose from, and what it chooses at worst.
//!
//! Reckoned for a lower bound: on-demand nodes are empty, without even their `DaemonSet`s, and all other replicas are
//! where they speak against Spot.

use indexmap::IndexMap;

use super::room::{self, Amount};
use super::score;
use super::vote::{Lead, Vote};
use crate::config::{Kind, SpreadMethod, WhenUnsatisfiable};
use crate::defaults::DELETION_CANDIDATE_TAINT;
use crate::plan::{
    NodePool, OwnPlacement, Placement, Plan, SpreadRule, Taint, Toleration, Workload,
};
use crate::providers::Facts;
use crate::values::Version;

use serde_json::Value as Json;

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";
/// What spreads the pods of a controller that says nothing of it: key and skew.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/plugin.go, `systemDefaultConstraints`.
const SYSTEM_SPREAD: [(&str, i64); 2] = [(HOSTNAME, 3), (ZONE, 5)];
/// Nodes that a pool can have where it does not say.
const ASSUMED_NODES: i64 = 10;
/// Replicas, where any number is possible.
const ANY_NUMBER: i64 = 1_000_000;
/// Up to this share of a node the autoscaler takes it for a candidate, unless its profile says another.
/// Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `scale-down-utilization-threshold`.
const CANDIDATE_USE: f64 = 0.5;
const CANDIDATE_USE_KEY: &str = "scale-down-utilization-threshold";

/// What the scheduler sees of a pod that prefers Spot.
#[derive(Clone, Copy, Debug)]
pub struct Voter<'a> {
    /// None of a kind that is not known.
    pub kind: Option<Kind>,
    /// None where there may be any number.
    pub replicas: Option<i64>,
    /// None where it may be anything.
    pub requests: Option<Amount>,
    /// What it is given.
    pub placement: Option<&'a Placement>,
    /// What it has itself.
    pub own: Option<&'a OwnPlacement>,
}

impl<'a> Voter<'a> {
    /// Of a workload of the plan; none where that does not prefer Spot, or does not say how many pods it has.
    pub fn planned(workload: &'a Workload) -> Option<Self> {
        let replicas = workload.most_replicas().filter(|replicas| *replicas > 0)?;
        workload.prefers_spot().then(|| Self {
            kind: Some(workload.kind),
            replicas: Some(replicas),
            requests: workload.requests.as_ref().map(Amount::from),
            placement: Some(&workload.placement),
            own: workload.own.as_deref(),
        })
    }

    fn given(&self) -> impl Iterator<Item = &'a SpreadRule> {
        let rules = self.placement.map(|placement| placement.spread.as_slice());
        rules.unwrap_or_default().iter()
    }

    fn tolerates(&self, taint: &Taint) -> bool {
        self.own.is_some_and(|own| {
            let tolerations = own.tolerations.iter();
            tolerations
                .into_iter()
                .any(|own| taint.is_tolerated_by(own))
        })
    }

    /// Whether it tolerates the autoscaler's soft taint, whatever its value.
    fn tolerates_candidates(&self) -> bool {
        let (key, effect) = DELETION_CANDIDATE_TAINT;
        let tolerates = |toleration: &Json| {
            let text = |key: &str| {
                let text = toleration.get(key).and_then(Json::as_str);
                text.filter(|text| !text.is_empty())
            };
            text("operator") == Some("Exists")
                && text("key").is_none_or(|own| own == key)
                && text("effect").is_none_or(|own| own == effect)
        };
        self.placement
            .is_some_and(|placement| placement.tolerates_deletion_candidates)
            || self
                .own
                .is_some_and(|own| own.tolerations.iter().any(tolerates))
    }

    /// The constraints that are scored, key and skew, each given to `take`.
    fn each_scored(&self, mut take: impl FnMut(&str, i64)) {
        let own = self
            .own
            .map(|own| own.topology_spread_constraints.as_slice());
        let own = own.unwrap_or_default();
        let key = |constraint: &'a Json| constraint.get("topologyKey").and_then(Json::as_str);
        let mut is_explicit = !own.is_empty();
        let planned = self
            .given()
            .filter(|rule| rule.method == SpreadMethod::TopologySpread)
            // Its own over a key stays, and ours is not added to it.
            .filter(|rule| !own.iter().any(|own| key(own) == Some(&rule.topology_key)));
        for rule in planned {
            is_explicit = true;
            if rule.when_unsatisfiable == WhenUnsatisfiable::ScheduleAnyway {
                take(&rule.topology_key, i64::from(rule.max_skew.unwrap_or(1)));
            }
        }
        for constraint in own {
            let soft = constraint.get("whenUnsatisfiable").and_then(Json::as_str);
            let skew = constraint.get("maxSkew").and_then(Json::as_i64);
            if let (Some("ScheduleAnyway"), Some(key)) = (soft, key(constraint)) {
                take(key, skew.unwrap_or(1));
            }
        }
        if !is_explicit && self.kind.is_none_or(has_system_spread) {
            for (key, skew) in SYSTEM_SPREAD {
                take(key, skew);
            }
        }
    }

    /// Whether it has soft anti-affinity over a key of which this holds.
    fn is_apart(&self, speaks: impl Fn(&str) -> bool) -> bool {
        let own = self
            .own
            .map(|own| own.pod_anti_affinity_preferred.as_slice());
        let over = |entry: &'a Json| {
            let term = entry.get("podAffinityTerm")?;
            term.get("topologyKey")?.as_str()
        };
        let own = own.unwrap_or_default().iter().filter_map(over);
        self.apart_by_plan(WhenUnsatisfiable::ScheduleAnyway)
            .chain(own)
            .any(speaks)
    }

    /// Whether no two of its pods are on one node.
    fn is_alone_on_node(&self) -> bool {
        let own = self
            .own
            .map(|own| own.pod_anti_affinity_required.as_slice());
        let over = |term: &'a Json| term.get("topologyKey")?.as_str();
        let own = own.unwrap_or_default().iter().filter_map(over);
        self.apart_by_plan(WhenUnsatisfiable::DoNotSchedule)
            .chain(own)
            .any(|key| key == HOSTNAME)
    }

    fn apart_by_plan(&self, when: WhenUnsatisfiable) -> impl Iterator<Item = &'a str> {
        self.given()
            .filter(move |rule| {
                rule.method == SpreadMethod::PodAntiAffinity && rule.when_unsatisfiable == when
            })
            .map(|rule| rule.topology_key.as_str())
    }
}

/// Whether pods that say nothing of their spread are spread nevertheless: those of a replica set, a stateful set, or a
/// replication controller.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/helper/spread.go, `DefaultSelector`.
fn has_system_spread(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment
            | Kind::Rollout
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::ReplicationController
    )
}

/// The nodes of a pool.
#[derive(Debug)]
struct Side<'p> {
    /// The soft taints that workloads are not made to tolerate.
    avoided: Vec<&'p Taint>,
    /// What can be requested on a node, and how much of it its `DaemonSet`s leave.
    size: Option<(Amount, Amount)>,
    /// Whether the autoscaler deletes nodes of it.
    shrinks: bool,
}

impl<'p> Side<'p> {
    fn of(pool: &'p NodePool, tolerated: &[Toleration]) -> Self {
        let soft = pool.taints.iter().filter(|taint| taint.is_soft());
        let allocatable = pool.allocatable.as_ref().map(Amount::from);
        Self {
            avoided: soft
                .filter(|taint| !tolerated.contains(&Toleration::from(*taint)))
                .collect(),
            size: allocatable.zip(room::of_node(pool)),
            // A pool that does not say its range is taken as not scaled.
            shrinks: pool.nodes.is_some_and(|range| range.max > range.min),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.avoided == other.avoided && self.size == other.size && self.shrinks == other.shrinks
    }

    fn untolerated(&self, voter: &Voter<'_>) -> i64 {
        let avoided = self.avoided.iter();
        let count = avoided.filter(|taint| !voter.tolerates(taint)).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// Whether a pod fits on an empty node, for all that is known.
    fn holds(&self, voter: &Voter<'_>) -> bool {
        match (voter.requests, self.size) {
            (Some(requests), Some((_, room))) => requests.fits(room),
            _ => true,
        }
    }
}

/// The two kinds of nodes, as far as workloads can be on them.
#[derive(Debug)]
pub struct Sides<'p> {
    /// Those of pools that are alike stand here once.
    spot: Vec<Side<'p>>,
    on_demand: Vec<Side<'p>>,
    nodes: i64,
    zones: i64,
    pools: i64,
    pool_label: &'static str,
    /// The share of a node up to which it is a candidate for deletion.
    candidate_use: f64,
    version: Version,
}

/// The state of a Spot node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The pod takes the last that is free.
    Full,
    /// As much is used as a candidate for deletion can have.
    Candidate,
}

impl<'p> Sides<'p> {
    /// None where workloads have no choice.
    pub fn of(plan: &'p Plan) -> Option<Self> {
        let pools = plan.node_pools.iter();
        let pools = pools.filter(|pool| plan.is_for_workloads(pool));
        Self::among(plan, pools, &plan.spot_tolerations)
    }

    /// Of the pools that a certain workload can be on, which is made to tolerate this.
    pub fn among(
        plan: &'p Plan,
        pools: impl Iterator<Item = &'p NodePool>,
        tolerated: &[Toleration],
    ) -> Option<Self> {
        Self::new(
            pools,
            tolerated,
            plan.provider,
            plan.cluster.kubernetes_version,
            &plan.autoscaler.profile,
        )
    }

    /// Of pools that workloads can be on, which are made to tolerate this.
    pub fn new(
        pools: impl Iterator<Item = &'p NodePool>,
        tolerated: &[Toleration],
        facts: &Facts,
        version: Version,
        profile: &IndexMap<String, String>,
    ) -> Option<Self> {
        let candidate_use = profile.get(CANDIDATE_USE_KEY);
        let mut sides = Self {
            spot: Vec::new(),
            on_demand: Vec::new(),
            nodes: 0,
            zones: 0,
            pools: 0,
            pool_label: facts.pool_label,
            candidate_use: candidate_use
                .and_then(|share| share.parse().ok())
                .filter(|share| (0.0..=1.0).contains(share))
                .unwrap_or(CANDIDATE_USE),
            version,
        };
        let mut zones: Vec<&str> = Vec::new();
        for pool in pools {
            sides.pools += 1;
            sides.nodes += pool.nodes.map_or(ASSUMED_NODES, |range| range.max);
            zones.extend(pool.zones.iter().map(String::as_str));
            let side = Side::of(pool, tolerated);
            let list = if pool.is_spot() {
                &mut sides.spot
            } else {
                &mut sides.on_demand
            };
            if !list.iter().any(|known| known.is_like(&side)) {
                list.push(side);
            }
        }
        zones.sort_unstable();
        zones.dedup();
        sides.zones = i64::try_from(zones.len()).unwrap_or(i64::MAX).max(1);
        (!sides.spot.is_empty() && !sides.on_demand.is_empty()).then_some(sides)
    }

    /// The worst cases for a pod; none where it fits on no Spot node, or on no other.
    pub fn vote(&self, voter: &Voter<'_>) -> Option<Vote> {
        self.vote_as(voter, voter.tolerates_candidates())
    }

    fn vote_as(&self, voter: &Voter<'_>, tolerates_candidates: bool) -> Option<Vote> {
        let worst = |state| {
            let spot = self.spot.iter().filter(|side| side.holds(voter));
            let spot = spot.filter(|side| state == State::Full || side.shrinks);
            let pairs = spot.flat_map(|spot| {
                let on_demand = self.on_demand.iter().filter(|side| side.holds(voter));
                on_demand.map(move |on_demand| (spot, on_demand))
            });
            pairs
                .map(|(spot, on_demand)| {
                    self.lead(voter, tolerates_candidates, state, spot, on_demand)
                })
                .min_by_key(|lead| lead.margin())
        };
        Some(Vote {
            full: worst(State::Full)?,
            candidate: (!tolerates_candidates)
                .then(|| worst(State::Candidate))
                .flatten(),
        })
    }

    /// Whether a pod that prefers Spot is to tolerate the autoscaler's soft taint: where every on-demand node that it can
    /// be on is avoided by a taint of its pool, where its preference is not safe without, and better with.
    ///
    /// Without a taint on on-demand it is not to: there the same soft taint stands on on-demand nodes that are not needed,
    /// and speaks for Spot as much as it speaks against it elsewhere. Whoever tolerates it gives that up. With a taint on
    /// on-demand that is no loss: it alone makes on-demand the worst there is.
    /// Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/actuation/softtaint.go (any node that is not
    /// needed); kubernetes/kubernetes pkg/scheduler/framework/plugins/tainttoleration (the points).
    pub fn is_to_tolerate_candidates(&self, voter: &Voter<'_>) -> bool {
        let avoids_on_demand = || {
            let mut on_demand = self.on_demand.iter();
            on_demand.all(|side| side.untolerated(voter) > 0)
        };
        if voter.tolerates_candidates() || !avoids_on_demand() {
            return false;
        }
        let margin = |tolerates| Some(self.vote_as(voter, tolerates)?.margin());
        let (Some(without), Some(with)) = (margin(false), margin(true)) else {
            return false;
        };
        without <= 0 && with > without
    }

    fn lead(
        &self,
        voter: &Voter<'_>,
        tolerates_candidates: bool,
        state: State,
        spot: &Side<'_>,
        on_demand: &Side<'_>,
    ) -> Lead {
        let others = voter.replicas.map_or(ANY_NUMBER, |replicas| replicas - 1);
        let on_node = if voter.is_alone_on_node() {
            0
        } else {
            self.beside(voter, state, spot).min(others)
        };
        let speaks = |key: &str| match key {
            HOSTNAME => on_node > 0,
            ZONE => self.zones > 1 && others > 0,
            _ => others > 0,
        };
        let (free_resources, balance) = self.resources(voter, state, spot, on_demand);
        Lead {
            taint: self.taint(voter, tolerates_candidates, state, spot, on_demand),
            node_affinity: score::node_affinity(1, 1) - score::node_affinity(0, 1),
            pod_anti_affinity: if voter.is_apart(speaks) {
                score::inter_pod(-1, -1, 0) - score::inter_pod(0, -1, 0)
            } else {
                0
            },
            topology_spread: self.topology_spread(voter, others, on_node),
            free_resources,
            balance,
        }
    }

    /// What taints give a Spot node over an on-demand node. A third node may have more of them than either: an on-demand
    /// node with the autoscaler's soft taint beside that of its pool halves what the pool's is worth elsewhere.
    fn taint(
        &self,
        voter: &Voter<'_>,
        tolerates_candidates: bool,
        state: State,
        spot: &Side<'_>,
        on_demand: &Side<'_>,
    ) -> i64 {
        let soft = |is_there: bool| i64::from(is_there && !tolerates_candidates);
        let here = spot.untolerated(voter) + soft(state == State::Candidate);
        let there = on_demand.untolerated(voter);
        let all = self.spot.iter().chain(&self.on_demand);
        let most = all.map(|side| side.untolerated(voter) + soft(side.shrinks));
        let lead = |most| score::taints(here, most) - score::taints(there, most);
        let of_two = here.max(there);
        let of_all = most.max().unwrap_or(0).max(of_two);
        lead(of_two).min(lead(of_all))
    }

    /// How many pods of its kind can be on a Spot node before the pod comes.
    fn beside(&self, voter: &Voter<'_>, state: State, spot: &Side<'_>) -> i64 {
        let (Some(requests), Some((allocatable, room))) = (voter.requests, spot.size) else {
            return ANY_NUMBER;
        };
        let free = match state {
            State::Full => room.minus(requests),
            State::Candidate => {
                let daemon_sets = allocatable.minus(room);
                self.candidate_part(allocatable).minus(daemon_sets)
            }
        };
        requests.count_in(free).unwrap_or(ANY_NUMBER)
    }

    /// What a candidate for deletion can have in use.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a share of what a node has"
    )]
    fn candidate_part(&self, allocatable: Amount) -> Amount {
        let part = |amount: i64| (amount as f64 * self.candidate_use) as i64;
        Amount {
            cpu: part(allocatable.cpu),
            memory: part(allocatable.memory),
        }
    }

    /// What free and balanced resources give a Spot node over an empty on-demand node.
    fn resources(
        &self,
        voter: &Voter<'_>,
        state: State,
        spot: &Side<'_>,
        on_demand: &Side<'_>,
    ) -> (i64, i64) {
        let (Some(pod), Some((here, _)), Some((there, _))) =
            (voter.requests, spot.size, on_demand.size)
        else {
            // The two together come to as much as the Spot node has in use.
            let whole = Amount {
                cpu: 100,
                memory: 0,
            };
            return match state {
                State::Full => (-whole.cpu, 0),
                State::Candidate => (-self.candidate_part(whole).cpu, 0),
            };
        };
        let left = here.minus(pod);
        let used = match state {
            State::Full => left,
            State::Candidate => {
                let most = self.candidate_part(here);
                Amount {
                    cpu: left.cpu.min(most.cpu),
                    memory: left.memory.min(most.memory),
                }
            }
        };
        let counted = score::counted(pod);
        let free = score::least_allocated(here, used.plus(counted))
            - score::least_allocated(there, counted);
        let balance = score::balanced(self.version, here, used, pod)
            - score::balanced(self.version, there, Amount::default(), pod);
        (free, balance)
    }

    /// What topology spread gives a Spot node with so many other pods over a node with none.
    fn topology_spread(&self, voter: &Voter<'_>, others: i64, on_node: i64) -> i64 {
        let lead = |others: i64| {
            let (mut here, mut there) = (0.0, 0.0);
            voter.each_scored(|key, skew| {
                let (domains, beside, elsewhere) = match key {
                    HOSTNAME => (self.nodes, on_node, 0),
                    // All nodes are in one zone, and so are all pods.
                    ZONE if self.zones < 2 => (self.zones, others, others),
                    ZONE => (self.zones, others, 0),
                    key if key == self.pool_label => (self.pools, others, 0),
                    _ => (self.nodes, others, 0),
                };
                here += score::spread_part(beside, domains, skew);
                there += score::spread_part(elsewhere, domains, skew);
            });
            let (here, there) = (score::spread_sum(here), score::spread_sum(there));
            score::spread(here, there, here) - score::spread(there, there, here)
        };
        match voter.replicas {
            Some(_) => lead(others),
            // More of them elsewhere in the zone matter less than those on the node.
            None => lead(others).min(lead(on_node)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Inputs;

    /// The worst cases of the first workload of a configuration with these pools, class settings and workload.
    fn vote(pools: &str, placement: &str, workload: &str) -> Vote {
        with_plan(pools, placement, workload, |plan| {
            let sides = Sides::of(plan).expect("there are both kinds");
            let voter = Voter::planned(&plan.workloads[0]).expect("it prefers Spot");
            sides.vote(&voter).expect("it fits somewhere")
        })
    }

    fn with_plan<T>(
        pools: &str,
        placement: &str,
        workload: &str,
        ask: impl FnOnce(&Plan) -> T,
    ) -> T {
        let text = format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: t}}\nspec:\n  provider: aks\n  \
             cluster: {{kubernetesVersion: \"1.36\"}}\n  nodePools: [{pools}]\n  \
             classes: {{c: {{placement: {placement}}}}}\n  \
             workloads: [{{name: web, selector: {{app: web}}, class: c, {workload}}}]\n"
        );
        let mut inputs = Inputs::default();
        let id = inputs.sources.add("spot-config.yaml", text);
        inputs.files.push(id);
        match crate::plan(&inputs, None) {
            Ok(planned) => ask(&planned.plan),
            Err(report) => panic!("{report:?}"),
        }
    }

    const SPOT: &str = "{name: spot1, capacity: Spot, nodes: {min: 0, max: 1}, \
                        allocatable: {cpu: 3860m, memory: 14Gi}, daemonSetOverhead: {cpu: 0, memory: 0}";
    const ON_DEMAND: &str = "{name: od1, capacity: OnDemand, nodes: {min: 0, max: 1}, \
                             allocatable: {cpu: 3860m, memory: 14Gi}, daemonSetOverhead: {cpu: 0, memory: 0}";

    fn pools(more: &str) -> String {
        format!("{SPOT}}}, {ON_DEMAND}{more}}}")
    }

    const NOT_SPREAD: &str = "{spot: Preferred, spread: None}";
    const ONE: &str = "replicas: 1, requests: {cpu: 500m, memory: 512Mi}";

    /// One pod, which nothing but resources holds back. Of two empty nodes, the Spot one with the soft taint, on-demand
    /// has 463 points and Spot 363; half in use it has 50 less.
    #[test]
    fn the_soft_taint_costs_300() {
        let vote = vote(&pools(", taints: []"), NOT_SPREAD, ONE);
        assert_eq!((vote.full.taint, vote.full.node_affinity), (0, 200));
        let candidate = vote.candidate.expect("the Spot pool shrinks");
        assert_eq!((candidate.taint, candidate.node_affinity), (-300, 200));
        assert_eq!(candidate.free_resources, -50);
        assert_eq!(candidate.balance, 0);
        assert_eq!(vote.worst(), candidate);
        assert_eq!(vote.margin(), -150);
        assert!(vote.arithmetic().starts_with("a Spot node little used"));
    }

    #[test]
    fn a_pool_taint_makes_up_for_it_and_is_halved_by_a_node_with_both() {
        let vote = vote(&pools(""), NOT_SPREAD, ONE);
        assert_eq!(vote.candidate.map(|candidate| candidate.taint), Some(0));
        assert_eq!(vote.full.taint, 150);
        // Where on-demand is never deleted no node has both.
        let fixed = pools("").replace(
            "{min: 0, max: 1}, allocatable",
            "{min: 1, max: 1}, allocatable",
        );
        let vote = self::vote(&fixed, NOT_SPREAD, ONE);
        assert_eq!((vote.full.taint, vote.candidate), (300, None));
        assert!(
            vote.arithmetic()
                .starts_with("a Spot node that it fills up")
        );
    }

    /// Free and balanced resources of a full node come to as much less as the pod leaves free of an empty one, whatever
    /// the version.
    #[test]
    fn a_full_node_is_behind_by_what_the_pod_leaves_free() {
        let Lead {
            free_resources,
            balance,
            ..
        } = vote(&pools(", taints: []"), NOT_SPREAD, ONE).full;
        assert_eq!((free_resources, balance), (-91, 5));
    }

    #[test]
    fn spread_counts_as_it_is_scored() {
        let spread = |placement: &str, replicas: i64| {
            let workload = format!("replicas: {replicas}, requests: {{cpu: 500m, memory: 512Mi}}");
            vote(&pools(", taints: []"), placement, &workload)
        };
        // Over nodes alone, maxSkew 3: sums of 4 and 2 with one there.
        let over_nodes = "{spot: Preferred, spread: {method: TopologySpread, node: {}}}";
        assert_eq!(spread(over_nodes, 1).full.topology_spread, 0);
        let (here, there) = (score::spread_sum(score::spread_part(1, 2, 3)), 2);
        let expected = 2 * (100 * there / here) - 200;
        assert_eq!(spread(over_nodes, 2).full.topology_spread, expected);
        // Seven fit on a node, three on half of one.
        let many = spread(over_nodes, 100);
        let after = |pods| {
            let here = score::spread_sum(score::spread_part(pods, 2, 3));
            2 * (100 * 2 / here) - 200
        };
        assert_eq!(many.full.topology_spread, after(6));
        let candidate = many.candidate.map(|lead| lead.topology_spread);
        assert_eq!(candidate, Some(after(3)));
        let apart = "{spot: Preferred, spread: {method: PodAntiAffinity, node: {}}}";
        assert_eq!(spread(apart, 1).full.pod_anti_affinity, 0);
        assert_eq!(spread(apart, 2).full.pod_anti_affinity, -200);
        let alone = "{spot: Preferred, spread: {method: PodAntiAffinity, zone: {}, node: {whenUnsatisfiable: DoNotSchedule}}}";
        assert_eq!(spread(alone, 5).full.pod_anti_affinity, 0);
    }

    /// What is not known counts as the worst, and a pod that fits nowhere has no choice.
    #[test]
    fn unknown_and_too_large() {
        let unknown = vote(&pools(", taints: []"), NOT_SPREAD, "replicas: 1");
        assert_eq!(unknown.full.free_resources, -100);
        let candidate = unknown.candidate.map(|lead| lead.free_resources);
        assert_eq!(candidate, Some(-50));
        let large = "replicas: 1, requests: {cpu: 5, memory: 1Gi}";
        with_plan(&pools(""), NOT_SPREAD, large, |plan| {
            let sides = Sides::of(plan).expect("there are both kinds");
            let voter = Voter::planned(&plan.workloads[0]).expect("it prefers Spot");
            assert_eq!(sides.vote(&voter), None);
        });
    }

    #[test]
    fn the_soft_taint_is_tolerated_where_that_is_needed_and_no_loss() {
        let zones = ", zones: [\"1\", \"2\"]";
        let zonal = |more: &str| format!("{SPOT}{zones}}}, {ON_DEMAND}{zones}{more}}}");
        let spread = "{spot: Preferred, spread: {method: TopologySpread, zone: {}, node: {}}}";
        let many = "replicas: 12, requests: {cpu: 500m, memory: 512Mi}";
        let system = ", {name: sys, capacity: OnDemand, mode: System, nodes: {min: 1, max: 1}}";
        let on_system = format!("{}{system}", zonal(""));
        let tainted = "[\"team=a:PreferNoSchedule\"]";
        let own_taint = zonal(&format!(", taints: {tainted}"));
        for (case, pools, placement, workload, expected) in [
            ("not safe without", zonal(""), spread, many, true),
            ("by another taint", own_taint, spread, many, true),
            ("one pod is safe", zonal(""), spread, ONE, false),
            (
                "no taint on on-demand",
                zonal(", taints: []"),
                spread,
                many,
                false,
            ),
            ("none on one of two pools", on_system, spread, many, false),
            (
                "nothing declared",
                zonal(""),
                spread,
                "kind: Deployment",
                true,
            ),
            (
                "nothing spread, safe",
                zonal(""),
                NOT_SPREAD,
                "kind: Job",
                false,
            ),
            ("no preference", zonal(""), "{spot: Tolerated}", many, false),
        ] {
            with_plan(&pools, placement, workload, |plan| {
                let placement = &plan.workloads[0].placement;
                assert_eq!(placement.tolerates_deletion_candidates, expected, "{case}");
                if expected {
                    let sides = Sides::of(plan).expect("there are both kinds");
                    let vote =
                        Voter::planned(&plan.workloads[0]).and_then(|voter| sides.vote(&voter));
                    assert!(vote.is_none_or(|vote| vote.candidate.is_none()), "{case}");
                }
            });
        }
    }
}
