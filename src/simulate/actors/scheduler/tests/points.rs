//! The points that the plugins of Kubernetes 1.36.3 gave, run with the default profile, for each node of each case.

use super::cluster::Cluster;
use crate::kubernetes::Effect::{NoSchedule, PreferNoSchedule};
use crate::kubernetes::{HOSTNAME, ZONE};
use crate::simulate::world::{NodeId, OwnerId};

const SPOT_TAINT: &str = "kubernetes.azure.com/scalesetpriority";
const SOFT_TAINT: &str = "DeletionCandidateOfClusterAutoscaler";
const LEVER: &str = "spotgen.dev/capacity";
const SPOT: &str = "capacity=spot";

/// Taint toleration, node affinity, fit, balance, pod affinity, spread.
type Points = [i64; 6];

/// Two nodes, on-demand and Spot, and the pod of the table that prefers Spot.
fn two_nodes(prefers: bool, tolerates_soft: bool) -> (Cluster, NodeId, NodeId, OwnerId) {
    let mut cluster = Cluster::default();
    let od = cluster.node("od", "", 3860, 12 << 10, "");
    let spot = cluster.node("spot", "", 3860, 12 << 10, SPOT);
    cluster.taint(spot, SPOT_TAINT, NoSchedule);
    let mut pod = cluster.template("app=web", 500, 512);
    pod.tolerations
        .0
        .push(cluster.tolerance(SPOT_TAINT, Some(NoSchedule)));
    if tolerates_soft {
        pod.tolerations
            .0
            .push(cluster.tolerance(SOFT_TAINT, Some(PreferNoSchedule)));
    }
    if prefers {
        pod.preferred_nodes
            .push(cluster.preferred("capacity", "spot", 100));
    }
    let owner = cluster.owner(pod);
    (cluster, od, spot, owner)
}

fn assert_points(cluster: &mut Cluster, owner: OwnerId, case: &str, expected: &[(i64, Points)]) {
    let points: Vec<_> = cluster
        .points(owner)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(points, expected, "{case}");
}

#[test]
fn soft_taints_against_preferences() {
    for (case, prefers, tolerates, lever, soft, od, spot) in [
        (
            "A",
            true,
            false,
            false,
            false,
            (463, 300, 0),
            (663, 300, 200),
        ),
        ("B", true, false, false, true, (463, 300, 0), (363, 0, 200)),
        ("C", false, false, true, true, (163, 0, 0), (163, 0, 0)),
        ("K", true, true, false, true, (463, 300, 0), (663, 300, 200)),
        ("L", true, false, true, true, (163, 0, 0), (363, 0, 200)),
        ("M", true, true, true, true, (163, 0, 0), (663, 300, 200)),
    ] {
        let (mut cluster, od_node, spot_node, owner) = two_nodes(prefers, tolerates);
        if lever {
            cluster.taint(od_node, LEVER, PreferNoSchedule);
        }
        if soft {
            cluster.taint(spot_node, SOFT_TAINT, PreferNoSchedule);
        }
        let of = |(total, taints, affinity)| (total, [taints, affinity, 91, 72, 0, 0]);
        assert_points(&mut cluster, owner, case, &[of(od), of(spot)]);
    }
}

#[test]
fn a_full_spot_node_against_an_empty_one() {
    let (mut cluster, _, spot, owner) = two_nodes(true, false);
    let other = cluster.template("app=other", 3000, 10 << 10);
    let other = cluster.owner(other);
    cluster.bound(other, spot);
    let expected = [
        (463, [300, 0, 91, 72, 0, 0]),
        (585, [300, 200, 10, 75, 0, 0]),
    ];
    assert_points(&mut cluster, owner, "N", &expected);
}

#[test]
fn resources_alone() {
    let mut cluster = Cluster::default();
    for (name, cpu, mebibytes) in [("cpuheavy", 2000, 1 << 10), ("memheavy", 200, 8 << 10)] {
        let node = cluster.node(name, "", 4000, 16 << 10, "");
        let there = cluster.template("app=there", cpu, mebibytes);
        let there = cluster.owner(there);
        cluster.bound(there, node);
    }
    cluster.node("empty", "", 4000, 16 << 10, "");
    let pod = cluster.template("app=web", 1000, 1 << 10);
    let owner = cluster.owner(pod);
    let of = |total, fit, balance| (total, [300, 0, fit, balance, 0, 0]);
    let expected = [of(426, 56, 70), of(435, 56, 79), of(454, 84, 70)];
    assert_points(&mut cluster, owner, "D", &expected);
}

#[test]
fn a_pod_without_requests() {
    let mut cluster = Cluster::default();
    let n1 = cluster.node("n1", "", 1000, 1 << 10, "");
    cluster.node("n2", "", 2000, 4 << 10, "");
    let pod = cluster.template("app=web", 0, 0);
    let owner = cluster.owner(pod);
    cluster.bound(owner, n1);
    let expected = [(370, [300, 0, 70, 0, 0, 0]), (395, [300, 0, 95, 0, 0, 0])];
    assert_points(&mut cluster, owner, "E", &expected);
}

