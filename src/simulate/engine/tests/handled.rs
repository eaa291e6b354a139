//! Machines whose end something handles.

use super::common::{Setup, notes, serving, update};
use crate::simulate::actors::handler::{Drain, Handler, Way};
use crate::simulate::cloud::Taken;
use crate::simulate::engine::Engine;
use crate::simulate::world::{
    Evictor, Millis, NodeId, Note, OwnerId, OwnerKind, Template, seconds,
};

const NOTICE: Millis = seconds(30);

/// Four replicas of web and one handler on the first of two nodes; one replica may be missing.
fn cluster(
    handler: impl FnOnce(OwnerId) -> Handler,
    change: impl FnOnce(&mut Template),
) -> (Engine, OwnerId) {
    let mut setup = Setup::new();
    let ds = setup.workload(OwnerKind::DaemonSet, "handler", 20, 0);
    let template = setup.template("web", 900, change);
    let web = setup.owner(OwnerKind::ReplicaSet, "web", template, 4);
    setup.budget("web", 1);
    setup.group("spot", &["1"]);
    let handler = handler(ds);
    let mut engine = setup.engine(Taken::Deleted, &[2], vec![handler]);
    engine.start();
    engine.run_until(seconds(600));
    assert_eq!(serving(&engine, web), 4);
    assert_eq!(engine.world.node(NodeId(0)).pods.len(), 5);
    engine.announce(&[NodeId(0)], NOTICE);
    engine.run_until(seconds(629));
    (engine, web)
}

fn after(engine: &Engine, is_wanted: impl Fn(&Note) -> bool) -> Vec<Millis> {
    notes(engine, is_wanted)
        .into_iter()
        .map(|when| when - seconds(600))
        .collect()
}

fn evicted(engine: &Engine) -> Vec<Millis> {
    after(engine, |note| {
        matches!(note, Note::Evicted(_, Evictor::Handler))
    })
}

/// RESULTS.md 4: a budget lets one go, its replacement needs 15 s, so at most two leave within the notice.
#[test]
fn a_drain_in_the_laboratory_retries_each_5_seconds_and_the_rest_dies_hard() {
    let (mut engine, web) = cluster(|ds| Handler::Drain(Drain::laboratory(ds)), |_| {});
    assert!(engine.world.node(NodeId(0)).is_cordoned);
    // The first at 1 s; the API server comes back to the three others, which conflicted with it, half a second later and
    // refuses them. The second goes in the first round after the first replacement is ready, at 16 s.
    let [first, second] = evicted(&engine)[..] else {
        panic!("{:?}", evicted(&engine));
    };
    assert!((1_000..1_010).contains(&first), "{first}");
    assert!((16_000..17_500).contains(&second), "{second}");
    let refused = after(&engine, |note| matches!(note, Note::Refused(..)));
    let within = |from, until| {
        let all = refused.iter();
        all.filter(|when| (from..until).contains(*when)).count()
    };
    assert_eq!((within(0, 1_500), within(1_500, 1_560)), (0, 3));
    assert_eq!(within(21_000, 22_500), 2);
    // labd: 25 s after it began the drain gives up, when it would have tried again.
    let left = after(&engine, |note| matches!(note, Note::DrainGaveUp(_)));
    assert_eq!(left.len(), 2);
    assert!(
        left.iter().all(|when| (26_000..28_000).contains(when)),
        "{left:?}"
    );
    engine.run_until(seconds(631));
    assert_eq!(
        after(&engine, |note| matches!(note, Note::Killed(_))).len(),
        3,
        "two of web and the handler's own"
    );
    assert_eq!(
        after(&engine, |note| matches!(note, Note::CutShort(_))).len(),
        0
    );
    engine.run_until(seconds(900));
    assert_eq!(serving(&engine, web), 4);
}

/// RESULTS.md, claim 5.3: 113 refusals in 25 s, without a pause, 5 requests a second.
#[test]
fn the_real_handler_retries_without_a_pause() {
    let drain = |ds| {
        let drain = Drain {
            limit: seconds(25),
            ..Drain::aks_handler(ds)
        };
        Handler::Drain(drain)
    };
    let (engine, _) = cluster(drain, |_| {});
    let refused = after(&engine, |note| matches!(note, Note::Refused(..)));
    assert!((108..=118).contains(&refused.len()), "{}", refused.len());
    let gaps: Vec<Millis> = refused.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(gaps.iter().all(|gap| *gap >= 200), "{gaps:?}");
    // It looks 5 s apart, from the moment when its pod was ready.
    assert!(refused[0] <= seconds(6));
    assert_eq!(evicted(&engine).len(), 2);
    assert!(evicted(&engine)[1] - evicted(&engine)[0] <= seconds(16));
}

#[test]
fn a_pod_that_stops_too_slowly_is_cut_short() {
    let (mut engine, _) = cluster(
        |ds| Handler::Drain(Drain::laboratory(ds)),
        |template| {
            template.grace = seconds(60);
            template.stops_within = seconds(45);
        },
    );
    engine.run_until(seconds(631));
    assert_eq!(
        after(&engine, |note| matches!(note, Note::CutShort(_))),
        vec![NOTICE; 2]
    );
}

