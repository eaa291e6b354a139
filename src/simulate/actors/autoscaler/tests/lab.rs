//! A small cluster to play the autoscaler in: pods start after 15 s and stop after 5 s, the scheduler takes the first node
//! that fits, and what was there is made again.

use crate::kubernetes::{Effect, LabelSelector, Labels};
use crate::simulate::actors::autoscaler::expander::Priorities;
use crate::simulate::actors::autoscaler::fits::Snapshot;
use crate::simulate::actors::autoscaler::journal::Happening;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::autoscaler::{Autoscaler, pending};
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::cloud::{Capacity, Cloud, Taken};
use crate::simulate::timings::Timings;
use crate::simulate::world::{
    Autoscaled, Change, GroupId, LabelSet, Millis, NodeGroup, NodeId, NodeRequirement, NodeState,
    NodeTaint, NodeTerm, Owner, OwnerId, OwnerKind, Phase, PodId, Requests, Selector, SelectorId,
    Template, Test, Tolerance, ToleratedValue, Tolerations, World, seconds,
};

pub(crate) const SPOT: GroupId = GroupId(0);
pub(crate) const REGULAR: GroupId = GroupId(1);
pub(crate) const MI: i64 = 1024 * 1024;
const PRIORITY: &str = "kubernetes.azure.com/scalesetpriority";

pub(crate) struct Lab {
    pub world: World,
    pub agenda: Agenda,
    pub cloud: Cloud,
    pub autoscaler: Autoscaler,
    pub timings: Timings,
    /// Pods of these owners never stop.
    pub stubborn: Vec<OwnerId>,
}

pub(crate) fn options() -> Options {
    let flags = [("expander", "priority"), ("max-node-provision-time", "5m")];
    Options::default().set(flags).expect("the flags exist")
}

