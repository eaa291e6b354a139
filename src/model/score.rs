//! The points that single plugins of the scheduler give to a node, as its log has them: normalised and weighted.
//!
//! All of it is the scheduler's own integer arithmetic, so that each figure is exact to the last digit. Functions take
//! plain numbers, and have a result for any.
//!
//! Source: kubernetes/kubernetes `pkg/scheduler/apis/config/v1/default_plugins.go` (the weights) and the plugins named
//! below, under `pkg/scheduler/framework/plugins`.

use crate::plan::Amount;
use crate::values::Version;

/// The most that a plugin gives before its weight.
const MOST: i64 = 100;
/// What a container without a request counts as in `NodeResourcesFit`: 100 m and 200 MiB. No other plugin does so.
/// Source: `pkg/scheduler/util/pod_resources.go`, `DefaultMilliCPURequest` and `DefaultMemoryRequest`.
const UNREQUESTED: Amount = Amount {
    cpu: 100,
    memory: 200 << 20,
};
/// From here on `NodeResourcesBalancedAllocation` compares a node with the pod and without it.
/// Source: kubernetes/kubernetes#135573.
const COMPARES_BALANCE_SINCE: (u16, u16) = (1, 36);

/// `TaintToleration`, of weight 3: for a node with so many `PreferNoSchedule` taints that the pod does not tolerate,
/// where the worst feasible node has `most`.
pub fn taints(untolerated: i64, most: i64) -> i64 {
    3 * (MOST - normalized(untolerated, most))
}

/// `NodeAffinity`, of weight 2: for a node that meets preferences of this sum of weights, where the best feasible node
/// meets `most`.
pub fn node_affinity(weight: i64, most: i64) -> i64 {
    2 * normalized(weight, most)
}

/// Source: `helper/normalize_score.go`, `DefaultNormalizeScore`.
fn normalized(score: i64, most: i64) -> i64 {
    if most == 0 { 0 } else { MOST * score / most }
}

/// `NodeResourcesFit` with its strategy `LeastAllocated`, of weight 1: for a node on which so much is requested, the
/// pod included. Requests are those of [`counted`].
/// Source: `noderesources/least_allocated.go`.
pub fn least_allocated(allocatable: Amount, requested: Amount) -> i64 {
    let free = |requested: i64, allocatable: i64| {
        if requested > allocatable {
            return Some(0);
        }
        let free = i128::from(allocatable) - i128::from(requested);
        i64::try_from(free * i128::from(MOST) / i128::from(allocatable)).ok()
    };
    average(allocatable, requested, free)
}

/// The average over those of CPU and memory that a node has.
fn average(allocatable: Amount, requested: Amount, score: impl Fn(i64, i64) -> Option<i64>) -> i64 {
    let pairs = [
        (requested.cpu, allocatable.cpu),
        (requested.memory, allocatable.memory),
    ];
    let known = pairs.iter().filter(|(_, allocatable)| *allocatable > 0);
    let (sum, count) = known.fold((0, 0), |(sum, count), (requested, allocatable)| {
        (
            sum + score(*requested, *allocatable).unwrap_or(0),
            count + 1,
        )
    });
    if count == 0 { 0 } else { sum / count }
}

/// What [`least_allocated`] takes a container to request.
/// Source: `pkg/scheduler/util/pod_resources.go`, `GetNonzeroRequests`.
#[must_use]
pub fn counted(requests: Amount) -> Amount {
    let or = |amount, default| if amount == 0 { default } else { amount };
    Amount {
        cpu: or(requests.cpu, UNREQUESTED.cpu),
        memory: or(requests.memory, UNREQUESTED.memory),
    }
}

/// `NodeResourcesBalancedAllocation`, of weight 1: for a pod on a node on which so much is requested without it. Real
/// requests count. A pod that requests nothing gets no points anywhere.
/// Source: `noderesources/balanced_allocation.go`.
pub fn balanced(version: Version, allocatable: Amount, before: Amount, pod: Amount) -> i64 {
    if pod == Amount::default() {
        return 0;
    }
    let with = evenness(allocatable, before.plus(pod));
    let (major, minor) = COMPARES_BALANCE_SINCE;
    if version.at_least(major, minor) {
        let without = evenness(allocatable, before);
        50 + (50 + with - without) / 2
    } else {
        with
    }
}

