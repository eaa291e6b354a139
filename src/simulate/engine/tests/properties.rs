//! What holds in every run, whatever happens.

use proptest::prelude::*;

use super::common::{FirstFit, Setup, Step, Steps};
use crate::simulate::actors::controllers::Rollout;
use crate::simulate::actors::handler::{Drain, Handler};
use crate::simulate::cloud::Taken;
use crate::simulate::engine::Engine;
use crate::simulate::world::{
    GroupId, Millis, NodeId, OwnerId, OwnerKind, PodId, Requests, TemplateId, World, seconds,
};

/// Something that somebody does to the cluster.
#[derive(Clone, Debug)]
enum Deed {
    Take(u32),
    Add,
    Cordon(u32),
    Evict(u32),
    Scale(u32, i64),
    RollOut(u32),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        (0..12_u32).prop_map(Deed::Take),
        Just(Deed::Add),
        (0..12_u32).prop_map(Deed::Cordon),
        (0..60_u32).prop_map(Deed::Evict),
        (0..3_u32, 0..8_i64).prop_map(|(owner, replicas)| Deed::Scale(owner, replicas)),
        (0..3_u32).prop_map(Deed::RollOut),
    ]
}

fn handlers(which: u8, ds: OwnerId) -> Vec<Handler> {
    match which {
        0 => vec![],
        1 => vec![Handler::Drain(Drain::aks_handler(ds))],
        2 => vec![
            Handler::Drain(Drain::by_provider()),
            Handler::Drain(Drain::laboratory(ds)),
        ],
        _ => vec![Handler::gke()],
    }
}

/// A cluster with three workloads, of which it has 4, 3 and 3 pods, and a handler; the templates for their rollouts.
fn cluster(taken: Taken, handler: u8, rollout: Rollout) -> (Engine, [TemplateId; 3]) {
    let mut setup = Setup::new();
    for (kind, app, replicas) in [
        (OwnerKind::ReplicaSet, "web", 4),
        (OwnerKind::StatefulSet, "db", 3),
        (OwnerKind::ParallelStatefulSet, "queue", 3),
    ] {
        setup.workload(kind, app, 300, replicas);
    }
    let newer = ["web", "db", "queue"].map(|app| setup.template(app, 350, |_| {}));
    let ds = setup.workload(OwnerKind::DaemonSet, "handler", 20, 0);
    setup.budget("web", 1);
    setup.budget("db", 1);
    setup.group("spot", &["1", "2"]);
    setup.group("regular", &["1"]);
    let mut engine = setup.engine(taken, &[4, 3], handlers(handler, ds));
    engine.parts.scheduler = Some(Box::new(FirstFit::default()));
    engine.parts.controllers.set_rollout(OwnerId(0), rollout);
    (engine, newer)
}

fn step(deed: Deed, newer: [TemplateId; 3]) -> Step {
    Box::new(move |site| {
        let world = &mut *site.world;
        match deed {
            Deed::Take(node) => {
                // The nodes of the other group are nobody's to take.
                let found = world.present_nodes().find(|own| own.0 == node);
                let is_spot = |node: &NodeId| world.node(*node).group == Some(GroupId(0));
                if let Some(instance) = found
                    .filter(is_spot)
                    .and_then(|node| site.cloud.of_node(node))
                {
                    site.cloud
                        .announce(world, site.agenda, instance, seconds(30));
                }
            }
            Deed::Add => {
                let over = site
                    .cloud
                    .increase(world, site.agenda, site.timings, GroupId(0), 1);
                assert!(over.is_ok());
            }
            Deed::Cordon(node) => {
                let found = world.present_nodes().find(|own| own.0 == node);
                if let Some(node) = found {
                    world.update_node(node, |node| node.is_cordoned = !node.is_cordoned);
                }
            }
            Deed::Evict(pod) => {
                if world
                    .pods
                    .get(pod as usize)
                    .is_some_and(|pod| !pod.is_gone())
                {
                    let _ = crate::simulate::actors::eviction::evict(world, PodId(pod), None);
                }
            }
            Deed::Scale(owner, replicas) => world.scale(OwnerId(owner), replicas),
            Deed::RollOut(owner) => world.set_template(OwnerId(owner), newer[owner as usize]),
        }
    })
}

