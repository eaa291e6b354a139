use crate::kubernetes::Effect;
use crate::simulate::actors::controllers::{Curve, JobSpec, Rollout};
use crate::simulate::cloud::Taken;
use crate::simulate::engine::Engine;
use crate::simulate::engine::tests::{Setup, created, serving, update};
use crate::simulate::world::{
    Millis, NodeTaint, OwnerId, OwnerKind, Phase, PodId, TemplateId, seconds,
};

fn active(engine: &Engine, owner: OwnerId) -> i64 {
    engine.world.tally(owner).active
}

/// Active pods of a template.
fn of(engine: &Engine, owner: OwnerId, template: TemplateId) -> usize {
    let own = engine.world.pods_of(owner).iter();
    own.filter(|pod| engine.world.pod(**pod).template == template && engine.world.is_active(**pod))
        .count()
}

fn small(kind: OwnerKind, replicas: i64) -> (Engine, OwnerId, TemplateId, TemplateId) {
    let mut setup = Setup::new();
    let old = setup.template("web", 100, |_| {});
    let new = setup.template("web", 100, |_| {});
    let owner = setup.owner(kind, "web", old, replicas);
    setup.group("spot", &["1"]);
    (setup.engine(Taken::Deleted, &[3], vec![]), owner, old, new)
}

/// rolling.go with the defaults, 25 % each: ten replicas are at most 13 pods, of which 8 are available.
#[test]
fn a_rolling_update_keeps_to_surge_and_availability() {
    for (rollout, most, least) in [
        (Rollout::quarter(10), 13, 8),
        (Rollout::rolling(0, 3), 10, 7),
        (Rollout::rolling(2, 0), 12, 10),
        (Rollout::rolling(0, 0), 10, 9),
    ] {
        let (mut engine, web, old, new) = small(OwnerKind::ReplicaSet, 10);
        engine.parts.controllers.set_rollout(web, rollout);
        engine.start();
        engine.run_until(seconds(600));
        assert_eq!(of(&engine, web, old), 10);
        engine.roll_out(web, new);
        let (mut seen_most, mut seen_least) = (0, i64::MAX);
        for second in 600..900 {
            engine.run_until(seconds(second));
            seen_most = seen_most.max(active(&engine, web));
            seen_least = seen_least.min(serving(&engine, web));
        }
        assert_eq!((seen_most, seen_least), (most, least), "{rollout:?}");
        assert_eq!((of(&engine, web, old), of(&engine, web, new)), (0, 10));
    }
}

/// At the start of a rolling update of 10: 3 new ones, and 2 old ones go, at once; then 2 more new ones.
/// Source: `deployment_util.go`, `NewRSNewReplicas`: what counts is `spec.replicas` of all `ReplicaSet`s.
#[test]
fn the_first_step_of_a_rolling_update() {
    let (mut engine, web, old, new) = small(OwnerKind::ReplicaSet, 10);
    engine.start();
    engine.run_until(seconds(600));
    engine.roll_out(web, new);
    assert_eq!((of(&engine, web, old), of(&engine, web, new)), (8, 5));
}

#[test]
fn an_old_pod_that_goes_during_an_update_does_not_come_back_beyond_the_replicas() {
    let (mut engine, web, _, new) = small(OwnerKind::ReplicaSet, 4);
    engine.start();
    engine.run_until(seconds(600));
    engine.roll_out(web, new);
    let pod = engine.world.pods_of(web)[3];
    engine.change(|site| site.world.terminate(pod, 0));
    engine.run_until(seconds(900));
    assert_eq!((active(&engine, web), of(&engine, web, new)), (4, 4));
}

#[test]
fn recreate_waits_until_the_last_old_pod_is_gone() {
    let (mut engine, web, _, new) = small(OwnerKind::ReplicaSet, 3);
    engine.parts.controllers.set_rollout(web, Rollout::Recreate);
    engine.start();
    engine.run_until(seconds(600));
    engine.roll_out(web, new);
    engine.run_until(seconds(607));
    assert_eq!(active(&engine, web), 0);
    engine.run_until(seconds(608));
    assert_eq!(of(&engine, web, new), 3);
}

