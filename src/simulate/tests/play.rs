//! The model, made from what a recording was made from.

use std::collections::BTreeMap;

use super::figures::{App, Figures, GLANCE, Watch};
use super::input::{About, Recording, Run};
use super::programs;
use super::steps::Step;
use crate::simulate::actors::autoscaler::Autoscaler;
use crate::simulate::actors::autoscaler::expander::Priorities;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::controllers::Rollout;
use crate::simulate::actors::disruption::Disruption;
use crate::simulate::actors::handler::{Drain, Handler, Handlers, Way};
use crate::simulate::actors::scheduler::{Backoff, Scheduler};
use crate::simulate::chance::Draws;
use crate::simulate::cloud::{BootTimes, Capacity, Cloud, Taken};
use crate::simulate::engine::{Engine, Parts, Slot};
use crate::simulate::read::{Cluster, Programs};
use crate::simulate::timings::Timings;
use crate::simulate::world::{GroupId, Millis, NodeTerm, OwnerId, OwnerKind, World, seconds};
use crate::values::Version;

/// The model in the midst of a recording.
pub(super) struct Play {
    pub(super) engine: Engine,
    pub(super) apps: Vec<App>,
    /// What spotgen installs, with its replicas.
    pub(super) system: Vec<(OwnerId, i64)>,
    /// The `DaemonSet` of the handler, with the nodes that it is for, until it is applied: after the rest of the system.
    handler: Option<(OwnerId, Option<Vec<NodeTerm>>)>,
    /// When the system is applied, in the model's time.
    zero: Millis,
    /// What the laboratory left to chance.
    pub(super) chance: Draws,
    /// The autoscaler until it is up, and how many seconds after the system that is.
    autoscaler: Slot,
    first_loop: i64,
    /// The descheduler until it starts, and how long after the system that is.
    descheduler: Slot,
    first_round: i64,
}

/// How long before the system each is there: seen in the recordings. Pods that ran before it are made half a minute before
/// they are ready.
const NODES: Millis = seconds(45);
const SYSTEM: Millis = seconds(25);
const BEFORE_READY: Millis = seconds(30);

/// Seeds from here on let the scheduler wait for the API as it did on a machine with little else to do; with those before,
/// it never waits.
pub(super) const WAITING_SEEDS: u64 = 50_000;
/// Seeds from here on are of a machine that was busy.
pub(super) const BUSY_SEEDS: u64 = 100_000;

/// How many milliseconds the API needs to take that a pod has found no node: 4 to 28 ms, which count tenfold (the
/// laboratory's README, "Time"). Source: the scheduler's log of c-mid-auto-S7-third, from each failed try that was news to
/// the next one: a twentieth took less, a quarter more.
const CALLS: (i64, i64) = (40, 280);
/// The same on a busy machine: 11 to 136 ms. Source: the log of c-mid-1m-S6, `about.load` up to 5.9.
const CALLS_ON_A_BUSY_MACHINE: (i64, i64) = (110, 1360);