/// Tallies and what is requested, counted again from the pods.
fn holds_together(world: &World) {
    for owner in (0..world.owners.len()).map(OwnerId::of) {
        let own = || {
            world
                .present_pods()
                .filter(|pod| world.pod(*pod).owner == owner)
        };
        let count = |is_wanted: &dyn Fn(&PodId) -> bool| {
            i64::try_from(own().filter(is_wanted).count()).expect("few")
        };
        assert_eq!(
            world.tally(owner).active,
            count(&|pod| world.is_active(*pod))
        );
        assert_eq!(
            world.tally(owner).serving,
            count(&|pod| world.is_serving(*pod))
        );
    }
    for node in &world.nodes {
        let mut requested = Requests::default();
        for pod in &node.pods {
            if !world.pod(*pod).is_finished() {
                requested += &world.template_of(*pod).requests;
            }
        }
        assert_eq!(requested, node.requested);
        assert!(
            requested.fits(&node.allocatable, &Requests::default()),
            "no node is over-committed"
        );
    }
}

fn trace(engine: &Engine) -> String {
    let world = &engine.world;
    let pods: Vec<_> = world
        .pods
        .iter()
        .map(|pod| (pod.created, pod.bound, pod.node, pod.phase, pod.deletion))
        .collect();
    format!("{pods:?} {:?} {}", world.journal(), engine.events)
}

fn play(
    taken: Taken,
    handler: u8,
    rollout: Rollout,
    deeds: &[(i64, Deed)],
    is_checked: bool,
) -> Engine {
    let (mut engine, newer) = cluster(taken, handler, rollout);
    let steps = deeds
        .iter()
        .cloned()
        .map(|(when, deed)| (seconds(when), step(deed, newer)))
        .collect();
    engine.parts.scenario = Some(Box::new(Steps(steps)));
    engine.start();
    let mut last: Millis = 0;
    while let Some(next) = engine
        .agenda
        .next_time()
        .filter(|next| *next <= seconds(3000) && is_checked)
    {
        assert!(next >= last, "time never runs back");
        last = next;
        engine.run_until(next);
        holds_together(&engine.world);
    }
    engine.run_until(seconds(3000));
    engine
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_owner_has_its_pods_when_all_is_quiet(
        is_deleted: bool,
        handler in 0..4_u8,
        recreates: bool,
        deeds in prop::collection::vec((100..1500_i64, deed()), 0..14),
    ) {
        let taken = if is_deleted { Taken::Deleted } else { Taken::Deallocated };
        let rollout = if recreates { Rollout::Recreate } else { Rollout::quarter(4) };
        let mut deeds = deeds;
        deeds.sort_by_key(|(when, _)| *when);
        let engine = play(taken, handler, rollout, &deeds, true);
        let world = &engine.world;
        let cordoned = world.nodes.iter().filter(|node| node.is_cordoned && !node.is_gone()).count();
        for owner in (0..3).map(OwnerId::of) {
            let wanted = world.owners[owner.index()].replicas;
            let has = world.tally(owner).active;
            match world.owners[owner.index()].kind {
                // One on a dead machine that stays never stops: it holds its name, and in order it also holds back those
                // after it, both that should come and that should go.
                OwnerKind::StatefulSet if taken == Taken::Deallocated => {}
                OwnerKind::ParallelStatefulSet if taken == Taken::Deallocated => {
                    prop_assert!(has <= wanted);
                }
                // `Recreate` waits for old pods too, and one on such a machine never stops.
                OwnerKind::ReplicaSet if recreates && taken == Taken::Deallocated => {
                    prop_assert!(has <= wanted);
                }
                // In order, one that finds no place holds back the rest.
                OwnerKind::StatefulSet if cordoned > 0 => prop_assert!(has <= wanted),
                _ => prop_assert_eq!(has, wanted),
            }
            if taken == Taken::Deleted && cordoned == 0 {
                prop_assert_eq!(world.tally(owner).serving, wanted);
            }
        }
    }

    #[test]
    fn the_same_input_gives_the_same_trace(
        handler in 0..4_u8,
        deeds in prop::collection::vec((100..1500_i64, deed()), 0..10),
    ) {
        let twice = [(); 2].map(|()| trace(&play(Taken::Deleted, handler, Rollout::quarter(4), &deeds, false)));
        prop_assert_eq!(&twice[0], &twice[1]);
    }
}
