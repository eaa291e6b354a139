//! Machines that end and nothing handles it.

use super::common::{Setup, created, executes, notes, serving};
use crate::simulate::cloud::Taken;
use crate::simulate::engine::Engine;
use crate::simulate::world::{
    Millis, NodeId, NodeState, Note, OwnerKind, Phase, Tolerance, ToleratedValue, seconds,
};

const NOTICE: Millis = seconds(30);

fn kill(engine: &mut Engine, nodes: &[u32]) -> Millis {
    let nodes: Vec<NodeId> = nodes.iter().copied().map(NodeId).collect();
    assert_eq!(engine.announce(&nodes, NOTICE), nodes.len());
    engine.world.now + NOTICE
}

#[test]
fn with_delete_replacements_come_between_90_and_115_seconds_after_the_kill() {
    let mut setup = Setup::new();
    let web = setup.workload(OwnerKind::ReplicaSet, "web", 1000, 4);
    setup.group("spot", &["1", "2"]);
    let mut engine = setup.engine(Taken::Deleted, &[3], vec![]);
    engine.start();
    engine.run_until(seconds(600));
    assert_eq!(serving(&engine, web), 4);
    assert_eq!(engine.world.node(NodeId(0)).pods.len(), 4);
    let killed = kill(&mut engine, &[0]);
    engine.run_until(killed + seconds(39));
    // The API knows nothing yet; nobody serves.
    assert_eq!(serving(&engine, web), 0);
    assert!(
        engine
            .world
            .pods_of(web)
            .iter()
            .all(|pod| engine.world.pod(*pod).phase == Phase::Ready)
    );
    assert!(engine.world.node(NodeId(0)).is_ready());
    assert_eq!(
        notes(&engine, |note| matches!(note, Note::Killed(_))),
        vec![killed; 4]
    );
    engine.run_until(killed + seconds(60));
    // upstream.md 5.4: NotReady after about 50 s, the node deleted within 5 s more.
    assert!(engine.world.node(NodeId(0)).is_gone());
    engine.run_until(killed + seconds(200));
    let replaced = created(&engine, web)[4..].to_vec();
    assert_eq!(replaced.len(), 4);
    for when in replaced {
        let after = when - killed;
        assert!(
            (seconds(80)..=seconds(120)).contains(&after),
            "replaced after {after} ms"
        );
    }
    assert_eq!(serving(&engine, web), 4);
}

#[test]
fn a_node_is_found_40_to_55_seconds_after_its_end_and_tainted_a_round_later() {
    for lost in 0..8 {
        let mut setup = Setup::new();
        setup.group("spot", &["1"]);
        let mut engine = setup.engine(Taken::Deallocated, &[8], vec![]);
        engine.start();
        engine.run_until(seconds(600));
        let killed = kill(&mut engine, &[lost]);
        let node = NodeId(lost);
        let mut found = None;
        let mut tainted = None;
        for second in 0..70 {
            engine.run_until(killed + seconds(second));
            if engine.world.node(node).state == NodeState::NotReady {
                found.get_or_insert(second);
            }
            if executes(&engine.world, node) {
                tainted.get_or_insert(second);
            }
        }
        let found = found.expect("found");
        assert!((40..=55).contains(&found), "{found}");
        assert_eq!(tainted, Some(found + 5));
    }
}

