//! From what is given to a cluster that runs.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value as Json;

use super::given::{Given, SpotUpgrade};
use super::handlers::DrainedBy;
use super::parties::{Party, Role, parties};
use super::{estimate, handlers, programs};
use crate::simulate::actors::autoscaler::Autoscaler;
use crate::simulate::actors::autoscaler::expander::Priorities;
use crate::simulate::actors::controllers::Controllers;
use crate::simulate::actors::descheduler::Descheduler;
use crate::simulate::actors::disruption::Disruption;
use crate::simulate::actors::handler::Handlers;
use crate::simulate::actors::proportional::Proportional;
use crate::simulate::actors::scheduler::Scheduler;
use crate::simulate::chance::Draws;
use crate::simulate::cloud::{BootTimes, Cloud, Taken};
use crate::simulate::engine::{Engine, Hosted, Parts};
use crate::simulate::read::{Cluster, Programs, ScaledOwner, Unread};
use crate::simulate::watch::{Shared, Watch, Watcher};
use crate::simulate::world::{Autoscaled, GroupId, Millis, OwnerId, OwnerKind, World, minutes};

/// What a run begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Everybody has been at work until nothing changes any more.
    Steady,
    /// Every pod of workloads is on on-demand; what is installed comes now.
    OnDemand,
}

/// A cluster at the moment from which a scenario counts.
pub struct Started {
    pub engine: Engine,
    pub watch: Shared,
    pub parties: Vec<Party>,
    /// What the model leaves out, with the reasons.
    pub unread: Vec<Unread>,
    /// From one round of the descheduler to the next.
    pub descheduler_interval: Option<Millis>,
    /// How old pods must be before it evicts them.
    pub descheduler_age: Millis,
    /// The descheduler as it began, to be asked what it would do.
    pub descheduler: Option<Descheduler>,
    /// Whose pods run it; none where that is outside the cluster.
    pub descheduler_owner: Option<OwnerId>,
    /// The proportional autoscalers.
    pub proportional: Vec<Proportional>,
    /// The moment from which a scenario counts.
    pub zero: Millis,
    /// Whether the cluster had come to rest.
    pub is_settled: bool,
    pub notice: Millis,
    pub spot_upgrade: SpotUpgrade,
}

/// How long boots take at most and at least, in thousandths of the usual time: 90 to 420 s where 180 s are usual.
/// Source: the published figures of AKS, 1.5 to 7 minutes from the request to the ready node.
const BOOTS: (i64, i64) = (500, 2333);
/// The same of pods: 10 to 40 s for pulling images where 15 s are usual.
const STARTS: (i64, i64) = (667, 2667);
/// What a boot and a start draw from must not be the same.
const OTHER_STREAM: u64 = 0x5EED;

/// A cluster at rest has seen no change for so long: more than the autoscaler and the descheduler wait for.
const REST: Millis = minutes(21);
/// It is not waited for longer.
const MOST: Millis = minutes(6 * 60);
const LOOK: Millis = minutes(1);
/// How long pods on on-demand have to come to rest before the rest is installed.
const ON_DEMAND_REST: Millis = minutes(3);

/// What is still to be installed.
struct Installed {
    programs: Programs,
    priorities: Priorities,
    descheduler: Option<Hosted<Descheduler>>,
    proportional: Hosted<Proportional>,
}

