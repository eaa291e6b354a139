//! Who makes way, and on which node.

use super::cluster::Cluster;
use crate::simulate::actors::scheduler::Scheduler;
use crate::simulate::world::{Budget, BudgetLimit, NodeId, OwnerId, PodId, seconds};

/// Owners of pods of this priority and size; each has its own label `app=<name>`.
fn owner(cluster: &mut Cluster, name: &str, priority: i32, cpu: i64) -> OwnerId {
    let mut template = cluster.template(&format!("app={name}"), cpu, 0);
    template.priority = priority;
    template.grace = seconds(30);
    cluster.owner(template)
}

fn budget(cluster: &mut Cluster, selector: &str, allowed: i64) {
    let budget = Budget {
        namespace: cluster.symbol(super::cluster::NAMESPACE),
        name: cluster.symbol("budget"),
        selector: cluster.selector(selector),
        limit: BudgetLimit::MaxUnavailable(allowed),
        always_allows_unhealthy: false,
        allowed,
        healthy: 0,
        desired: 0,
    };
    cluster.world.add_budget(budget);
}

fn terminating(cluster: &Cluster) -> Vec<PodId> {
    let pods = cluster.world.present_pods();
    pods.filter(|pod| cluster.world.pod(*pod).is_terminating())
        .collect()
}

fn nodes<const N: usize>(cluster: &mut Cluster, cpu: i64) -> [NodeId; N] {
    std::array::from_fn(|at| cluster.node(&format!("n{at}"), "", cpu, 1024, ""))
}

/// Places one pod that needs 1000m at priority 100; where it is nominated, and who goes.
fn preempt(cluster: &mut Cluster) -> (PodId, Option<NodeId>, Vec<PodId>, Scheduler) {
    let high = owner(cluster, "high", 100, 1000);
    let mut scheduler = cluster.scheduler();
    let pod = cluster.pod(high);
    cluster.settle(&mut scheduler);
    (
        pod,
        cluster.world.pod(pod).nominated,
        terminating(cluster),
        scheduler,
    )
}

#[test]
fn the_node_whose_highest_victim_is_lowest() {
    let mut cluster = Cluster::default();
    let [a, b] = nodes(&mut cluster, 1000);
    let five = owner(&mut cluster, "five", 5, 1000);
    let three = owner(&mut cluster, "three", 3, 500);
    cluster.bound(five, a);
    let victims = [cluster.bound(three, b), cluster.bound(three, b)];
    let (_, nominated, gone, _) = preempt(&mut cluster);
    assert_eq!((nominated, &gone[..]), (Some(b), &victims[..]));
}

#[test]
fn a_broken_budget_is_worse_than_a_high_priority() {
    let mut cluster = Cluster::default();
    let [a, b] = nodes(&mut cluster, 1000);
    let five = owner(&mut cluster, "five", 5, 1000);
    let three = owner(&mut cluster, "three", 3, 1000);
    let victim = cluster.bound(five, a);
    cluster.bound(three, b);
    budget(&mut cluster, "app=three", 0);
    let (_, nominated, gone, _) = preempt(&mut cluster);
    assert_eq!((nominated, &gone[..]), (Some(a), &[victim][..]));
}

#[test]
fn a_budget_is_broken_only_once_it_is_used_up() {
    let mut cluster = Cluster::default();
    let [a, b] = nodes(&mut cluster, 1000);
    let guarded = owner(&mut cluster, "guarded", 1, 500);
    let other = owner(&mut cluster, "other", 1, 500);
    // On the first node two of one budget would go, of which it allows one; on the second one of each.
    cluster.bound(guarded, a);
    cluster.bound(guarded, a);
    cluster.bound(guarded, b);
    cluster.bound(other, b);
    budget(&mut cluster, "app=guarded", 1);
    let (_, nominated, gone, _) = preempt(&mut cluster);
    assert_eq!((nominated, gone.len()), (Some(b), 2));
}

#[test]
fn the_lower_sum_then_the_fewer_victims() {
    let mut cluster = Cluster::default();
    let [a, b] = nodes(&mut cluster, 1000);
    let (half, whole) = (
        owner(&mut cluster, "half", 1, 500),
        owner(&mut cluster, "whole", 1, 1000),
    );
    cluster.bound(half, a);
    cluster.bound(half, a);
    let victim = cluster.bound(whole, b);
    let (_, nominated, gone, _) = preempt(&mut cluster);
    assert_eq!((nominated, &gone[..]), (Some(b), &[victim][..]));
}

#[test]
fn the_latest_start_among_equals() {
    let mut cluster = Cluster::default();
    let [a, b, c] = nodes(&mut cluster, 1000);
    let whole = owner(&mut cluster, "whole", 1, 1000);
    cluster.world.now = 1000;
    cluster.bound(whole, a);
    cluster.world.now = 3000;
    cluster.bound(whole, b);
    cluster.world.now = 2000;
    cluster.bound(whole, c);
    cluster.world.now = 4000;
    let (_, nominated, _, _) = preempt(&mut cluster);
    assert_eq!(nominated, Some(b));
}

