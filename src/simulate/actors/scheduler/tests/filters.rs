//! What filters answer, and in which words.

use super::cluster::Cluster;
use crate::kubernetes::Effect::{NoExecute, NoSchedule};
use crate::kubernetes::{HOSTNAME, ZONE};
use crate::simulate::actors::scheduler::fits::fits;
use crate::simulate::actors::scheduler::{Filter, Reason};
use crate::simulate::world::{NodeId, OwnerId, Test};

fn reason(cluster: &Cluster, owner: OwnerId, node: NodeId) -> Option<Reason> {
    let template = cluster.world.owners[owner.index()].template;
    fits(&cluster.world, template, node).err()
}

fn assert_rejected(cluster: &Cluster, owner: OwnerId, node: NodeId, words: &str, may_help: bool) {
    let reason = reason(cluster, owner, node).expect("the test made it so");
    assert_eq!(reason.words(&cluster.world), [words]);
    assert_eq!(reason.preemption_may_help(), may_help, "{words}");
}

#[test]
fn resources_and_the_number_of_pods() {
    let mut cluster = Cluster::default();
    let none = cluster.node("none", "", 1000, 1024, "");
    cluster.world.update_node(none, |node| node.max_pods = 0);
    let small = cluster.node("small", "", 100, 1024, "");
    let full = cluster.node("full", "", 1000, 1024, "");
    let other = cluster.template("app=other", 900, 900);
    let other = cluster.owner(other);
    cluster.bound(other, full);
    let pod = cluster.template("app=web", 200, 100);
    let owner = cluster.owner(pod);
    assert_rejected(&cluster, owner, none, "Too many pods", true);
    assert_rejected(&cluster, owner, small, "Insufficient cpu", false);
    assert_rejected(&cluster, owner, full, "Insufficient cpu", true);
    // Both at once, each with its own words.
    let pod = cluster.template("app=web", 200, 200);
    let owner = cluster.owner(pod);
    let reason = reason(&cluster, owner, full).expect("the test made it so");
    assert_eq!(
        reason.words(&cluster.world),
        ["Insufficient cpu", "Insufficient memory"]
    );
    // What requests nothing only counts as a pod.
    let pod = cluster.template("app=web", 0, 0);
    let owner = cluster.owner(pod);
    assert_eq!(super::filters::reason(&cluster, owner, full), None);
    assert_rejected(&cluster, owner, none, "Too many pods", true);
}

#[test]
fn resources_of_devices() {
    let mut cluster = Cluster::default();
    let node = cluster.node("n", "", 1000, 1024, "");
    let mut pod = cluster.template("app=web", 200, 100);
    pod.requests
        .others
        .push((cluster.symbol("nvidia.com/gpu"), 1));
    let owner = cluster.owner(pod);
    assert_rejected(&cluster, owner, node, "Insufficient nvidia.com/gpu", false);
}

#[test]
fn cordons_and_taints() {
    let mut cluster = Cluster::default();
    let cordoned = cluster.node("cordoned", "", 1000, 1024, "");
    cluster
        .world
        .update_node(cordoned, |node| node.is_cordoned = true);
    let tainted = cluster.node("tainted", "", 1000, 1024, "");
    cluster.taint(tainted, "example.com/a", NoExecute);
    let pod = cluster.template("app=web", 200, 100);
    let owner = cluster.owner(pod);
    assert_rejected(
        &cluster,
        owner,
        cordoned,
        "node(s) were unschedulable",
        false,
    );
    assert_rejected(
        &cluster,
        owner,
        tainted,
        "node(s) had untolerated taint(s)",
        false,
    );
    let mut pod = cluster.template("app=ds", 200, 100);
    for (key, effect) in [
        ("node.kubernetes.io/unschedulable", Some(NoSchedule)),
        ("example.com/a", None),
    ] {
        pod.tolerations.0.push(cluster.tolerance(key, effect));
    }
    let owner = cluster.owner(pod);
    assert_eq!(reason(&cluster, owner, cordoned), None);
    assert_eq!(reason(&cluster, owner, tainted), None);
}

