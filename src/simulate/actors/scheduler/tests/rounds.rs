//! What makes the scheduler try again, and which nodes it looks at.

use super::cluster::{Cluster, V1_36};
use crate::kubernetes::Effect::NoSchedule;
use crate::simulate::actors::scheduler::search::feasible_nodes_wanted;
use crate::simulate::actors::scheduler::{Backoff, Scheduler};
use crate::simulate::agenda::Event;
use crate::simulate::chance::Draws;
use crate::simulate::world::{PodId, seconds};
use crate::values::Version;

#[test]
fn enough_feasible_nodes() {
    for (nodes, wanted) in [
        (5, 5),
        (99, 99),
        (100, 100),
        (200, 100),
        (250, 120),
        (1200, 492),
        (5000, 500),
        (6000, 300),
        (10_000, 500),
    ] {
        assert_eq!(feasible_nodes_wanted(nodes), wanted, "{nodes}");
    }
}

#[test]
fn equal_nodes_are_taken_in_turn() {
    let mut cluster = Cluster::default();
    for at in 0..150 {
        cluster.node(
            &format!("n{at}"),
            ["z1", "z2", "z3"][at % 3],
            1000,
            1024,
            "",
        );
    }
    let template = cluster.template("app=web", 0, 0);
    let owner = cluster.owner(template);
    let mut scheduler = Scheduler::new(V1_36);
    let pods: Vec<PodId> = (0..4).map(|_| cluster.pod(owner)).collect();
    cluster.settle(&mut scheduler);
    let nodes: Vec<_> = pods
        .iter()
        .map(|pod| cluster.node_of(*pod).expect("the test made it so").0)
        .collect();
    // 100 of 150 are looked at each time, from where the last search ended.
    assert_eq!(nodes, [0, 100, 50, 1]);
}

/// `handleSchedulingFailure` writes down why a pod found no node before the next one is tried, if that is news.
#[test]
fn the_next_pod_waits_for_what_is_written_down_of_the_last() {
    let mut cluster = Cluster::default();
    cluster.node("n0", "", 1000, 1024, "");
    cluster.world.calls = Some(Draws::new(0, (1000, 1000)));
    let large = cluster.template("app=large", 5000, 0);
    let large = cluster.owner(large);
    let small = cluster.template("app=small", 100, 0);
    let small = cluster.owner(small);
    let mut scheduler = Scheduler::new(V1_36);
    let [first, second] = [cluster.pod(large), cluster.pod(large)];
    let fits = cluster.pod(small);
    cluster.settle(&mut scheduler);
    let attempts = |scheduler: &Scheduler| [first, second].map(|pod| scheduler.attempts(pod));
    for (millis, tried, is_bound) in [
        (0, 0, false),
        (999, 0, false),
        (1000, 1, false),
        (2000, 1, true),
    ] {
        cluster.world.now = millis;
        scheduler.run(&mut cluster.world, &mut cluster.agenda);
        assert_eq!(
            attempts(&scheduler),
            [Some(1), Some(tried)],
            "at {millis} ms"
        );
        assert_eq!(cluster.node_of(fits).is_some(), is_bound, "at {millis} ms");
    }
}

#[test]
fn a_pod_of_one_node_moves_the_start_by_one() {
    let mut cluster = Cluster::default();
    for at in 0..150 {
        cluster.node(&format!("n{at}"), "", 1000, 1024, "");
    }
    let mut agent = cluster.template("app=agent", 0, 0);
    let mut term = crate::simulate::world::NodeTerm::default();
    let name = cluster.symbol("n7");
    term.names
        .push(crate::simulate::world::Test::In(vec![name]));
    agent.required_nodes = Some(vec![term]);
    let agent = cluster.owner(agent);
    let template = cluster.template("app=web", 0, 0);
    let owner = cluster.owner(template);
    let pods = [agent, owner, owner].map(|owner| cluster.pod(owner));
    let mut scheduler = Scheduler::new(V1_36);
    cluster.settle(&mut scheduler);
    assert_eq!(
        pods.map(|pod| cluster.node_of(pod).expect("the test made it so").0),
        [7, 1, 101]
    );
}

/// One pod that no node takes, and what makes it try again.
fn waiting(version: Version) -> (Cluster, Scheduler, PodId) {
    let mut cluster = Cluster::default();
    let tainted = cluster.node("tainted", "", 1000, 1024, "");
    cluster.taint(tainted, "example.com/a", NoSchedule);
    let template = cluster.template("app=web", 800, 0);
    let owner = cluster.owner(template);
    let pod = cluster.pod(owner);
    let mut scheduler = Scheduler::new(version);
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.node_of(pod), None);
    (cluster, scheduler, pod)
}