#[test]
fn the_important_are_spared_first() {
    let mut cluster = Cluster::default();
    let [a] = nodes(&mut cluster, 2000);
    let low = owner(&mut cluster, "low", 1, 500);
    let mid = owner(&mut cluster, "mid", 2, 500);
    let old = cluster.bound(low, a);
    cluster.world.now = 1000;
    let young = cluster.bound(low, a);
    let first_mid = cluster.bound(mid, a);
    let second_mid = cluster.bound(mid, a);
    let (_, _, gone, _) = preempt(&mut cluster);
    assert_eq!(gone, [old, young]);
    // One that a budget protects is spared before one of a higher priority that none protects.
    let mut cluster = Cluster::default();
    let [a] = nodes(&mut cluster, 2000);
    let low = owner(&mut cluster, "low", 1, 1000);
    let mid = owner(&mut cluster, "mid", 2, 1000);
    let guarded = cluster.bound(low, a);
    let other = cluster.bound(mid, a);
    budget(&mut cluster, "app=low", 0);
    let (_, _, gone, _) = preempt(&mut cluster);
    assert_eq!((gone, guarded), (vec![other], PodId(0)));
    assert_eq!([first_mid, second_mid], [PodId(2), PodId(3)]);
}

#[test]
fn the_nominated_pod_waits_and_then_comes() {
    let mut cluster = Cluster::default();
    let [a] = nodes(&mut cluster, 1000);
    let low = owner(&mut cluster, "low", -5, 1000);
    let victim = cluster.bound(low, a);
    let (pod, nominated, gone, mut scheduler) = preempt(&mut cluster);
    assert_eq!((nominated, &gone[..]), (Some(a), &[victim][..]));
    assert_eq!(
        cluster.world.pod(victim).deletion,
        Some(cluster.world.now + seconds(30))
    );
    // Room that comes elsewhere in the meantime is taken.
    assert_eq!(cluster.node_of(pod), None);
    // A pod of lower priority does not take the room that is promised.
    cluster.world.now += 5000;
    let small = owner(&mut cluster, "small", 0, 500);
    let small = cluster.pod(small);
    cluster.settle(&mut scheduler);
    cluster.world.delete_pod(victim);
    cluster.settle(&mut scheduler);
    assert_eq!(
        (cluster.node_of(pod), cluster.node_of(small)),
        (Some(a), None)
    );
    assert_eq!(cluster.world.pod(pod).nominated, None);
}

#[test]
fn no_second_preemption_while_a_victim_goes() {
    let mut cluster = Cluster::default();
    let [a, b] = nodes(&mut cluster, 1000);
    let low = owner(&mut cluster, "low", -5, 1000);
    let first = cluster.bound(low, a);
    cluster.bound(low, b);
    let (pod, nominated, gone, mut scheduler) = preempt(&mut cluster);
    assert_eq!((nominated, &gone[..]), (Some(a), &[first][..]));
    // Another pod's end wakes it; it still waits for its own victim.
    let bystander = owner(&mut cluster, "bystander", 200, 0);
    let bystander = cluster.bound(bystander, b);
    cluster.settle(&mut scheduler);
    cluster.world.delete_pod(bystander);
    cluster.settle(&mut scheduler);
    assert_eq!(
        (cluster.node_of(pod), terminating(&cluster)),
        (None, vec![first])
    );
}

#[test]
fn one_that_is_higher_takes_a_nomination_away() {
    let mut cluster = Cluster::default();
    let [a] = nodes(&mut cluster, 1000);
    let low = owner(&mut cluster, "low", -5, 1000);
    let victim = cluster.bound(low, a);
    let (pod, _, _, mut scheduler) = preempt(&mut cluster);
    let higher = owner(&mut cluster, "higher", 200, 1000);
    let higher = cluster.pod(higher);
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.world.pod(pod).nominated, None);
    assert_eq!(cluster.world.pod(higher).nominated, Some(a));
    cluster.world.delete_pod(victim);
    cluster.settle(&mut scheduler);
    assert_eq!(
        (cluster.node_of(higher), cluster.node_of(pod)),
        (Some(a), None)
    );
}

