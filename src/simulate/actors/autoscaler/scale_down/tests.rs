//! The rules of draining, and drains that go well and that fail.

use super::drain::{Budgets, pods_to_move};
use crate::simulate::actors::autoscaler::journal::{Blocked, DrainFailure, Happening};
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::autoscaler::tests::lab::{
    Lab, REGULAR, only_regular, options, owner, replicas, selector, template, world,
};
use crate::simulate::world::{
    Autoscaled, Budget, BudgetLimit, Evictor, Millis, Note, OwnerKind, PodId, Template, World,
    minutes, seconds,
};

fn budget(world: &mut World, app: &str, allowed: i64) {
    let (namespace, selector) = (world.symbols.of("default"), selector(world, app));
    let name = world.symbols.of(app);
    world.add_budget(Budget {
        namespace,
        name,
        selector,
        limit: BudgetLimit::MaxUnavailable(1),
        always_allows_unhealthy: false,
        allowed,
        healthy: 3,
        desired: 2,
    });
}

/// What the rules say of one pod.
fn verdict(
    kind: OwnerKind,
    allowed: Option<i64>,
    change: impl Fn(&mut World, &mut Template),
) -> Result<usize, Blocked> {
    verdict_at(0, &Options::default(), kind, allowed, change)
}

fn verdict_at(
    now: i64,
    options: &Options,
    kind: OwnerKind,
    allowed: Option<i64>,
    change: impl Fn(&mut World, &mut Template),
) -> Result<usize, Blocked> {
    let mut world = world(&["0"]);
    let mut template = template(&mut world, "web", 100);
    change(&mut world, &mut template);
    owner(&mut world, kind, template, 1);
    if let Some(allowed) = allowed {
        budget(&mut world, "web", allowed);
    }
    world.now = now;
    let budgets = Budgets::new(&world);
    pods_to_move(&world, options, &budgets, [PodId(0)].into_iter()).map(|pods| pods.len())
}

#[test]
fn each_rule_of_draining() {
    let pod = PodId(0);
    let nothing = |_: &mut World, _: &mut Template| {};
    let set = OwnerKind::ReplicaSet;
    assert_eq!(verdict(set, None, nothing), Ok(1));
    assert_eq!(verdict(OwnerKind::StatefulSet, None, nothing), Ok(1));
    assert_eq!(verdict(OwnerKind::Job, None, nothing), Ok(1));
    assert_eq!(verdict(OwnerKind::DaemonSet, None, nothing), Ok(0));
    assert_eq!(
        verdict(OwnerKind::None, None, nothing),
        Err(Blocked::NotReplicated(pod))
    );
    let safe = |_: &mut World, one: &mut Template| one.safe_to_evict = Some(true);
    assert_eq!(
        verdict(OwnerKind::None, None, safe),
        Ok(1),
        "the annotation comes first"
    );
    let unsafe_ = |_: &mut World, one: &mut Template| one.safe_to_evict = Some(false);
    assert_eq!(verdict(set, None, unsafe_), Err(Blocked::NotSafe(pod)));
    let local = |_: &mut World, one: &mut Template| one.has_local_storage = true;
    assert_eq!(verdict(set, None, local), Err(Blocked::LocalStorage(pod)));
    let lenient = Options {
        skip_local_storage: false,
        ..Options::default()
    };
    assert_eq!(verdict_at(0, &lenient, set, None, local), Ok(1));
    assert_eq!(verdict(set, Some(1), nothing), Ok(1));
    assert_eq!(verdict(set, Some(0), nothing), Err(Blocked::Budget(pod)));
    assert_eq!(verdict(OwnerKind::DaemonSet, Some(0), nothing), Ok(0));
}

#[test]
fn system_pods_without_a_budget_block_for_an_hour() {
    let system = |world: &mut World, one: &mut Template| {
        one.namespace = Some(world.symbols.of("kube-system"));
    };
    let (set, strict) = (OwnerKind::ReplicaSet, Options::default());
    let blocked = Err(Blocked::System(PodId(0)));
    assert_eq!(verdict_at(minutes(59), &strict, set, None, system), blocked);
    assert_eq!(verdict_at(minutes(60), &strict, set, None, system), Ok(1));
    let lenient = Options {
        skip_system_pods: false,
        ..strict
    };
    assert_eq!(verdict_at(0, &lenient, set, None, system), Ok(1));
}

#[test]
fn a_budget_lets_as_many_pods_go_as_it_allows_over_all_nodes_of_a_loop() {
    let mut world = world(&["0"]);
    let template = template(&mut world, "web", 100);
    replicas(&mut world, template, 2);
    budget(&mut world, "web", 1);
    let mut budgets = Budgets::new(&world);
    let options = Options::default();
    let first = pods_to_move(&world, &options, &budgets, [PodId(0)].into_iter());
    budgets.take(&world, &first.expect("one is allowed"));
    let second = pods_to_move(&world, &options, &budgets, [PodId(1)].into_iter());
    assert_eq!(second, Err(Blocked::Budget(PodId(1))));
}