#[test]
fn a_new_node_wakes_at_once() {
    let (mut cluster, mut scheduler, pod) = waiting(V1_36);
    cluster.world.now = 10;
    let node = cluster.node("new", "", 1000, 1024, "");
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.node_of(pod), Some(node));
}

#[test]
fn until_1_32_the_back_off_is_waited_for() {
    let (mut cluster, mut scheduler, pod) = waiting(Version::new(1, 32, None));
    cluster.world.now = 10;
    let node = cluster.node("new", "", 1000, 1024, "");
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.node_of(pod), None);
    let round = std::iter::from_fn(|| cluster.agenda.take_next()).min();
    assert_eq!(round, Some((seconds(1), Event::SchedulerRound)));
    cluster.world.now = seconds(1);
    scheduler.run(&mut cluster.world, &mut cluster.agenda);
    assert_eq!(cluster.node_of(pod), Some(node));
}

#[test]
fn a_taint_that_goes_wakes() {
    let (mut cluster, mut scheduler, pod) = waiting(V1_36);
    let tainted = cluster
        .world
        .present_nodes()
        .next()
        .expect("the test made it so");
    cluster.world.now = seconds(7);
    cluster
        .world
        .update_node(tainted, |node| node.taints.clear());
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.node_of(pod), Some(tainted));
}

#[test]
fn what_cannot_help_does_not_wake() {
    let (mut cluster, mut scheduler, pod) = waiting(V1_36);
    let other = cluster.node("small", "", 100, 1024, "");
    cluster.settle(&mut scheduler);
    let attempts = scheduler.attempts(pod);
    cluster.taint(other, "example.com/b", NoSchedule);
    cluster.world.now = seconds(1);
    cluster.settle(&mut scheduler);
    assert_eq!(scheduler.attempts(pod), attempts);
    let round = std::iter::from_fn(|| cluster.agenda.take_next()).min();
    assert_eq!(round, Some((seconds(330), Event::SchedulerRound)));
    cluster.world.now = seconds(330);
    scheduler.run(&mut cluster.world, &mut cluster.agenda);
    assert_eq!(scheduler.attempts(pod), attempts.map(|count| count + 1));
}

#[test]
fn room_that_is_freed_wakes_the_first_in_the_queue() {
    let mut cluster = Cluster::default();
    let node = cluster.node("n", "", 1000, 1024, "");
    let template = cluster.template("app=web", 1000, 0);
    let owner = cluster.owner(template);
    let there = cluster.bound(owner, node);
    let mut high = cluster.template("app=high", 1000, 0);
    (high.priority, high.never_preempts) = (10, true);
    let high = cluster.owner(high);
    let low = cluster.pod(owner);
    let high = cluster.pod(high);
    let flat = Backoff {
        initial: seconds(1),
        most: seconds(1),
    };
    let mut scheduler = Scheduler::new(V1_36).with_backoff(flat);
    cluster.settle(&mut scheduler);
    cluster.world.now = 200;
    cluster.world.terminate(there, 1000);
    cluster.settle(&mut scheduler);
    assert_eq!(
        (cluster.node_of(low), cluster.node_of(high)),
        (None, None),
        "it still takes its room"
    );
    cluster.world.delete_pod(there);
    cluster.settle(&mut scheduler);
    assert_eq!(
        (cluster.node_of(low), cluster.node_of(high)),
        (None, Some(node))
    );
}

#[test]
fn an_affinity_is_met_by_a_pod_that_comes() {
    let mut cluster = Cluster::default();
    cluster.node("n", "z1", 1000, 1024, "");
    let mut needs = cluster.template("app=needs", 100, 0);
    needs
        .required_pods
        .push(cluster.term("app=web", crate::kubernetes::ZONE));
    let needs = cluster.owner(needs);
    let needs = cluster.pod(needs);
    let mut scheduler = Scheduler::new(V1_36);
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.node_of(needs), None);
    let web = cluster.template("app=web", 100, 0);
    let web = cluster.owner(web);
    let web = cluster.pod(web);
    cluster.settle(&mut scheduler);
    assert!(cluster.node_of(needs).is_some() && cluster.node_of(web).is_some());
}