#[test]
fn never_and_never_helpful() {
    let mut cluster = Cluster::default();
    let [a] = nodes(&mut cluster, 1000);
    let low = owner(&mut cluster, "low", -5, 1000);
    cluster.bound(low, a);
    let mut never = cluster.template("app=never", 1000, 0);
    (never.priority, never.never_preempts) = (100, true);
    let mut too_large = cluster.template("app=large", 1001, 0);
    too_large.priority = 100;
    let mut elsewhere = cluster.template("app=elsewhere", 1000, 0);
    elsewhere.priority = 100;
    elsewhere.required_nodes = Some(vec![cluster.node_term("capacity", "spot")]);
    let equal = cluster.template("app=equal", 1000, 0);
    let equal = crate::simulate::world::Template {
        priority: -5,
        ..equal
    };
    let mut scheduler = cluster.scheduler();
    for template in [never, too_large, elsewhere, equal] {
        let owner = cluster.owner(template);
        let pod = cluster.pod(owner);
        cluster.settle(&mut scheduler);
        assert_eq!(
            (cluster.world.pod(pod).nominated, terminating(&cluster)),
            (None, vec![])
        );
    }
}

#[test]
fn anti_affinity_and_spread_are_resolved_by_preemption() {
    use crate::kubernetes::{HOSTNAME, ZONE};
    let mut cluster = Cluster::default();
    let [a] = nodes(&mut cluster, 2000);
    let low = owner(&mut cluster, "low", 0, 500);
    let other = owner(&mut cluster, "other", 0, 500);
    let victim = cluster.bound(low, a);
    cluster.bound(other, a);
    let mut shy = cluster.template("app=shy", 500, 0);
    shy.priority = 10;
    shy.forbidden_pods.push(cluster.term("app=low", HOSTNAME));
    let shy = cluster.owner(shy);
    let pod = cluster.pod(shy);
    let mut scheduler = cluster.scheduler();
    cluster.settle(&mut scheduler);
    assert_eq!(
        (cluster.world.pod(pod).nominated, terminating(&cluster)),
        (Some(a), vec![victim])
    );
    // Spread: the only zone with room has one too many of the kind, of which one may go.
    let mut cluster = Cluster::default();
    let z1 = cluster.node("n1", "z1", 2000, 1024, "");
    cluster.node("n2", "z2", 100, 1024, "");
    let low = owner(&mut cluster, "web", 0, 500);
    let victim = cluster.bound(low, z1);
    let mut high = cluster.template("app=web", 500, 0);
    high.priority = 10;
    high.spread.push(cluster.spread("app=web", ZONE, 1, true));
    let high = cluster.owner(high);
    let pod = cluster.pod(high);
    let mut scheduler = cluster.scheduler();
    cluster.settle(&mut scheduler);
    // The victim no longer counts once it terminates, and there is room beside it: the pod does not wait for its end.
    assert_eq!(
        (cluster.node_of(pod), terminating(&cluster)),
        (Some(z1), vec![victim])
    );
}

#[test]
fn preemptions_that_take_time_come_one_after_the_other() {
    let mut cluster = Cluster::default();
    let [a, b] = nodes(&mut cluster, 1000);
    let low = owner(&mut cluster, "low", 0, 1000);
    let victims = [cluster.bound(low, a), cluster.bound(low, b)];
    let high = owner(&mut cluster, "high", 100, 1000);
    let mut scheduler = cluster.scheduler().with_slow_preemption(seconds(1));
    let pods = [cluster.pod(high), cluster.pod(high)];
    cluster.settle(&mut scheduler);
    let nominated = pods.map(|pod| cluster.world.pod(pod).nominated);
    assert!(nominated.iter().all(Option::is_some), "{nominated:?}");
    assert_ne!(nominated[0], nominated[1], "no one is chosen twice");
    for (second, gone) in [(0, 0), (1, 1), (2, 2)] {
        cluster.world.now = seconds(second);
        scheduler.run(&mut cluster.world, &mut cluster.agenda);
        cluster.settle(&mut scheduler);
        assert_eq!(terminating(&cluster).len(), gone, "at {second} s");
    }
    assert_eq!(terminating(&cluster), victims);
}

#[test]
fn a_pod_waits_until_its_victims_have_been_asked() {
    let mut cluster = Cluster::default();
    let [a, b] = nodes(&mut cluster, 1000);
    let low = owner(&mut cluster, "low", 0, 1000);
    let victim = cluster.bound(low, a);
    let other = owner(&mut cluster, "other", 200, 1000);
    let other = cluster.bound(other, b);
    let high = owner(&mut cluster, "high", 100, 1000);
    let mut scheduler = cluster.scheduler().with_slow_preemption(seconds(1));
    let pod = cluster.pod(high);
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.world.pod(pod).nominated, Some(a));
    // There is room elsewhere before its victim is asked; and when that has happened, only the end of a pod calls it.
    cluster.world.delete_pod(other);
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.node_of(pod), None);
    cluster.world.now = seconds(1);
    scheduler.run(&mut cluster.world, &mut cluster.agenda);
    cluster.node("n2", "", 1000, 1024, "");
    cluster.settle(&mut scheduler);
    assert_eq!(terminating(&cluster), [victim]);
    assert_eq!(cluster.node_of(pod), None);
    cluster.world.delete_pod(victim);
    cluster.settle(&mut scheduler);
    assert_eq!(cluster.node_of(pod), Some(a));
}