#[test]
fn percentages_of_a_rollout_round_as_upstream() {
    // intstr.go: surge up, unavailable down; deployment_util.go, `ResolveFenceposts`.
    assert_eq!(Rollout::quarter(3), Rollout::rolling(1, 0));
    assert_eq!(Rollout::quarter(4), Rollout::rolling(1, 1));
    assert_eq!(Rollout::percent(3, 0, 25), Rollout::rolling(0, 1));
}

/// `controller_utils.go`, `ActivePodsWithRanks.Less`.
#[test]
fn the_pods_that_go_first_when_a_workload_shrinks() {
    let mut setup = Setup::new();
    let web = setup.workload(OwnerKind::ReplicaSet, "web", 2000, 5);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(Taken::Deleted, &[2], vec![]);
    engine.start();
    engine.run_until(seconds(100));
    // Two on each node, one pending.
    engine.change(|site| site.world.scale(web, 4));
    assert!(
        engine.world.pod(PodId(4)).is_gone(),
        "the pending one goes first, at once"
    );
    engine.change(|site| site.world.set_unready(PodId(1)));
    engine.change(|site| site.world.scale(web, 3));
    assert!(
        engine.world.pod(PodId(1)).is_terminating(),
        "then the one that is not ready"
    );
    engine.change(|site| site.world.scale(web, 2));
    let gone: Vec<bool> = [2, 3]
        .iter()
        .map(|pod| engine.world.pod(PodId(*pod)).is_terminating())
        .collect();
    assert_eq!(
        gone,
        [false, true],
        "then one of the two on one node, though the other is as old"
    );
}

#[test]
fn a_stateful_set_comes_in_order_and_each_waits() {
    for (kind, made) in [
        (OwnerKind::StatefulSet, [0, 15, 30]),
        (OwnerKind::ParallelStatefulSet, [0, 0, 0]),
    ] {
        let (mut engine, db, _, _) = small(kind, 3);
        engine.start();
        engine.run_until(seconds(100));
        assert_eq!(created(&engine, db), made.map(seconds));
        // The one in the middle goes: its name is free again only when it is gone.
        let middle = engine.world.pods_of(db)[1];
        engine.change(|site| site.world.terminate(middle, seconds(25)));
        engine.run_until(seconds(200));
        assert_eq!(created(&engine, db)[3..], [seconds(108)]);
        assert_eq!(serving(&engine, db), 3);
        engine.change(|site| site.world.scale(db, 1));
        engine.run_until(seconds(300));
        let left: Vec<_> = engine
            .world
            .pods_of(db)
            .iter()
            .map(|pod| engine.world.pod(*pod).ordinal)
            .collect();
        assert_eq!(left, [Some(0)]);
    }
}

/// `stateful_set_control.go`: one after the other, from the last, each until the next is ready.
#[test]
fn a_stateful_set_updates_from_the_last() {
    let (mut engine, db, _, new) = small(OwnerKind::StatefulSet, 3);
    engine.start();
    engine.run_until(seconds(100));
    engine.roll_out(db, new);
    engine.run_until(seconds(300));
    assert_eq!(of(&engine, db, new), 3);
    let later: Vec<_> = engine.world.pods[3..]
        .iter()
        .map(|pod| (pod.ordinal, pod.created))
        .collect();
    assert_eq!(
        later,
        [
            (Some(2), seconds(108)),
            (Some(1), seconds(131)),
            (Some(0), seconds(154))
        ]
    );
}

#[test]
fn a_daemon_set_has_one_pod_on_each_node_that_lets_it_on() {
    let (mut engine, agents, _, new) = small(OwnerKind::DaemonSet, 0);
    engine.start();
    engine.run_until(seconds(100));
    assert_eq!(serving(&engine, agents), 3);
    let key = engine.world.symbols.of("dedicated");
    let taint = |effect| NodeTaint {
        key,
        value: None,
        effect,
    };
    // A cordon stops no daemon; a taint stops new ones, and NoExecute those that are there.
    update(&mut engine, 0, |node| node.is_cordoned = true);
    update(&mut engine, 1, |node| {
        node.taints.push(taint(Effect::NoSchedule));
    });
    update(&mut engine, 2, |node| {
        node.taints.push(taint(Effect::NoExecute));
    });
    engine.run_until(seconds(200));
    assert_eq!(serving(&engine, agents), 2);
    for pod in engine.world.pods_of(agents).to_vec() {
        engine.change(|site| site.world.terminate(pod, 0));
    }
    engine.run_until(seconds(300));
    assert_eq!(serving(&engine, agents), 1);
    update(&mut engine, 1, |node| node.taints.clear());
    update(&mut engine, 2, |node| node.taints.clear());
    engine.run_until(seconds(400));
    assert_eq!(serving(&engine, agents), 3);
    // An update replaces one after the other.
    engine.roll_out(agents, new);
    engine.run_until(seconds(410));
    assert_eq!(of(&engine, agents, new), 1);
    engine.run_until(seconds(600));
    assert_eq!(of(&engine, agents, new), 3);
}