pub(crate) fn priorities() -> Priorities {
    Priorities::new([(20, vec!["spot"]), (10, vec![".*"])])
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// A Spot group and one of on-demand, as in the laboratory.
pub(crate) fn world(zones: &[&str]) -> World {
    let mut world = World::default();
    let zones: Vec<_> = zones.iter().map(|zone| world.symbols.of(zone)).collect();
    for (name, is_spot, min) in [
        ("aks-spot1-12345678-vmss", true, 0),
        ("aks-regular1-12345678-vmss", false, 1),
    ] {
        let own = if is_spot {
            labels(&[(PRIORITY, "spot")])
        } else {
            Labels::default()
        };
        let labels = LabelSet::new(&own, &mut world.symbols);
        let taint = NodeTaint {
            key: world.symbols.of(PRIORITY),
            value: Some(world.symbols.of("spot")),
            effect: Effect::NoSchedule,
        };
        world.add_group(NodeGroup {
            name: name.to_owned(),
            pool: name.to_owned(),
            is_spot,
            autoscaled: Some(Autoscaled { min, max: 10 }),
            initial: 0,
            zones: zones.clone(),
            labels,
            taints: is_spot.then_some(taint).into_iter().collect(),
            allocatable: Requests::of(3860, 14034 * MI),
            max_pods: 110,
        });
    }
    world
}

pub(crate) fn selector(world: &mut World, app: &str) -> SelectorId {
    let namespace = world.symbols.of("default");
    let labels = LabelSelector {
        match_labels: labels(&[("app", app)]),
        ..LabelSelector::default()
    };
    world.selectors.of(Selector { namespace, labels })
}

/// A pod that runs everywhere.
pub(crate) fn template(world: &mut World, app: &str, cpu: i64) -> Template {
    let tolerance = Tolerance {
        key: None,
        value: ToleratedValue::Any,
        effect: None,
        lasts: None,
    };
    let key = world.symbols.of(PRIORITY);
    Template {
        namespace: Some(world.symbols.of("default")),
        labels: labels(&[("app", app)]),
        requests: Requests::of(cpu, 100 * MI),
        tolerations: Tolerations(vec![Tolerance {
            key: Some(key),
            ..tolerance
        }]),
        grace: seconds(30),
        ..Template::default()
    }
}

/// Only Spot nodes will do.
pub(crate) fn only_spot(world: &mut World, template: Template) -> Template {
    let (key, value) = (world.symbols.of(PRIORITY), world.symbols.of("spot"));
    let labels = vec![NodeRequirement {
        key,
        test: Test::In(vec![value]),
    }];
    let term = NodeTerm {
        labels,
        names: Vec::new(),
    };
    Template {
        required_nodes: Some(vec![term]),
        ..template
    }
}

/// It does not tolerate Spot nodes.
pub(crate) fn only_regular(template: Template) -> Template {
    Template {
        tolerations: Tolerations::default(),
        ..template
    }
}

pub(crate) fn owner(
    world: &mut World,
    kind: OwnerKind,
    template: Template,
    replicas: i64,
) -> OwnerId {
    let namespace = template.namespace.expect("it has one");
    let name = world.symbols.of(&format!("owner-{}", world.owners.len()));
    let template = world.add_template(template);
    let owner = world.add_owner(Owner {
        kind,
        namespace,
        name,
        template,
        replicas,
    });
    for _ in 0..replicas {
        world.create_pod(owner, None);
    }
    owner
}

pub(crate) fn replicas(world: &mut World, template: Template, replicas: i64) -> OwnerId {
    owner(world, OwnerKind::ReplicaSet, template, replicas)
}

impl Lab {
    pub(crate) fn new(world: World, options: Options) -> Self {
        let cloud = Cloud::new(&world, Taken::Deleted);
        Self {
            world,
            agenda: Agenda::default(),
            cloud,
            autoscaler: Autoscaler::new(options, priorities()),
            timings: Timings {
                boot: seconds(90),
                ..Timings::real()
            },
            stubborn: Vec::new(),
        }
    }

    /// Machines that are there from the start.
    pub(crate) fn provision(&mut self, group: GroupId, count: usize) -> Vec<NodeId> {
        (0..count)
            .map(|_| self.cloud.provision(&mut self.world, group))
            .collect()
    }

    pub(crate) fn refuse(&mut self, group: GroupId) {
        self.cloud.set_capacity(group, Capacity::Refuses);
    }

    pub(crate) fn begin(&mut self) {
        self.settle();
        self.autoscaler.begin(&mut self.world, &mut self.agenda);
    }

    /// Plays what is due; what a test has changed is seen first.
    pub(crate) fn run_until(&mut self, until: Millis) {
        self.settle();
        while self.agenda.next_time().is_some_and(|next| next <= until) {
            let (now, event) = self.agenda.take_next().expect("there is a next one");
            assert!(now >= self.world.now, "time never runs back");
            self.world.now = now;
            self.play(event);
            self.settle();
        }
        self.world.now = until;
    }

    fn play(&mut self, event: Event) {
        let Self {
            world,
            agenda,
            cloud,
            autoscaler,
            timings,
            ..
        } = self;
        match event {
            Event::InstanceBooted(instance) => {
                cloud.booted(world, instance);
            }
            Event::InstanceRefused(instance) => cloud.refused(instance),
            Event::InstanceDeleted(instance) => {
                if let Some(node) = cloud
                    .deleted(instance)
                    .filter(|node| !world.node(*node).is_gone())
                {
                    for pod in world.node(node).pods.clone() {
                        world.delete_pod(pod);
                    }
                    world.delete_node(node);
                }
            }
            Event::PodStarted(pod) if world.pod(pod).phase == Phase::Starting => {
                world.set_ready(pod);
            }
            Event::PodStopped(pod) if !world.pod(pod).is_gone() => world.delete_pod(pod),
            Event::AutoscalerLoop => autoscaler.run_loop(world, agenda, cloud, timings),
            Event::ScaleDownStep(node) => {
                autoscaler.step_scale_down(world, agenda, cloud, timings, node);
            }
            _ => {}
        }
    }

    /// Lets everybody answer to what has changed.
    fn settle(&mut self) {
        loop {
            let changes = self.world.take_changes();
            if changes.is_empty() {
                break;
            }
            for change in &changes {
                self.autoscaler.observe(&self.world, *change);
                self.answer(*change);
            }
            self.schedule();
        }
        self.autoscaler.wake(&self.world, &mut self.agenda);
    }

    fn answer(&mut self, change: Change) {
        let now = self.world.now;
        match change {
            Change::PodBound(pod) => self.agenda.at(now + seconds(15), Event::PodStarted(pod)),
            Change::PodTerminating(pod) => {
                let owner = self.world.pod(pod).owner;
                if !self.stubborn.contains(&owner) {
                    self.agenda.at(now + seconds(5), Event::PodStopped(pod));
                }
                self.make_again(owner);
            }
            Change::PodDeleted(pod, _) => self.make_again(self.world.pod(pod).owner),
            _ => {}
        }
    }

    fn make_again(&mut self, owner: OwnerId) {
        let Owner { kind, replicas, .. } = self.world.owners[owner.index()];
        let alive = self.world.pods_of(owner).iter();
        let alive = alive
            .filter(|pod| !self.world.pod(**pod).is_terminating())
            .count();
        if kind == OwnerKind::ReplicaSet && i64::try_from(alive).is_ok_and(|alive| alive < replicas)
        {
            self.world.create_pod(owner, None);
        }
    }

    fn schedule(&mut self) {
        let waiting: Vec<_> = self.world.present_pods().collect();
        let waiting = waiting
            .into_iter()
            .filter(|pod| pending::is_unschedulable(self.world.pod(*pod)));
        for pod in waiting.collect::<Vec<_>>() {
            let template = self.world.pod(pod).template;
            let mut snapshot = Snapshot::new(&self.world, i32::MIN, |_| false);
            let found = snapshot.find(template, |_| true);
            if let Some(node) = found.and_then(|at| snapshot.places.nodes[at].real) {
                self.world.bind(pod, node);
            }
        }
    }

    /// The machine stops, and the control plane notices at once.
    pub(crate) fn silence(&mut self, node: NodeId) {
        self.world.update_node(node, |node| {
            node.state = NodeState::NotReady;
            node.ready_since = None;
        });
    }

    /// What happened, with its seconds.
    pub(crate) fn told(&self, is_meant: impl Fn(&Happening) -> bool) -> Vec<(i64, Happening)> {
        let meant = self
            .autoscaler
            .journal
            .iter()
            .filter(|entry| is_meant(&entry.what));
        meant
            .map(|entry| (entry.at / 1000, entry.what.clone()))
            .collect()
    }

    /// Times and sizes of scale-ups of a group.
    pub(crate) fn scale_ups(&self, of: GroupId) -> Vec<(i64, i64)> {
        let ups = self
            .autoscaler
            .journal
            .iter()
            .filter_map(|entry| match &entry.what {
                Happening::ScaledUp { group, by, .. } if *group == of => {
                    Some((entry.at / 1000, *by))
                }
                _ => None,
            });
        ups.collect()
    }

    pub(crate) fn nodes_of(&self, group: GroupId) -> Vec<NodeId> {
        self.world
            .present_nodes()
            .filter(|node| self.world.node(*node).group == Some(group))
            .collect()
    }

    pub(crate) fn count_ready(&self, owner: OwnerId) -> usize {
        let pods: &[PodId] = self.world.pods_of(owner);
        pods.iter()
            .filter(|pod| self.world.pod(**pod).phase == Phase::Ready)
            .count()
    }
}