/// upstream.md 5.4: about 50 s and 300 s of the default toleration, where the node stays.
#[test]
fn with_deallocate_pods_leave_after_their_toleration() {
    for lasts in [None, Some(seconds(30))] {
        let mut setup = Setup::new();
        let unreachable = setup.world.symbols.of("node.kubernetes.io/unreachable");
        let own = lasts.map(|lasts| Tolerance {
            key: Some(unreachable),
            value: ToleratedValue::Any,
            effect: None,
            lasts: Some(lasts),
        });
        let template = setup.template("web", 1000, |template| template.tolerations.0.extend(own));
        let web = setup.owner(OwnerKind::ReplicaSet, "web", template, 4);
        let db = setup.workload(OwnerKind::StatefulSet, "db", 100, 1);
        setup.group("spot", &["1"]);
        let mut engine = setup.engine(Taken::Deallocated, &[3], vec![]);
        engine.start();
        engine.run_until(seconds(600));
        let killed = kill(&mut engine, &[0]);
        engine.run_until(killed + seconds(800));
        assert!(
            !engine.world.node(NodeId(0)).is_gone(),
            "its machine is there, deallocated"
        );
        let stays = lasts.unwrap_or(seconds(300));
        for when in &created(&engine, web)[4..] {
            let after = *when - killed - stays;
            assert!((seconds(45)..=seconds(60)).contains(&after), "{after}");
        }
        assert_eq!(serving(&engine, web), 4);
        // The old ones cannot be let go of: nobody is there to say that they have stopped.
        let old = engine
            .world
            .pods_of(web)
            .iter()
            .filter(|pod| engine.world.pod(**pod).is_terminating());
        assert_eq!(old.count(), 4);
        // So a StatefulSet has no replacement at all.
        let db_on_it = engine
            .world
            .node(NodeId(1))
            .pods
            .iter()
            .any(|pod| engine.world.pod(*pod).owner == db);
        if !db_on_it {
            assert_eq!(created(&engine, db).len(), 1);
        }
    }
}

/// `node_lifecycle_controller.go`, `handleDisruption`; RESULTS.md 10.
#[test]
fn where_most_of_a_small_zone_is_lost_nothing_is_evicted() {
    let mut setup = Setup::new();
    let web = setup.workload(OwnerKind::ReplicaSet, "web", 2000, 10);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(Taken::Deallocated, &[6], vec![]);
    engine.start();
    engine.run_until(seconds(600));
    // All that is found in one round.
    let killed = kill(&mut engine, &[0, 1, 2, 3]);
    engine.run_until(killed + seconds(1500));
    let evicted = notes(&engine, |note| matches!(note, Note::TaintEvicted(_)));
    let dead = engine.world.pods_of(web).iter().filter(|pod| {
        let pod = engine.world.pod(**pod);
        pod.phase == Phase::Unready && !pod.is_terminating()
    });
    // The first two rounds find fewer than three, and taint one node at once.
    assert!(evicted.len() <= 2, "{evicted:?}");
    assert!(dead.count() >= 6);
}

#[test]
fn a_large_zone_is_evicted_slowly_and_all_zones_dark_not_at_all() {
    let mut setup = Setup::new();
    setup.workload(OwnerKind::ReplicaSet, "web", 4000, 60);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(Taken::Deallocated, &[60], vec![]);
    engine.start();
    engine.run_until(seconds(600));
    let killed = kill(&mut engine, &(0..40).collect::<Vec<_>>());
    engine.run_until(killed + seconds(1060));
    let tainted = |engine: &Engine| {
        (0..60)
            .filter(|node| executes(&engine.world, NodeId(*node)))
            .count()
    };
    // One in 100 s.
    assert!(
        (10..=12).contains(&tainted(&engine)),
        "{}",
        tainted(&engine)
    );
    kill(&mut engine, &(40..60).collect::<Vec<_>>());
    engine.run_until(killed + seconds(3000));
    assert_eq!(tainted(&engine), 0);
}

#[test]
fn other_zones_go_on_at_the_normal_rate() {
    let mut setup = Setup::new();
    setup.group("spot", &["1", "2", "3"]);
    let mut engine = setup.engine(Taken::Deallocated, &[9], vec![]);
    engine.start();
    engine.run_until(seconds(600));
    // Zone 1 goes dark, which is no reason to wait; one each of the others.
    let killed = kill(&mut engine, &[0, 3, 6, 1]);
    engine.run_until(killed + seconds(100));
    assert!(
        [0, 3, 6, 1]
            .iter()
            .all(|node| executes(&engine.world, NodeId(*node)))
    );
}