/// Begins. A seed stretches boots and starts; without one all take as long as the timings say. `tick` is called for each
/// minute of the cluster until it has come to rest.
pub fn begin(given: &Given, begin: Begin, seed: Option<u64>, tick: &mut dyn FnMut()) -> Started {
    let objects = given.objects();
    let cluster = Cluster::read(&objects, &given.groups, None, &given.timings);
    let classes = classes(&objects, &cluster);
    let namespaces = cluster.namespaces().to_vec();
    let Cluster {
        mut world,
        programs,
        mut unread,
        rollouts,
        jobs,
        bare,
        scaled,
        kinds,
        ..
    } = cluster;
    unread.extend(unknown(
        &world,
        &jobs.iter().map(|(owner, _)| *owner).collect::<Vec<_>>(),
    ));
    let parties = parties(&world, &kinds, &names(&given.system), |owner| {
        most(&scaled, owner)
    });
    let found = programs::descheduler(&programs, &classes, namespaces, &mut unread);
    let interval = found.as_ref().map(|found| found.interval);
    let age = found.as_ref().map_or(0, |found| found.age);
    let program = found.as_ref().map(|found| found.program.clone());
    let descheduler_owner = found.as_ref().and_then(|found| found.owner);
    let descheduler = found.map(|found| found.hosted);
    let proportional = programs::proportional(&programs, &mut world, &mut unread);
    let scalers = proportional.iter().map(|(_, own)| own.clone()).collect();
    let mut controllers = Controllers::default();
    for (owner, rollout) in rollouts {
        controllers.set_rollout(owner, rollout);
    }
    for (owner, job) in jobs {
        controllers.set_job(owner, job);
    }
    let priorities = programs::priorities(programs.priorities.as_deref());
    let installed = Installed {
        programs,
        priorities,
        descheduler,
        proportional: Hosted::new(proportional),
    };
    let handlers = handlers::handlers(
        given.drained_by,
        installed.programs.handler.as_ref(),
        &mut world.symbols,
    );
    if given.drained_by == DrainedBy::Handler && installed.programs.handler.is_none() {
        unread.push(Unread {
            object: "the termination handler".to_owned(),
            reason: "it is not among the objects: nobody drains".to_owned(),
        });
    }
    let counts = match begin {
        Begin::Steady => estimate::machines(&world, &parties),
        Begin::OnDemand => least(&world),
    };
    let cloud = cloud(&mut world, &counts, given.taken);
    let watch: Shared = Rc::new(RefCell::new(Watch::default()));
    let parts = Parts {
        controllers,
        handlers: Handlers::new(handlers),
        disruption: Some(Box::new(Disruption::default())),
        scheduler: Some(Box::new(Scheduler::new(given.kubernetes))),
        scenario: Some(Box::new(Watcher::new(&watch))),
        ..Parts::default()
    };
    for owner in &bare {
        world.create_pod(*owner, None);
    }
    let mut started = Started {
        engine: Engine::new(world, cloud, given.timings.clone(), parts),
        watch,
        parties,
        unread,
        descheduler_interval: interval.filter(|interval| *interval > 0),
        descheduler_age: age,
        descheduler: program,
        descheduler_owner,
        proportional: scalers,
        zero: 0,
        is_settled: false,
        notice: given.notice,
        spot_upgrade: given.spot_upgrade,
    };
    if let Some(seed) = seed {
        started.engine.cloud.boot = BootTimes::Drawn(Draws::new(seed, BOOTS));
        let starts = Draws::new(seed ^ OTHER_STREAM, STARTS);
        started.engine.parts.kubelet.start_spread = Some(starts);
    }
    match begin {
        Begin::Steady => started.settle(installed, given, tick),
        Begin::OnDemand => started.gather(installed, given, tick),
    }
    started.zero = started.engine.world.now;
    started
}

/// A cloud with so many machines of each group.
fn cloud(world: &mut World, counts: &[i64], taken: Taken) -> Cloud {
    let mut cloud = Cloud::new(world, taken);
    for (group, count) in counts.iter().enumerate() {
        for _ in 0..*count {
            cloud.provision(world, GroupId::of(group));
        }
    }
    cloud
}

impl Started {
    /// Installs everything and waits until nothing changes any more.
    fn settle(&mut self, installed: Installed, given: &Given, tick: &mut dyn FnMut()) {
        self.engine.start();
        self.install(installed, given);
        self.is_settled = self.rest(REST, MOST, tick);
    }