#[test]
fn soft_spread_over_zones() {
    let mut cluster = Cluster::default();
    let nodes = ["z1", "z2", "z3", ""]
        .map(|zone| cluster.node(&format!("node-{zone}"), zone, 4000, 16 << 10, ""));
    let mut pod = cluster.template("app=web", 100, 128);
    pod.spread.push(cluster.spread("app=web", ZONE, 1, false));
    let owner = cluster.owner(pod);
    for node in [nodes[0], nodes[0], nodes[1]] {
        cluster.bound(owner, node);
    }
    let of = |total, fit, spread| (total, [300, 0, fit, 74, 0, spread]);
    let expected = [
        of(468, 94, 0),
        of(536, 96, 66),
        of(672, 98, 200),
        of(472, 98, 0),
    ];
    assert_points(&mut cluster, owner, "F", &expected);
    // A pod that terminates no longer counts for the spread, and still takes its room.
    let leaving = cluster.world.pods_of(owner)[0];
    cluster.world.terminate(leaving, 30_000);
    let points = cluster.points(owner);
    assert_eq!(
        points[0].expect("the test made it so").1,
        [
            300,
            0,
            94,
            74,
            0,
            points[1].expect("the test made it so").1[5]
        ]
    );
}

#[test]
fn affinity_and_anti_affinity() {
    let mut cluster = Cluster::default();
    let n1 = cluster.node("n1", "", 4000, 16 << 10, "");
    let n2 = cluster.node("n2", "", 4000, 16 << 10, "");
    cluster.node("n3", "", 4000, 16 << 10, "");
    let mut needs_me = cluster.template("app=needs-me", 100, 128);
    needs_me
        .required_pods
        .push(cluster.term("app=web", HOSTNAME));
    let needs_me = cluster.owner(needs_me);
    cluster.bound(needs_me, n1);
    let disliked = cluster.template("app=disliked", 100, 128);
    let disliked = cluster.owner(disliked);
    cluster.bound(disliked, n2);
    let mut pod = cluster.template("app=web", 100, 128);
    pod.preferred_pods
        .push((-100, cluster.term("app=disliked", HOSTNAME)));
    let owner = cluster.owner(pod);
    let of = |total, fit, pods| (total, [300, 0, fit, 74, pods, 0]);
    let expected = [of(670, 96, 200), of(470, 96, 0), of(670, 98, 198)];
    assert_points(&mut cluster, owner, "G", &expected);
}

#[test]
fn two_preferences() {
    let mut cluster = Cluster::default();
    cluster.node("a", "", 4000, 16 << 10, "a=yes");
    let b = cluster.node("b", "", 4000, 16 << 10, "b=yes");
    let ab = cluster.node("ab", "", 4000, 16 << 10, "a=yes,b=yes");
    for (node, key) in [(b, "one"), (b, "two"), (ab, "one")] {
        cluster.taint(node, key, PreferNoSchedule);
    }
    let mut pod = cluster.template("app=web", 100, 128);
    pod.preferred_nodes.push(cluster.preferred("a", "yes", 100));
    pod.preferred_nodes.push(cluster.preferred("b", "yes", 50));
    let owner = cluster.owner(pod);
    let of = |total, taints, affinity| (total, [taints, affinity, 98, 74, 0, 0]);
    let expected = [of(604, 300, 132), of(238, 0, 66), of(522, 150, 200)];
    assert_points(&mut cluster, owner, "J", &expected);
}

/// A Spot node with a placeholder and replicas, an empty on-demand node in another zone, and a pod of the same kind:
/// soft anti-affinity by zone and by node, the scheduler's own spread.
pub(super) fn article(there: usize) -> (Cluster, NodeId, NodeId, OwnerId) {
    let mut cluster = Cluster::default();
    let spot = cluster.node("sp1", "z1", 3860, 14 << 10, SPOT);
    let od = cluster.node("od2", "z2", 3860, 14 << 10, "");
    let placeholder = cluster.template("app=placeholder", 2000, 4 << 10);
    let placeholder = cluster.owner(placeholder);
    cluster.bound(placeholder, spot);
    let mut pod = cluster.template("app=web", 500, 512);
    pod.preferred_nodes
        .push(cluster.preferred("capacity", "spot", 100));
    pod.preferred_pods
        .push((-100, cluster.term("app=web", ZONE)));
    pod.preferred_pods
        .push((-50, cluster.term("app=web", HOSTNAME)));
    pod.spread
        .push(cluster.spread("app=web", HOSTNAME, 3, false));
    pod.spread.push(cluster.spread("app=web", ZONE, 5, false));
    pod.spread_is_default = true;
    let owner = cluster.owner(pod);
    for _ in 0..there {
        cluster.bound(owner, spot);
    }
    (cluster, spot, od, owner)
}

#[test]
fn the_worked_example() {
    for (case, lever, soft_spot, soft_od, spot_points, od_points) in [
        ("O", false, false, false, (707, 300), (863, 300)),
        ("P", true, false, false, (707, 300), (563, 0)),
        ("Q", true, true, false, (407, 0), (563, 0)),
        ("R", true, true, true, (557, 150), (563, 0)),
    ] {
        let (mut cluster, spot, od, owner) = article(2);
        for (is_set, node, key) in [
            (lever, od, LEVER),
            (soft_spot, spot, SOFT_TAINT),
            (soft_od, od, SOFT_TAINT),
        ] {
            if is_set {
                cluster.taint(node, key, PreferNoSchedule);
            }
        }
        let expected = [
            (spot_points.0, [spot_points.1, 200, 34, 73, 0, 100]),
            (od_points.0, [od_points.1, 0, 91, 72, 200, 200]),
        ];
        assert_points(&mut cluster, owner, case, &expected);
    }
}