impl Play {
    pub(super) fn new(run: &Run, seed: u64) -> Self {
        let recording = &run.recording;
        let objects = run.objects();
        let timings = Timings::laboratory();
        let given = &run.given;
        let cluster = Cluster::read(&objects, &given.groups, Some(&given.daemon_sets), &timings);
        assert!(cluster.unread.is_empty(), "{:?}", cluster.unread);
        let classes: BTreeMap<String, i32> = objects
            .iter()
            .filter(|object| object["kind"] == "PriorityClass")
            .filter_map(|object| {
                let name = object["metadata"]["name"].as_str()?.to_owned();
                Some((name.clone(), cluster.class(&name)?))
            })
            .collect();
        let namespaces = cluster.namespaces().to_vec();
        let Cluster {
            mut world,
            programs,
            ..
        } = cluster;
        let (apps, system) = workloads(&mut world, recording);
        let mut cloud = Cloud::new(&world, Taken::Deleted);
        for (at, group) in given.groups.iter().enumerate() {
            for _ in 0..group.initial {
                cloud.provision(&mut world, GroupId::of(at));
            }
            if group.pool == recording.about.dead_pool {
                cloud.set_capacity(GroupId::of(at), Capacity::Refuses);
            }
        }
        let options = Options::aks();
        let flags = given.autoscaler.iter();
        let options = options
            .set(flags.map(|(key, value)| (key.as_str(), value.as_str())))
            .expect("the profile is one");
        let priorities = programs.priorities.as_deref().map(programs::priorities);
        let autoscaler = Autoscaler::new(options, priorities.unwrap_or(Priorities::Missing));
        let descheduler = programs::descheduler(&programs, &classes, namespaces);
        let proportional = programs::proportional(&programs, &mut world);
        let handler = programs.handler.as_ref().map(|own| {
            let template = world.owners[own.owner.index()].template;
            let nodes = &mut world.templates[template.index()].required_nodes;
            (own.owner, nodes.replace(Vec::new()))
        });
        let parts = parts(recording, &programs, &timings);
        let mut engine = Engine::new(world, cloud, timings, parts);
        // The clock of the laboratory was anywhere in a second of its own.
        let mut phase = Draws::new(seed ^ 8, (0, engine.world.clock.second - 1));
        engine.world.clock.phase = phase.next_thousandths();
        for object in &objects {
            if object["spec"]["strategy"]["type"] == "Recreate" {
                let name = object["metadata"]["name"].as_str().expect("it has a name");
                let owners = (0..engine.world.owners.len()).map(OwnerId::of);
                for owner in owners.filter(|own| {
                    programs::name(&engine.world, *own).ends_with(&format!("/{name}"))
                }) {
                    engine
                        .parts
                        .controllers
                        .set_rollout(owner, Rollout::Recreate);
                }
            }
        }
        let mut play = Self {
            engine,
            apps,
            system,
            handler,
            zero: 0,
            chance: Draws::new(seed, (0, 999)),
            autoscaler: Some(Box::new(autoscaler)),
            // Its process needs a while to start; its first loop comes anywhere within one scan interval.
            first_loop: Draws::new(seed ^ 9, (1, 10)).next_thousandths(),
            descheduler: None,
            first_round: 0,
        };
        play.draw(seed);
        play.begin(recording);
        let proportional = run.has_proportional.then_some(proportional);
        play.engine.install(
            |parts| &mut parts.proportional,
            proportional.map(|own| Box::new(own) as _),
        );
        play.descheduler = descheduler.map(|own| Box::new(own) as _);
        play.first_round = recording.first_round();
        play
    }

    /// Draws anew how long machines and pods take (labd/cloud.go and lab.py, `stages`), and in which order they are seen.
    pub(super) fn draw(&mut self, seed: u64) {
        self.chance = Draws::new(seed, (0, 999));
        self.engine.world.orders = Some(seed);
        let calls = match seed {
            BUSY_SEEDS.. => Some(CALLS_ON_A_BUSY_MACHINE),
            WAITING_SEEDS.. => Some(CALLS),
            _ => None,
        };
        self.engine.world.calls = calls.map(|range| Draws::new(seed ^ 0xa, range));
        let draws = |salt: u64, range| Draws::new(seed ^ salt, range);
        self.engine.cloud.boot = BootTimes::Drawn(draws(1, (900, 1100)));
        self.engine.parts.monitor.lease_phases = Some(draws(6, (0, 999)));
        // It sleeps for its period, and then its work takes a while: labd/cloud.go, `run`.
        self.engine.parts.cloud_nodes.phases = Some(draws(7, (1, 1200)));
        // 13 to 17 s of 15 s, 5 to 10 s of 8 s.
        let kubelet = &mut self.engine.parts.kubelet;
        kubelet.start_spread = Some(draws(2, (867, 1133)));
        kubelet.stop_spread = Some(draws(3, (625, 1250)));
    }

    /// Runs until the system is there: where it is applied to pods that have been ready for long, `first` is negative.
    fn begin(&mut self, recording: &Recording) {
        let first = recording.marks[0].0;
        let is_warm = first == 0;
        self.zero = if is_warm {
            NODES
        } else {
            BEFORE_READY - seconds(first)
        };
        if is_warm {
            self.scale_apps(|_| 0);
            self.engine.start();
            self.engine.run_until(self.zero - SYSTEM);
            self.apply_system();
            let sizes: Vec<(i64, i64)> = self.apps.iter().map(|app| (0, app.replicas)).collect();
            let made = recording.scaled(-SYSTEM / 1000, &sizes);
            // One that came later still than the system is made with it.
            for (at, when) in made.into_iter().enumerate() {
                self.engine.run_until(self.zero + seconds(when.min(0)));
                self.take(Step::Scale(at, sizes[at].1));
            }
            self.engine.run_until(self.zero);
        } else {
            self.engine.start();
            self.engine.run_until(self.zero);
            self.apply_system();
        }
    }

    fn apply_system(&mut self) {
        let system = &self.system;
        self.engine.change(|site| {
            for (owner, replicas) in system {
                site.world.scale(*owner, *replicas);
            }
        });
        let Some((owner, terms)) = self.handler.take() else {
            return;
        };
        self.engine.change(|site| {
            let world = &mut *site.world;
            let template = world.owners[owner.index()].template;
            world.templates[template.index()].required_nodes = terms;
            for node in world.present_nodes().collect::<Vec<_>>() {
                world.update_node(node, |_| {});
            }
        });
    }