    /// Brings all pods of workloads to on-demand, as if there were no Spot groups yet, then installs the rest.
    fn gather(&mut self, installed: Installed, given: &Given, tick: &mut dyn FnMut()) {
        let world = &mut self.engine.world;
        let later: Vec<(OwnerId, i64)> = self
            .parties
            .iter()
            .filter(|party| matches!(party.role, Role::Controller | Role::Placeholder))
            .map(|party| (party.owner, world.owners[party.owner.index()].replicas))
            .collect();
        for (owner, _) in &later {
            world.owners[owner.index()].replicas = 0;
        }
        let ranges: Vec<Option<Autoscaled>> =
            world.groups.iter().map(|group| group.autoscaled).collect();
        for group in &mut world.groups {
            if group.is_spot {
                group.autoscaled = None;
            }
        }
        self.engine.start();
        let alone = Autoscaler::new(given.autoscaler.clone(), Priorities::Missing);
        self.engine
            .install(|parts| &mut parts.autoscaler, Some(Box::new(alone)));
        self.is_settled = self.rest(ON_DEMAND_REST, minutes(60), tick);
        for (group, range) in self.engine.world.groups.iter_mut().zip(ranges) {
            group.autoscaled = range;
        }
        self.engine.change(|site| {
            for (owner, replicas) in later {
                site.world.scale(owner, replicas);
            }
        });
        self.install(installed, given);
    }

    fn install(&mut self, installed: Installed, given: &Given) {
        let Installed {
            priorities,
            descheduler,
            proportional,
            ..
        } = installed;
        let autoscaler = Autoscaler::new(given.autoscaler.clone(), priorities);
        self.engine.install(
            |parts| &mut parts.proportional,
            Some(Box::new(proportional)),
        );
        self.engine
            .install(|parts| &mut parts.autoscaler, Some(Box::new(autoscaler)));
        self.engine.install(
            |parts| &mut parts.descheduler,
            descheduler.map(|own| Box::new(own) as _),
        );
    }

    /// Runs until nothing has changed for `rest`; false if that takes longer than `most`.
    fn rest(&mut self, rest: Millis, most: Millis, tick: &mut dyn FnMut()) -> bool {
        let until = self.engine.world.now + most;
        while self.engine.world.now < until {
            let next = self.engine.world.now + LOOK;
            self.engine.run_until(next);
            tick();
            if self.watch.borrow().last_activity + rest <= next {
                return true;
            }
        }
        false
    }
}

fn least(world: &World) -> Vec<i64> {
    let least = |group: &crate::simulate::world::NodeGroup| match group.autoscaled {
        _ if group.is_spot => 0,
        Some(range) => range.min,
        None => group.initial,
    };
    world.groups.iter().map(least).collect()
}

fn most(scaled: &[ScaledOwner], owner: OwnerId) -> Option<i64> {
    let own = scaled.iter().find(|own| own.owner == owner)?;
    Some(own.max)
}

/// Namespaces and names of objects.
fn names(objects: &[Json]) -> BTreeSet<(String, String)> {
    objects
        .iter()
        .filter_map(|object| {
            let metadata = &object["metadata"];
            let namespace = metadata["namespace"].as_str().unwrap_or("default");
            Some((namespace.to_owned(), metadata["name"].as_str()?.to_owned()))
        })
        .collect()
}

/// The values of priority classes, as policies refer to them.
fn classes(objects: &[Json], cluster: &Cluster) -> BTreeMap<String, i32> {
    objects
        .iter()
        .filter(|object| object["kind"] == "PriorityClass")
        .filter_map(|object| {
            let name = object["metadata"]["name"].as_str()?.to_owned();
            let value = cluster.class(&name)?;
            Some((name, value))
        })
        .collect()
}

/// What the model does not know of workloads that it has.
fn unknown(world: &World, jobs: &[OwnerId]) -> Vec<Unread> {
    let mut found = Vec::new();
    for (at, owner) in world.owners.iter().enumerate() {
        let template = &world.templates[owner.template.index()];
        let mut say = |reason: &str| {
            found.push(Unread {
                object: format!(
                    "{}/{}",
                    world.symbols.text(owner.namespace),
                    world.symbols.text(owner.name)
                ),
                reason: reason.to_owned(),
            });
        };
        if template.has_claims {
            say("volumes are not modelled: its pods are placed as if they had none");
        }
        if template.has_resource_claims {
            say("resource claims are not modelled: its pods are placed as if they had none");
        }
        if jobs.contains(&OwnerId::of(at)) && owner.kind == OwnerKind::Job {
            say("how long its pods run is not known: they run to the end");
        }
    }
    found
}