/// Two on-demand nodes with a pod each that fit onto one.
fn two_half_empty_nodes() -> Lab {
    let mut world = world(&["0"]);
    let template = only_regular(template(&mut world, "web", 1000));
    let owner = replicas(&mut world, template, 2);
    let mut lab = Lab::new(world, options());
    let nodes = lab.provision(REGULAR, 2);
    let pods = lab.world.pods_of(owner).to_vec();
    for (pod, node) in pods.iter().zip(nodes) {
        lab.world.bind(*pod, node);
    }
    lab
}

#[test]
fn a_node_is_drained_and_deleted() {
    let mut lab = two_half_empty_nodes();
    lab.begin();
    lab.run_until(minutes(12));
    let started = lab.told(|what| matches!(what, Happening::ScaleDownStarted { drains: true, .. }));
    assert_eq!(started.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [600]);
    // 5 s after the taint the pod is evicted; it needs 5 s, and is looked for every 5 s: it is still there at 610 s.
    let done = lab.told(|what| matches!(what, Happening::ScaledDown(_)));
    assert_eq!(done.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [615]);
    assert_eq!(lab.nodes_of(REGULAR).len(), 1);
    let left = lab.nodes_of(REGULAR)[0];
    assert_eq!(lab.world.node(left).pods.len(), 2);
    assert!(
        lab.scale_ups(REGULAR).is_empty(),
        "the evicted pod finds its room"
    );
}

#[test]
fn requests_of_a_drain_wait_for_each_other() {
    let mut world = world(&["0"]);
    let (large, small) = (
        template(&mut world, "large", 2000),
        template(&mut world, "small", 60),
    );
    let large = replicas(&mut world, only_regular(large), 1);
    let small = replicas(&mut world, only_regular(small), 14);
    let mut lab = Lab::new(world, options());
    let nodes = lab.provision(REGULAR, 2);
    for (owner, node) in [(large, nodes[0]), (small, nodes[1])] {
        for pod in lab.world.pods_of(owner).to_vec() {
            lab.world.bind(pod, node);
        }
    }
    lab.begin();
    lab.run_until(minutes(12));
    let told = lab.world.journal().iter();
    let evicted: Vec<Millis> = told
        .filter(|(_, note)| matches!(note, Note::Evicted(_, Evictor::Autoscaler)))
        .map(|(when, _)| *when)
        .collect();
    // Ten at once, of which the first is an event, and then five a second.
    assert_eq!(evicted[..9], [seconds(605); 9]);
    assert_eq!(evicted[9..], [605_200, 605_400, 605_600, 605_800, 606_000]);
    // The first pod is looked up behind an event, and once more 5 s later; after nine others the last ones wait again.
    let done = lab.told(|what| matches!(what, Happening::ScaledDown(_)));
    assert_eq!(done.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [612]);
}

#[test]
fn a_pod_that_does_not_stop_fails_the_drain() {
    let mut lab = two_half_empty_nodes();
    lab.autoscaler.options.max_graceful_termination = seconds(60);
    lab.stubborn = vec![crate::simulate::world::OwnerId(0)];
    lab.begin();
    lab.run_until(minutes(13));
    let failed = lab.told(|what| matches!(what, Happening::DrainFailed { .. }));
    // 600 s the taint, 605 s the eviction, then 60 + 30 s.
    let Some((
        695,
        Happening::DrainFailed {
            node,
            why: DrainFailure::StillThere(_),
        },
    )) = failed.first()
    else {
        panic!("{failed:?}");
    };
    let to_be_deleted = lab.world.symbols.find(super::soft_taint::TO_BE_DELETED);
    let taints = &lab.world.node(*node).taints;
    assert!(
        taints.iter().all(|taint| Some(taint.key) != to_be_deleted),
        "{taints:?}"
    );
}

#[test]
fn a_pod_that_comes_to_an_empty_node_saves_it() {
    let mut lab = Lab::new(world(&["0"]), options());
    let nodes = lab.provision(REGULAR, 2);
    lab.begin();
    lab.run_until(seconds(602));
    let template = template(&mut lab.world, "web", 1000);
    let owner = owner(&mut lab.world, OwnerKind::Job, template, 1);
    let pod = lab.world.pods_of(owner)[0];
    let going = lab.told(|what| matches!(what, Happening::ScaleDownStarted { .. }));
    let (
        600,
        Happening::ScaleDownStarted {
            node,
            drains: false,
        },
    ) = going[0]
    else {
        panic!("{going:?}");
    };
    lab.world.bind(pod, node);
    lab.run_until(minutes(12));
    let failed = lab.told(|what| matches!(what, Happening::DrainFailed { .. }));
    assert_eq!(
        failed,
        [(
            605,
            Happening::DrainFailed {
                node,
                why: DrainFailure::NewPod(pod)
            }
        )]
    );
    assert_eq!(lab.nodes_of(REGULAR), nodes);
}