fn job(spec: Option<JobSpec>) -> (Engine, OwnerId) {
    let mut setup = Setup::new();
    let template = setup.template("report", 100, |template| {
        template.runs_for = Some(seconds(100));
    });
    let job = setup.owner(OwnerKind::Job, "report", template, 2);
    setup.group("spot", &["1"]);
    let mut engine = setup.engine(Taken::Deleted, &[1], vec![]);
    if let Some(spec) = spec {
        engine.parts.controllers.set_job(job, spec);
    }
    engine.start();
    (engine, job)
}

fn succeeded(engine: &Engine, owner: OwnerId) -> usize {
    let own = engine.world.pods_of(owner).iter();
    own.filter(|pod| engine.world.pod(**pod).phase == Phase::Succeeded)
        .count()
}

#[test]
fn a_job_runs_so_many_at_a_time_until_enough_have_succeeded() {
    let spec = JobSpec {
        parallelism: 2,
        completions: 5,
        backoff_limit: 6,
        ignores_disruptions: false,
    };
    let (mut engine, job) = job(Some(spec));
    engine.run_until(seconds(1000));
    assert_eq!(succeeded(&engine, job), 5);
    assert_eq!(created(&engine, job), [0, 0, 115, 115, 230].map(seconds));
}

/// `job_controller.go`: 10 s after the first failure, 20 s after the second, and so on; one more than the limit ends the Job.
#[test]
fn a_job_waits_longer_after_each_failure_and_gives_up() {
    let spec = JobSpec {
        parallelism: 1,
        completions: 1,
        backoff_limit: 2,
        ignores_disruptions: false,
    };
    let (mut engine, job) = job(Some(spec));
    let mut evicted: Vec<Millis> = Vec::new();
    for second in 1..400 {
        engine.run_until(seconds(second));
        let active = engine
            .world
            .pods_of(job)
            .iter()
            .copied()
            .find(|pod| engine.world.is_active(*pod));
        if let Some(pod) = active {
            evicted.push(seconds(second));
            engine.change(|site| site.world.terminate(pod, 0));
        }
    }
    assert_eq!(created(&engine, job), [0, 11, 31].map(seconds));
    assert_eq!(evicted, [1, 11, 31].map(seconds));
    assert_eq!(active(&engine, job), 0);
}

/// `pod_failure_policy.go`: ignored disruptions count nothing, and the replacement waits for the old pod.
#[test]
fn a_job_may_ignore_disruptions() {
    let spec = JobSpec {
        parallelism: 1,
        completions: 1,
        backoff_limit: 0,
        ignores_disruptions: true,
    };
    let (mut engine, job) = job(Some(spec));
    engine.run_until(seconds(50));
    let pod = engine.world.pods_of(job)[0];
    engine.change(|site| site.world.terminate(pod, seconds(25)));
    engine.run_until(seconds(400));
    assert_eq!(created(&engine, job), [0, 58].map(seconds));
    assert_eq!(succeeded(&engine, job), 1);
}

#[test]
fn a_load_follows_its_curve() {
    let (mut engine, web, _, _) = small(OwnerKind::ReplicaSet, 2);
    let steps = vec![(seconds(0), 3), (seconds(100), 9), (seconds(200), 1)];
    engine
        .parts
        .controllers
        .add_curve(Curve { owner: web, steps });
    engine.start();
    for (second, wanted) in [(50, 3), (150, 9), (250, 1)] {
        engine.run_until(seconds(second));
        assert_eq!(serving(&engine, web), wanted);
    }
}
