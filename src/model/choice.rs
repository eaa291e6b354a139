//! What a pod that prefers Spot chooses at worst.
//!
//! Reckoned for a lower bound: on-demand nodes are empty, without even their `DaemonSet`s, and all other replicas are
//! where they speak against Spot.

use super::score;
use super::sides::{Side, Sides};
use super::vote::{Lead, Vote};
use super::voter::Voter;
use super::votes::Asking;
use crate::kubernetes::TopologyKey;
use crate::plan::Amount;

/// Replicas, where any number is possible.
const ANY_NUMBER: i64 = 1_000_000;

/// The state of a Spot node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The pod takes the last that is free.
    Full,
    /// As much is used as a candidate for deletion can have.
    Candidate,
}

impl Sides<'_> {
    /// The worst cases for a pod; none where it fits on no Spot node, or on no other.
    pub(crate) fn vote(&self, voter: &Voter<'_>) -> Option<Vote> {
        self.vote_as(voter, voter.tolerates_candidates())
    }

    fn vote_as(&self, voter: &Voter<'_>, tolerates_candidates: bool) -> Option<Vote> {
        let find = || self.find_vote(voter, tolerates_candidates);
        match voter.question(tolerates_candidates) {
            Some((of, given)) => self.votes.get(&Asking { of, given }, find),
            None => find(),
        }
    }

    fn find_vote(&self, voter: &Voter<'_>, tolerates_candidates: bool) -> Option<Vote> {
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
    pub(crate) fn is_to_tolerate_candidates(&self, voter: &Voter<'_>) -> bool {
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

    /// Whether an idle on-demand node can have the autoscaler's soft taint. It costs 300 points, and a preference for
    /// on-demand is worth 200: a pod that prefers on-demand and does not tolerate the taint goes to Spot instead.
    pub(crate) fn shrinks_on_demand(&self) -> bool {
        self.on_demand.iter().any(|side| side.shrinks)
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
        let speaks = |key: &TopologyKey| match key {
            TopologyKey::Hostname => on_node > 0,
            TopologyKey::Zone => self.zones > 1 && others > 0,
            TopologyKey::Other(_) => others > 0,
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
                    TopologyKey::Hostname => (self.nodes, on_node, 0),
                    // All nodes are in one zone, and so are all pods.
                    TopologyKey::Zone if self.zones < 2 => (self.zones, others, others),
                    TopologyKey::Zone => (self.zones, others, 0),
                    TopologyKey::Other(label) if label == self.pool_label => {
                        (self.pools, others, 0)
                    }
                    TopologyKey::Other(_) => (self.nodes, others, 0),
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
    use crate::plan::Plan;

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
            Ok(planned) => ask(&planned.system.plan),
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
        assert_eq!(vote.worst(), vote.full);
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
        let untainted = zonal("").replace(
            &format!("{ON_DEMAND}{zones}"),
            &format!(
                "{ON_DEMAND}{zones}}}, {}",
                ON_DEMAND.replace("od1", "od2") + zones + ", taints: []"
            ),
        );
        let on_system = format!("{}{system}", zonal(""));
        let tainted = "[\"team=a:PreferNoSchedule\"]";
        let own_taint = zonal(&format!(", taints: {tainted}"));
        let fixed = pools("").replace(
            "od1, capacity: OnDemand, nodes: {min: 0,",
            "od1, capacity: OnDemand, nodes: {min: 1,",
        );
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
            ("none on one of two pools", untainted, spread, many, false),
            // What is wrong with that is said by itself.
            ("none on the System pool", on_system, spread, many, true),
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
            ("on-demand first", zonal(""), "{spot: Avoided}", ONE, true),
            (
                "and no on-demand node is deleted",
                fixed,
                "{spot: Avoided}",
                ONE,
                false,
            ),
        ] {
            with_plan(&pools, placement, workload, |plan| {
                let placement = &plan.workloads[0].placement;
                assert_eq!(
                    placement.tolerates_deletion_candidates(),
                    expected,
                    "{case}"
                );
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