/// 100, less what the standard deviation of the shares of CPU and memory that are requested is in per cent.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the scheduler calculates with doubles and truncates them the same way"
)]
fn evenness(allocatable: Amount, requested: Amount) -> i64 {
    if allocatable.cpu == 0 || allocatable.memory == 0 {
        return MOST;
    }
    let share = |requested: i64, allocatable: i64| (requested as f64 / allocatable as f64).min(1.0);
    let cpu = share(requested.cpu, allocatable.cpu);
    let memory = share(requested.memory, allocatable.memory);
    let deviation = ((cpu - memory) / 2.0).abs();
    ((1.0 - deviation) * MOST as f64) as i64
}

/// What `PodTopologySpread` adds up of one constraint for a node: matching pods in the node's domain, and the number of
/// domains among feasible nodes.
/// Source: `podtopologyspread/scoring.go`, `scoreForCount` and `topologyNormalizingWeight`.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts are small, and the scheduler calculates with doubles"
)]
pub fn spread_part(pods: i64, domains: i64, max_skew: i64) -> f64 {
    pods as f64 * libm::log(domains as f64 + 2.0) + (max_skew as f64 - 1.0)
}

/// The sum of a node's parts, as it is compared with that of other nodes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the scheduler rounds just so, half away from zero"
)]
pub fn spread_sum(parts: f64) -> i64 {
    parts.round() as i64
}

/// `PodTopologySpread`, of weight 2: for a node with this sum, where feasible nodes have sums from `least` to `most`.
/// Source: `podtopologyspread/scoring.go`, `NormalizeScore`.
pub fn spread(sum: i64, least: i64, most: i64) -> i64 {
    if most == 0 {
        return 2 * MOST;
    }
    let points = i128::from(MOST) * (i128::from(most) + i128::from(least) - i128::from(sum));
    2 * i64::try_from(points / i128::from(most)).unwrap_or(0)
}