/// RESULTS.md 16: evictions first and deletion of the rest after 12 s, none dies hard.
#[test]
fn deletion_of_the_rest_leaves_none_to_die_hard() {
    for (way, all_asked) in [
        (Way::DeletesAfter(seconds(12)), 16_000..17_500),
        (Way::Deletes, 1_000..1_010),
    ] {
        let drain = |ds| {
            let drain = Drain {
                way,
                ..Drain::laboratory(ds)
            };
            Handler::Drain(drain)
        };
        let (mut engine, _) = cluster(drain, |_| {});
        let last = evicted(&engine).pop().expect("all are asked");
        assert!(all_asked.contains(&last), "{last}");
        assert_eq!(evicted(&engine).len(), 4);
        engine.run_until(seconds(631));
        assert_eq!(
            after(&engine, |note| matches!(note, Note::Killed(_))).len(),
            1,
            "the handler's own"
        );
    }
}

/// upstream.md 5.3, traps: a cordoned node counts as handled.
#[test]
fn a_cordoned_node_is_left_alone() {
    let mut setup = Setup::new();
    let ds = setup.workload(OwnerKind::DaemonSet, "handler", 20, 0);
    setup.workload(OwnerKind::ReplicaSet, "web", 900, 2);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(
        Taken::Deleted,
        &[2],
        vec![Handler::Drain(Drain::aks_handler(ds))],
    );
    engine.start();
    engine.run_until(seconds(600));
    update(&mut engine, 0, |node| node.is_cordoned = true);
    engine.announce(&[NodeId(0)], NOTICE);
    engine.run_until(seconds(629));
    assert!(evicted(&engine).is_empty());
    assert!(after(&engine, |note| matches!(note, Note::DrainBegan(_))).is_empty());
}

#[test]
fn without_a_ready_pod_of_its_own_nothing_is_drained() {
    let mut setup = Setup::new();
    let template = setup.template("handler", 20, |template| {
        template.starts_within = seconds(10_000);
    });
    let ds = setup.owner(OwnerKind::DaemonSet, "handler", template, 0);
    setup.workload(OwnerKind::ReplicaSet, "web", 900, 2);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(
        Taken::Deleted,
        &[2],
        vec![Handler::Drain(Drain::laboratory(ds))],
    );
    engine.start();
    engine.run_until(seconds(600));
    engine.announce(&[NodeId(0)], NOTICE);
    engine.run_until(seconds(631));
    assert_eq!(
        after(&engine, |note| matches!(note, Note::Unhandled(_))),
        [seconds(1)]
    );
    assert_eq!(
        after(&engine, |note| matches!(note, Note::Killed(_))).len(),
        3
    );
}

/// `nodeshutdown_manager.go`, `killPods`: 15 s for other pods, whatever their grace, then the critical ones.
#[test]
fn gke_s_kubelet_stops_pods_itself() {
    let (mut engine, web) = cluster(
        |_| Handler::gke(),
        |template| template.stops_within = seconds(20),
    );
    assert_eq!(
        engine.world.node(NodeId(0)).state,
        crate::simulate::world::NodeState::NotReady
    );
    engine.run_until(seconds(616));
    // No budget was asked; replacements were made when the pods had failed.
    let made = super::common::created(&engine, web);
    assert_eq!(made[4..], [seconds(615); 4]);
    engine.run_until(seconds(631));
    assert!(after(&engine, |note| matches!(note, Note::Killed(_))).is_empty());
    engine.run_until(seconds(900));
    assert_eq!(serving(&engine, web), 4);
}

#[test]
fn the_provider_s_drain_needs_no_pod() {
    let (engine, _) = cluster(|_| Handler::Drain(Drain::by_provider()), |_| {});
    let [first, second] = evicted(&engine)[..] else {
        panic!("{:?}", evicted(&engine));
    };
    assert_eq!(first, 5_001);
    // Half a second for the conflict, and three pauses.
    assert!((20_500..20_560).contains(&second), "{second}");
}

/// eviction.go, `EvictionsRetry`: the API server comes back to what conflicted, half a second later, up to a tenth more.
#[test]
fn evictions_of_one_budget_at_the_same_moment_conflict() {
    let mut setup = Setup::new();
    setup.workload(OwnerKind::ReplicaSet, "web", 900, 3);
    setup.budget("web", 3);
    setup.group("spot", &["1"]);
    let handler = Handler::Drain(Drain::by_provider());
    let mut engine = setup.engine(Taken::Deleted, &[2], vec![handler]);
    engine.start();
    engine.run_until(seconds(600));
    engine.announce(&[NodeId(0)], NOTICE);
    engine.run_until(seconds(629));
    let [first, second, third] = evicted(&engine)[..] else {
        panic!("{:?}", evicted(&engine));
    };
    for later in [second, third] {
        assert!((500..=550).contains(&(later - first)), "{later}");
    }
    assert!(second < third, "the jitter keeps them apart");
    assert!(after(&engine, |note| matches!(note, Note::Refused(..))).is_empty());
}

/// Replacements find no place on a node whose end was announced together with that of theirs.
#[test]
fn nodes_that_are_announced_together_are_cordoned_before_the_first_pod_leaves() {
    let mut setup = Setup::new();
    let web = setup.workload(OwnerKind::ReplicaSet, "web", 900, 4);
    setup.group("spot", &["1"]);
    let handler = Handler::Drain(Drain::by_provider());
    let mut engine = setup.engine(Taken::Deleted, &[3], vec![handler]);
    engine.start();
    engine.run_until(seconds(600));
    engine.announce(&[NodeId(0), NodeId(1)], NOTICE);
    engine.run_until(seconds(629));
    let on_others = engine.world.pods_of(web).iter();
    let mut on_others = on_others.filter_map(|pod| engine.world.pod(*pod).node);
    assert!(on_others.all(|node| node == NodeId(2)));
    assert_eq!(evicted(&engine).len(), 4, "none has to leave twice");
}
