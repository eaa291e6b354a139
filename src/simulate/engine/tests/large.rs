//! What a day of a large cluster costs.

use std::time::Instant;

use super::common::{Setup, Step, Steps};
use crate::simulate::actors::handler::{Drain, Handler};
use crate::simulate::cloud::Taken;
use crate::simulate::engine::{Component, Site};
use crate::simulate::world::{
    Change, GroupId, Millis, NodeId, OwnerKind, PodId, World, minutes, seconds,
};

/// Binds pending pods to one node after the other.
#[derive(Default)]
struct NextFit {
    pending: Vec<PodId>,
    open: Vec<NodeId>,
}

impl Component for NextFit {
    fn observe(&mut self, world: &World, change: Change) {
        match change {
            Change::PodCreated(pod) => self.pending.push(pod),
            Change::NodeAdded(node) => self.open.push(node),
            Change::PodDeleted(_, Some(node)) if !world.node(node).is_gone() => {
                self.open.push(node);
            }
            _ => {}
        }
    }

    fn settle(&mut self, site: &mut Site<'_>) {
        let world = &mut *site.world;
        while let (Some(pod), Some(node)) =
            (self.pending.last().copied(), self.open.last().copied())
        {
            let state = world.pod(pod);
            if state.is_gone() || state.node.is_some() || state.pinned.is_some() {
                self.pending.pop();
                continue;
            }
            let room = world.node(node);
            let is_open = room.is_ready() && !room.is_cordoned;
            if is_open
                && world
                    .template_of(pod)
                    .requests
                    .fits(&room.allocatable, &room.requested)
            {
                world.bind(pod, node);
                self.pending.pop();
            } else {
                self.open.pop();
            }
        }
    }
}

/// A thousand nodes and twenty thousand pods for a day; each half hour all machines are taken, and ten minutes later there
/// are others. Run it by hand: `cargo test -- --ignored --nocapture`.
#[test]
#[ignore = "it measures, and takes its time where nothing is optimised"]
fn a_day_of_a_thousand_nodes() {
    let mut setup = Setup::new();
    let ds = setup.workload(OwnerKind::DaemonSet, "handler", 20, 0);
    for app in 0..200 {
        setup.workload(OwnerKind::ReplicaSet, &format!("app-{app}"), 195, 95);
    }
    setup.group("spot", &["1", "2", "3"]);
    let handlers = vec![Handler::Drain(Drain::aks_handler(ds))];
    let mut engine = setup.engine(Taken::Deleted, &[1000], handlers);
    engine.parts.disruption = None;
    engine.parts.scheduler = Some(Box::new(NextFit::default()));
    let mut steps: Vec<(Millis, Step)> = Vec::new();
    for half_hour in 1..48 {
        let take: Step = Box::new(|site| {
            let instances: Vec<_> = site.cloud.listed(GroupId(0)).collect();
            for instance in instances {
                site.cloud
                    .announce(site.world, site.agenda, instance, seconds(30));
            }
        });
        steps.push((minutes(30 * half_hour), take));
        let give: Step = Box::new(|site| {
            let more = 1000 - site.cloud.target(GroupId(0));
            let asked =
                site.cloud
                    .increase(site.world, site.agenda, site.timings, GroupId(0), more);
            assert!(asked.is_ok());
        });
        steps.push((minutes(30 * half_hour + 10), give));
    }
    engine.parts.scenario = Some(Box::new(Steps(steps)));
    let began = Instant::now();
    engine.start();
    engine.run_until(minutes(24 * 60));
    let world = &engine.world;
    let serving: i64 = (0..world.owners.len())
        .map(|at| world.tally(crate::simulate::world::OwnerId::of(at)).serving)
        .sum();
    assert_eq!(serving, 200 * 95 + 1000);
    assert!(
        began.elapsed().as_secs() < 60,
        "{} events, {} pods, {:?}",
        engine.events,
        world.pods.len(),
        began.elapsed()
    );
    assert!(
        engine.events > 1_000_000,
        "{} events, {} pods, {:?}",
        engine.events,
        world.pods.len(),
        began.elapsed()
    );
}