    fn scale_apps(&mut self, replicas: impl Fn(&App) -> i64) {
        let apps = &self.apps;
        self.engine.change(|site| {
            for app in apps {
                site.world.scale(app.owner, replicas(app));
            }
        });
    }

    /// How many nodes each pool has.
    pub(super) fn nodes(&self, run: &Run) -> BTreeMap<String, i64> {
        let world = &self.engine.world;
        let mut nodes = BTreeMap::new();
        for node in world.present_nodes() {
            if let Some(group) = world.node(node).group {
                let pool = run.given.groups[group.index()].pool.clone();
                *nodes.entry(pool).or_default() += 1;
            }
        }
        nodes
    }

    /// One phase: from its mark to the next.
    pub(super) fn phase(&mut self, recording: &Recording, at: usize) -> Figures {
        let (when, mark) = &recording.marks[at];
        let next = recording.marks.get(at + 1);
        let until = recording.end(at);
        let steps = self.steps(
            recording,
            mark,
            (*when, until),
            next.map(|(_, mark)| mark.as_str()),
        );
        let mut steps = steps.into_iter().peekable();
        let deletes_after = match way(&recording.about) {
            Way::Evicts => None,
            Way::DeletesAfter(after) => Some(after),
            Way::Deletes => Some(0),
        };
        let counts_dead = recording.counts_dead();
        let mut watch = Watch::new(&self.engine.world, &self.apps, counts_dead, deletes_after);
        for second in when + 1..=until {
            while let Some((_, step)) = steps.next_if(|(when, _)| *when < second) {
                self.take(step);
            }
            if watch.is_changing {
                for nth in 1..seconds(1) / GLANCE {
                    let now = self.zero + seconds(second - 1) + nth * GLANCE;
                    self.engine.run_until(now);
                    watch.glance(&self.engine.world, &self.apps);
                }
            }
            self.engine.run_until(self.zero + seconds(second));
            if second >= self.first_loop && self.autoscaler.is_some() {
                let autoscaler = self.autoscaler.take();
                self.engine
                    .install(|parts| &mut parts.autoscaler, autoscaler);
            }
            if second >= self.first_round && self.descheduler.is_some() {
                let descheduler = self.descheduler.take();
                self.engine
                    .install(|parts| &mut parts.descheduler, descheduler);
            }
            watch.look(&self.engine.world, &self.apps);
        }
        watch.end(&self.engine.world, &self.apps)
    }
}

/// The workloads that prefer Spot, in the order in which they were applied, and what spotgen installs, which is not there yet.
fn workloads(world: &mut World, recording: &Recording) -> (Vec<App>, Vec<(OwnerId, i64)>) {
    let preferred = &recording.phases[0].least_ready;
    let (mut apps, mut system) = (Vec::new(), Vec::new());
    for at in 0..world.owners.len() {
        let owner = OwnerId::of(at);
        let name = programs::name(world, owner);
        let replicas = world.owners[at].replicas;
        if preferred.contains_key(&name) {
            apps.push(App {
                owner,
                name,
                replicas,
            });
        } else if world.owners[at].kind == OwnerKind::ReplicaSet {
            system.push((owner, replicas));
            world.owners[at].replicas = 0;
        }
    }
    assert_eq!(apps.len(), preferred.len(), "{preferred:?}");
    (apps, system)
}

fn parts(recording: &Recording, programs: &Programs, timings: &Timings) -> Parts {
    let about = &recording.about;
    let handler = programs.handler.as_ref().filter(|_| about.handler);
    let handler = handler.map(|own| {
        Handler::Drain(Drain {
            way: way(about),
            ..Drain::laboratory(own.owner)
        })
    });
    let (initial, most) = timings.scheduler_backoff;
    let scheduler = Scheduler::new(Version::parse("1.36").expect("it is a version"));
    let scheduler = scheduler
        .with_backoff(Backoff { initial, most })
        .with_slow_preemption(timings.preemption_takes);
    Parts {
        handlers: Handlers::new(handler.into_iter().collect()),
        disruption: Some(Box::new(Disruption::default())),
        scheduler: Some(Box::new(scheduler)),
        ..Parts::default()
    }
}

fn way(about: &About) -> Way {
    match about.handler_deletes {
        never if never < 0.0 => Way::Evicts,
        0.0 => Way::Deletes,
        12.0 => Way::DeletesAfter(seconds(12)),
        other => unreachable!("no recording deletes after {other} s"),
    }
}