#[test]
fn pods_that_fit_nowhere_else_keep_a_node_and_it_is_looked_at_after_five_minutes() {
    let mut world = world(&["0"]);
    let template = only_regular(template(&mut world, "web", 1930));
    let owner = replicas(&mut world, template, 2);
    let mut lab = Lab::new(world, options());
    let nodes = lab.provision(REGULAR, 2);
    let pods = lab.world.pods_of(owner).to_vec();
    for (pod, node) in pods.iter().zip(&nodes) {
        lab.world.bind(*pod, *node);
    }
    // Both halves are exactly full with another pod that cannot move.
    let pinned = Template {
        safe_to_evict: Some(false),
        ..only_regular(super::super::tests::lab::template(
            &mut lab.world,
            "pinned",
            10,
        ))
    };
    let pinned = super::super::tests::lab::replicas(&mut lab.world, pinned, 1);
    let pinned = lab.world.pods_of(pinned)[0];
    lab.world.bind(pinned, nodes[0]);
    lab.begin();
    lab.run_until(minutes(30));
    let blocked = lab.told(|what| matches!(what, Happening::Blocked { .. }));
    let no_place = Happening::Blocked {
        node: nodes[1],
        why: Blocked::NoPlace(pods[1]),
    };
    assert_eq!(blocked, [(0, no_place)]);
    assert_eq!(lab.nodes_of(REGULAR).len(), 2);
}

#[test]
fn one_node_is_drained_at_a_time() {
    let mut world = world(&["0"]);
    let template = only_regular(template(&mut world, "web", 500));
    let owner = replicas(&mut world, template, 4);
    let mut lab = Lab::new(world, options());
    let nodes = lab.provision(REGULAR, 4);
    let pods = lab.world.pods_of(owner).to_vec();
    for (pod, node) in pods.iter().zip(nodes) {
        lab.world.bind(*pod, node);
    }
    // Pods of a node that is drained count twice until they are gone, so a node may be needed for that while.
    lab.begin();
    lab.run_until(minutes(60));
    let started = lab.told(|what| matches!(what, Happening::ScaleDownStarted { .. }));
    let done = lab.told(|what| matches!(what, Happening::ScaledDown(_)));
    assert_eq!((started.len(), done.len()), (3, 3));
    for (next, last) in started[1..].iter().zip(&done) {
        assert!(next.0 >= last.0, "{started:?} {done:?}");
    }
    assert_eq!(lab.nodes_of(REGULAR).len(), 1);
}

/// Loops over five hundred nodes that are not needed, with pods of two hundred workloads, each with a budget.
/// Run it by hand: `cargo test -- --ignored --nocapture`.
#[test]
#[ignore = "it measures, and takes its time where nothing is optimised"]
fn loops_with_many_unneeded_nodes() {
    let mut world = world(&["0"]);
    let mut pods = Vec::new();
    for app in 0..200 {
        let name = format!("app-{app}");
        let template = only_regular(template(&mut world, &name, 100));
        let owner = replicas(&mut world, template, 20);
        budget(&mut world, &name, 20);
        pods.extend_from_slice(world.pods_of(owner));
    }
    world.groups[REGULAR.index()].autoscaled = Some(Autoscaled { min: 0, max: 1000 });
    let mut lab = Lab::new(world, options());
    lab.autoscaler.options.delay_after_add = minutes(600);
    lab.autoscaler.options.unneeded_time = minutes(600);
    let nodes = lab.provision(REGULAR, 500);
    for (at, pod) in pods.into_iter().enumerate() {
        lab.world.bind(pod, nodes[at * 37 % 500]);
    }
    lab.begin();
    for second in 0..100 {
        // Something changes, so that each loop looks at everything.
        lab.autoscaler.is_dirty = true;
        lab.run_until(seconds(second * 10));
    }
    lab.autoscaler.full_loops = 0;
    let began = std::time::Instant::now();
    for second in 100..200 {
        lab.autoscaler.is_dirty = true;
        lab.run_until(seconds(second * 10));
    }
    let spent = began.elapsed();
    let loops = u32::try_from(lab.autoscaler.full_loops).expect("few");
    let unneeded = lab.autoscaler.scale_down.unneeded.len();
    assert!(unneeded > 200, "{unneeded}");
    assert!(
        (spent / loops).as_millis() < 50,
        "{unneeded} unneeded, {:?} a loop",
        spent / loops
    );
}