/// `InterPodAffinity`, of weight 2: for a node whose terms add up to `sum`, where those of feasible nodes go from `least`
/// to `most`.
/// Source: `interpodaffinity/scoring.go`, `NormalizeScore`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the scheduler calculates with doubles and truncates them the same way"
)]
pub fn inter_pod(sum: i64, least: i64, most: i64) -> i64 {
    if most <= least {
        return 0;
    }
    let share = (sum - least) as f64 / (most - least) as f64;
    2 * (MOST as f64 * share) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1_35: Version = Version::new(1, 35, None);
    const V1_36: Version = Version::new(1, 36, Some(3));

    fn amount(cpu: i64, mebibytes: i64) -> Amount {
        Amount {
            cpu,
            memory: mebibytes << 20,
        }
    }

    /// Points for free and for balanced resources, of a pod on a node that has these requests.
    fn resources(node: (i64, i64), used: (i64, i64), pod: (i64, i64)) -> (i64, i64) {
        let [node, used, pod] = [node, used, pod].map(|(cpu, mebibytes)| amount(cpu, mebibytes));
        (
            least_allocated(node, used.plus(pod)),
            balanced(V1_36, node, used, pod),
        )
    }

    const D4: (i64, i64) = (3860, 12 << 10);
    const POD: (i64, i64) = (500, 512);

    /// Taints and preferences of the nodes of a case, and the points that the plugins of Kubernetes 1.36.3 give for them.
    #[test]
    fn taints_and_preferences_as_the_plugins_score_them() {
        let scored = |untolerated: &[i64], weights: &[i64]| -> Vec<(i64, i64)> {
            let most = |all: &[i64]| all.iter().copied().max().unwrap_or(0);
            let (worst, best) = (most(untolerated), most(weights));
            untolerated
                .iter()
                .zip(weights)
                .map(|(count, weight)| (taints(*count, worst), node_affinity(*weight, best)))
                .collect()
        };
        // On-demand first, then Spot.
        let preferred = [0, 100];
        for (case, untolerated, expected) in [
            ("two empty nodes", [0, 0], [(300, 0), (300, 200)]),
            ("the soft taint on Spot", [0, 1], [(300, 0), (0, 200)]),
            ("and on-demand tainted", [1, 1], [(0, 0), (0, 200)]),
            ("and the soft taint tolerated", [1, 0], [(0, 0), (300, 200)]),
            ("the soft taint on both", [2, 1], [(0, 0), (150, 200)]),
        ] {
            assert_eq!(scored(&untolerated, &preferred), expected, "{case}");
        }
        assert_eq!(scored(&[1, 1], &[0, 0]), [(0, 0), (0, 0)]);
        // Two preferences, 100 and 50, and nodes that meet the first, the second, both.
        assert_eq!(
            scored(&[0, 2, 1], &[100, 50, 150]),
            [(300, 132), (0, 66), (150, 200)]
        );
    }

    #[test]
    fn resources_as_the_plugins_score_them() {
        for (node, used, pod, points) in [
            (D4, (0, 0), POD, (91, 72)),
            (D4, (3000, 10 << 10), POD, (10, 75)),
            // 4 CPU and 16Gi: with much CPU requested, with much memory, with nothing.
            ((4000, 16 << 10), (2000, 1 << 10), (1000, 1 << 10), (56, 70)),
            ((4000, 16 << 10), (200, 8 << 10), (1000, 1 << 10), (56, 79)),
            ((4000, 16 << 10), (0, 0), (1000, 1 << 10), (84, 70)),
            // 14Gi, with a placeholder of 2 CPU and 4Gi and two pods; empty.
            ((3860, 14 << 10), (3000, 5 << 10), POD, (34, 73)),
            ((3860, 14 << 10), (0, 0), POD, (91, 72)),
        ] {
            assert_eq!(resources(node, used, pod), points, "{node:?} {used:?}");
        }
    }

    #[test]
    fn what_is_not_requested_counts_for_free_resources_alone() {
        let none = counted(Amount::default());
        assert_eq!(none, amount(100, 200));
        assert_eq!(counted(amount(1, 0)), amount(1, 200));
        assert_eq!(counted(amount(0, 1)), amount(100, 1));
        // 1 CPU and 1Gi with one such pod; 2 CPU and 4Gi, empty.
        assert_eq!(least_allocated(amount(1000, 1024), none.times(2)), 70);
        assert_eq!(least_allocated(amount(2000, 4096), none), 95);
        for version in [V1_35, V1_36] {
            assert_eq!(
                balanced(version, amount(1000, 1024), none, Amount::default()),
                0
            );
        }
    }

    /// The worked example: a Spot node with a placeholder and two replicas, and an empty on-demand node, both of 3860m
    /// and 14Gi, by version.
    #[test]
    fn balance_is_scored_by_version() {
        let node = amount(3860, 14 << 10);
        let pod = amount(500, 512);
        let points = |version, used| balanced(version, node, used, pod);
        assert_eq!(points(V1_35, amount(3000, 5 << 10)), 74);
        assert_eq!(points(V1_35, Amount::default()), 95);
        assert_eq!(points(V1_36, amount(3000, 5 << 10)), 73);
        assert_eq!(points(V1_36, Amount::default()), 72);
        // Of a node without one of the two there is nothing to balance.
        let lame = amount(3860, 0);
        assert_eq!(balanced(V1_35, lame, Amount::default(), pod), 100);
        assert_eq!(balanced(V1_36, lame, Amount::default(), pod), 75);
    }

    #[test]
    fn free_resources_of_odd_nodes() {
        assert_eq!(least_allocated(Amount::default(), amount(1, 1)), 0);
        assert_eq!(least_allocated(amount(1000, 0), amount(500, 1)), 50);
        assert_eq!(least_allocated(amount(1000, 1000), amount(1001, 0)), 50);
        let vast = Amount {
            cpu: i64::MAX,
            memory: i64::MAX,
        };
        assert_eq!(least_allocated(vast, Amount::default()), 100);
    }

    /// A constraint over zones of `maxSkew` 1: two pods in the first zone, one in the second, none in the third.
    #[test]
    fn spread_as_the_plugin_scores_it() {
        let sums = [2, 1, 0].map(|pods| spread_sum(spread_part(pods, 3, 1)));
        assert_eq!(sums, [3, 2, 0]);
        assert_eq!(sums.map(|sum| spread(sum, 0, 3)), [0, 66, 200]);
        assert_eq!(spread(0, 0, 0), 200);
    }

    /// A pod there requires affinity to ours; a pod here meets our anti-affinity; nobody is on the third node.
    #[test]
    fn affinity_of_pods_as_the_plugin_scores_it() {
        assert_eq!(
            [1, -100, 0].map(|sum| inter_pod(sum, -100, 1)),
            [200, 0, 198]
        );
        assert_eq!(inter_pod(5, 5, 5), 0);
    }

    /// A workload of the measured table.
    struct Measured {
        /// Weights of soft anti-affinity over zone and node.
        apart: i64,
        /// `maxSkew` over node and zone.
        skews: (i64, i64),
        /// How much else is requested on the Spot node, by the number of replicas there.
        beside: fn(i64) -> Amount,
        /// Replicas on the Spot node; its points for free resources, spread and balance; Spot ahead by.
        rows: &'static [(i64, i64, i64, i64, i64)],
    }

    /// The scheduler's own log, Kubernetes 1.36.3: nodes of 3860m and 14Gi in two zones, pods of 500m and 512Mi, so many
    /// of them on the Spot node, and an empty on-demand node, without a taint and with one.
    #[test]
    fn points_as_they_were_measured() {
        let small = |_| amount(500, 512);
        for measured in [
            // The placeholder of 2 CPU and 4Gi is displaced from the fourth replica on.
            Measured {
                apart: 150,
                skews: (3, 5),
                beside: |there| {
                    if there < 4 {
                        amount(2000, 4096)
                    } else {
                        Amount::default()
                    }
                },
                rows: &[
                    (1, 43, 132, 72, -116),
                    (2, 34, 100, 73, -156),
                    (4, 58, 70, 72, -163),
                    (5, 50, 60, 72, -181),
                ],
            },
            Measured {
                apart: 0,
                skews: (3, 3),
                beside: small,
                rows: &[
                    (1, 75, 114, 72, 98),
                    (2, 66, 80, 73, 56),
                    (3, 58, 66, 72, 33),
                    (4, 50, 52, 72, 11),
                    (5, 42, 44, 73, -4),
                ],
            },
            Measured {
                apart: 0,
                skews: (1, 1),
                beside: small,
                rows: &[
                    (1, 75, 0, 72, -16),
                    (2, 66, 0, 73, -24),
                    (3, 58, 0, 72, -33),
                    (4, 50, 0, 72, -41),
                    (5, 42, 0, 73, -48),
                ],
            },
        ] {
            let node = amount(3860, 14 << 10);
            let pod = amount(500, 512);
            for &(there, free, spread_out, balance, ahead) in measured.rows {
                let used = (measured.beside)(there).plus(pod.times(there));
                let sum = |pods| {
                    let (on_node, in_zone) = measured.skews;
                    spread_sum(spread_part(pods, 2, on_node) + spread_part(pods, 2, in_zone))
                };
                // A soft term counts in both directions.
                let apart = |pods: i64| -2 * pods * measured.apart;
                let points = |used: Amount, pods: i64| {
                    [
                        least_allocated(node, used.plus(pod)),
                        spread(sum(pods), sum(0), sum(there)),
                        balanced(V1_36, node, used, pod),
                        inter_pod(apart(pods), apart(there), 0),
                    ]
                };
                let (spot, on_demand) = (points(used, there), points(Amount::default(), 0));
                assert_eq!(spot, [free, spread_out, balance, 0], "{there} there");
                let by_apart = if measured.apart == 0 { 0 } else { 200 };
                assert_eq!(on_demand, [91, 200, 72, by_apart]);
                let margin = |tainted: i64| {
                    let of = |points: [i64; 4]| points.iter().sum::<i64>();
                    let taint = taints(0, tainted) - taints(tainted, tainted);
                    of(spot) - of(on_demand) + node_affinity(100, 100) + taint
                };
                assert_eq!(
                    (margin(0), margin(1)),
                    (ahead, ahead + 300),
                    "{there} there"
                );
            }
        }
    }

    /// Totals: one workload as above with two replicas there, by version, and the same with taints.
    #[test]
    fn totals_of_the_worked_example() {
        let node = amount(3860, 14 << 10);
        let pod = amount(500, 512);
        let used = amount(3000, 5 << 10);
        let sum = |pods| spread_sum(spread_part(pods, 2, 3) + spread_part(pods, 2, 5));
        let total = |version, is_spot: bool, [spot_taints, taints_there]: [i64; 2]| {
            let (used, pods, own) = if is_spot {
                (used, 2, spot_taints)
            } else {
                (Amount::default(), 0, taints_there)
            };
            taints(own, spot_taints.max(taints_there))
                + node_affinity(if is_spot { 100 } else { 0 }, 100)
                + least_allocated(node, used.plus(pod))
                + balanced(version, node, used, pod)
                + spread(sum(pods), sum(0), sum(2))
                + inter_pod(-600 * i64::from(is_spot), -600, 0)
        };
        let both = |version, counts| (total(version, true, counts), total(version, false, counts));
        assert_eq!(both(V1_35, [0, 0]), (708, 886));
        assert_eq!(both(V1_36, [0, 0]), (707, 863));
        assert_eq!(both(V1_36, [0, 1]), (707, 563));
        assert_eq!(both(V1_36, [1, 1]), (407, 563));
        assert_eq!(both(V1_36, [1, 2]), (557, 563));
    }
}
