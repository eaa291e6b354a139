use crate::simulate::chance::Draws;
use crate::simulate::cloud::Taken;
use crate::simulate::engine::tests::{Setup, serving};
use crate::simulate::world::{NodeId, OwnerKind, Phase, PodId, seconds};

#[test]
fn a_pod_starts_stops_and_is_killed_at_the_end_of_its_grace() {
    for (stops_within, gone) in [(8, 108), (60, 125)] {
        let mut setup = Setup::new();
        let template = setup.template("web", 100, |template| {
            template.stops_within = seconds(stops_within);
        });
        let web = setup.owner(OwnerKind::ReplicaSet, "web", template, 1);
        setup.group("spot", &["1"]);
        let mut engine = setup.engine(Taken::Deleted, &[1], vec![]);
        engine.start();
        assert_eq!(engine.world.pod(PodId(0)).phase, Phase::Starting);
        engine.run_until(seconds(14));
        assert_eq!(serving(&engine, web), 0);
        engine.run_until(seconds(15));
        assert_eq!(serving(&engine, web), 1);
        engine.run_until(seconds(100));
        engine.change(|site| site.world.terminate(PodId(0), seconds(25)));
        assert_eq!(serving(&engine, web), 0);
        assert_eq!(engine.world.tally(web).active, 1, "its replacement");
        engine.run_until(seconds(gone) - 1);
        assert!(!engine.world.pod(PodId(0)).is_gone());
        engine.run_until(seconds(gone));
        assert!(engine.world.pod(PodId(0)).is_gone());
    }
}

/// strategy.go, `CheckGracefulDelete`.
#[test]
fn a_pod_without_a_node_or_that_has_ended_goes_at_once() {
    let mut setup = Setup::new();
    let web = setup.workload(OwnerKind::ReplicaSet, "web", 9000, 1);
    let template = setup.template("job", 100, |template| template.runs_for = Some(seconds(10)));
    let job = setup.owner(OwnerKind::Job, "job", template, 1);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(Taken::Deleted, &[1], vec![]);
    engine.start();
    engine.run_until(seconds(100));
    for owner in [web, job] {
        let pod = engine.world.pods_of(owner)[0];
        engine.change(|site| site.world.terminate(pod, seconds(25)));
        assert!(engine.world.pod(pod).is_gone());
    }
}

#[test]
fn on_a_dead_machine_nothing_starts_and_nothing_stops() {
    let mut setup = Setup::new();
    let web = setup.workload(OwnerKind::ReplicaSet, "web", 100, 1);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(Taken::Deleted, &[1], vec![]);
    engine.start();
    engine.run_until(seconds(100));
    engine.announce(&[NodeId(0)], 0);
    engine.run_until(seconds(101));
    engine.change(|site| site.world.terminate(PodId(0), seconds(25)));
    engine.run_until(seconds(130));
    assert!(engine.world.pod(PodId(0)).is_terminating());
    // The API knows no better than to bind the replacement there.
    let bound = engine.world.pods_of(web)[1];
    assert_eq!(engine.world.pod(bound).node, Some(NodeId(0)));
    assert_eq!(engine.world.pod(bound).phase, Phase::Starting);
    // What was stopped and what never started are both collected with the node.
    engine.run_until(seconds(300));
    assert!(engine.world.pod(PodId(0)).is_gone() && engine.world.pod(bound).is_gone());
}

#[test]
fn starts_can_be_spread() {
    let mut setup = Setup::new();
    let web = setup.workload(OwnerKind::ReplicaSet, "web", 100, 20);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(Taken::Deleted, &[1], vec![]);
    engine.parts.kubelet.start_spread = Some(Draws::new(7, (800, 1200)));
    engine.start();
    engine.run_until(seconds(12) - 1);
    assert_eq!(serving(&engine, web), 0);
    engine.run_until(seconds(15));
    assert!((1..20).contains(&serving(&engine, web)));
    engine.run_until(seconds(18));
    assert_eq!(serving(&engine, web), 20);
}