#[test]
fn node_affinity() {
    let mut cluster = Cluster::default();
    let spot = cluster.node("spot", "", 1000, 1024, "capacity=spot");
    let od = cluster.node("od", "", 1000, 1024, "");
    let mut pod = cluster.template("app=web", 200, 100);
    pod.required_nodes = Some(vec![cluster.node_term("capacity", "spot")]);
    let owner = cluster.owner(pod);
    assert_eq!(reason(&cluster, owner, spot), None);
    assert_rejected(
        &cluster,
        owner,
        od,
        "node(s) didn't match Pod's node affinity/selector",
        false,
    );
    // By name, as pods of DaemonSets have it.
    let mut pod = cluster.template("app=ds", 200, 100);
    let mut term = crate::simulate::world::NodeTerm::default();
    term.names.push(Test::In(vec![cluster.symbol("od")]));
    pod.required_nodes = Some(vec![term]);
    let owner = cluster.owner(pod);
    assert_eq!(reason(&cluster, owner, od), None);
    assert!(reason(&cluster, owner, spot).is_some());
}

#[test]
fn ports() {
    let mut cluster = Cluster::default();
    let node = cluster.node("n", "", 1000, 1024, "");
    let mut pod = cluster.template("app=web", 200, 100);
    pod.host_ports.push(8080);
    let owner = cluster.owner(pod);
    assert_eq!(reason(&cluster, owner, node), None);
    let there = cluster.bound(owner, node);
    let words = "node(s) didn't have free ports for the requested pod ports";
    assert_rejected(&cluster, owner, node, words, true);
    cluster.world.delete_pod(there);
    assert_eq!(reason(&cluster, owner, node), None);
}

const MISSING: &str =
    "node(s) didn't match pod topology spread constraints (missing required label)";
const SPREAD: &str = "node(s) didn't match pod topology spread constraints";

#[test]
fn hard_spread() {
    let mut cluster = Cluster::default();
    let none = cluster.node("none", "", 1000, 1024, "");
    let z1 = cluster.node("n1", "z1", 1000, 1024, "");
    let z2 = cluster.node("n2", "z2", 1000, 1024, "");
    let mut pod = cluster.template("app=web", 200, 100);
    pod.spread.push(cluster.spread("app=web", ZONE, 1, true));
    let owner = cluster.owner(pod.clone());
    cluster.bound(owner, z1);
    assert_rejected(&cluster, owner, none, MISSING, false);
    assert_rejected(&cluster, owner, z1, SPREAD, true);
    assert_eq!(reason(&cluster, owner, z2), None);
    // A zone that is cordoned still counts.
    cluster
        .world
        .update_node(z2, |node| node.is_cordoned = true);
    assert_rejected(&cluster, owner, z1, SPREAD, true);
    // Unless taints are honored.
    let mut honors = pod.clone();
    honors.spread[0].honors_taints = true;
    let honors = cluster.owner(honors);
    assert_eq!(reason(&cluster, honors, z1), None);
    cluster
        .world
        .update_node(z2, |node| node.is_cordoned = false);
    assert_rejected(&cluster, honors, z1, SPREAD, true);
    // Two zones of three that are wanted.
    let second = cluster.bound(owner, z2);
    assert_eq!(reason(&cluster, owner, z1), None);
    let mut three = pod.clone();
    three.spread[0].min_domains = Some(3);
    let three = cluster.owner(three);
    assert_rejected(&cluster, three, z1, SPREAD, true);
    assert_rejected(&cluster, three, z2, SPREAD, true);
    // What terminates no longer counts.
    cluster.world.terminate(second, 30_000);
    assert_rejected(&cluster, owner, z1, SPREAD, true);
    assert_eq!(reason(&cluster, owner, z2), None);
}

#[test]
fn hard_spread_over_nodes_that_the_pod_may_use() {
    let mut cluster = Cluster::default();
    let spot = cluster.node("n1", "z1", 1000, 1024, "capacity=spot");
    cluster.node("n2", "z2", 1000, 1024, "");
    let mut pod = cluster.template("app=web", 200, 100);
    pod.required_nodes = Some(vec![cluster.node_term("capacity", "spot")]);
    pod.spread.push(cluster.spread("app=web", ZONE, 1, true));
    let owner = cluster.owner(pod.clone());
    cluster.bound(owner, spot);
    assert_eq!(
        reason(&cluster, owner, spot),
        None,
        "the other zone is not one for it"
    );
    pod.spread[0].honors_affinity = false;
    let owner = cluster.owner(pod);
    assert_rejected(&cluster, owner, spot, SPREAD, true);
}

#[test]
fn required_affinity() {
    const AFFINITY: &str = "node(s) didn't match pod affinity rules";
    let mut cluster = Cluster::default();
    let z1 = cluster.node("n1", "z1", 1000, 1024, "");
    let also_z1 = cluster.node("n2", "z1", 1000, 1024, "");
    let z2 = cluster.node("n3", "z2", 1000, 1024, "");
    let none = cluster.node("n4", "", 1000, 1024, "");
    let mut pod = cluster.template("app=web,tier=front", 100, 100);
    pod.required_pods.push(cluster.term("app=web", ZONE));
    let own = cluster.owner(pod.clone());
    assert_eq!(reason(&cluster, own, z1), None, "the first of its kind");
    assert_rejected(&cluster, own, none, AFFINITY, false);
    pod.required_pods.push(cluster.term("tier=back", ZONE));
    let both = cluster.owner(pod);
    assert_rejected(&cluster, both, z1, AFFINITY, false);
    let back = cluster.template("tier=back", 100, 100);
    let back = cluster.owner(back);
    cluster.bound(own, z1);
    cluster.bound(back, z1);
    assert_rejected(&cluster, both, z1, AFFINITY, false);
    assert_eq!(reason(&cluster, own, also_z1), None);
    assert_rejected(&cluster, own, z2, AFFINITY, false);
    // One pod must meet all terms.
    let mixed = cluster.template("app=web,tier=back", 100, 100);
    let mixed = cluster.owner(mixed);
    cluster.bound(mixed, z2);
    assert_eq!(reason(&cluster, both, z2), None);
    assert_rejected(&cluster, both, z1, AFFINITY, false);
}

#[test]
fn required_anti_affinity_both_ways() {
    let mut cluster = Cluster::default();
    let n1 = cluster.node("n1", "z1", 1000, 1024, "");
    let n2 = cluster.node("n2", "z1", 1000, 1024, "");
    let n3 = cluster.node("n3", "", 1000, 1024, "");
    let mut shy = cluster.template("app=shy", 100, 100);
    shy.forbidden_pods.push(cluster.term("app=web", HOSTNAME));
    let shy = cluster.owner(shy);
    let web = cluster.template("app=web", 100, 100);
    let web = cluster.owner(web);
    let there = cluster.bound(web, n1);
    assert_rejected(
        &cluster,
        shy,
        n1,
        "node(s) didn't match pod anti-affinity rules",
        true,
    );
    assert_eq!(reason(&cluster, shy, n2), None);
    cluster.bound(shy, n2);
    let words = "node(s) didn't satisfy existing pods anti-affinity rules";
    assert_rejected(&cluster, web, n2, words, true);
    // One that terminates still counts; one that is gone does not.
    cluster.world.terminate(there, 1000);
    assert!(reason(&cluster, shy, n1).is_some());
    cluster.world.delete_pod(there);
    assert_eq!(reason(&cluster, shy, n1), None);
    let mut by_zone = cluster.template("app=by-zone", 100, 100);
    by_zone.forbidden_pods.push(cluster.term("app=shy", ZONE));
    let by_zone = cluster.owner(by_zone);
    assert!(reason(&cluster, by_zone, n1).is_some());
    assert_eq!(
        reason(&cluster, by_zone, n3),
        None,
        "a node without the label is in no domain"
    );
}

#[test]
fn a_pod_that_waits_says_why() {
    let mut cluster = Cluster::default();
    let tainted = cluster.node("tainted", "", 1000, 1024, "");
    cluster.taint(tainted, "example.com/a", NoExecute);
    for name in ["a", "b"] {
        cluster.node(name, "", 100, 1024, "");
    }
    let pod = cluster.template("app=web", 200, 100);
    let owner = cluster.owner(pod);
    let pod = cluster.pod(owner);
    let mut scheduler = cluster.scheduler();
    cluster.settle(&mut scheduler);
    let diagnosis = scheduler.diagnosis(pod).expect("the test made it so");
    assert_eq!(
        diagnosis.text(&cluster.world),
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu."
    );
    assert!(diagnosis.filters().has(Filter::TaintToleration));
    assert!(!diagnosis.filters().has(Filter::NodeAffinity));
}
