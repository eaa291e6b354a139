//! Plays a recording's disturbances to the model.

use std::collections::BTreeMap;

use super::input::{Given, Recording};
use crate::kubernetes::Labels;
use crate::simulate::actors::autoscaler::Autoscaler;
use crate::simulate::actors::autoscaler::expander::Priorities;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::descheduler::{Descheduler, Policy};
use crate::simulate::actors::disruption::Disruption;
use crate::simulate::actors::handler::{Drain, Handler, Handlers};
use crate::simulate::actors::proportional::{Params, Proportional};
use crate::simulate::actors::scheduler::{Backoff, Scheduler};
use crate::simulate::cloud::{Capacity, Cloud, Taken};
use crate::simulate::engine::{Engine, Hosted, Parts, Slot};
use crate::simulate::read::{Cluster, Programs};
use crate::simulate::timings::Timings;
use crate::simulate::world::{
    Evictor, GroupId, Millis, NodeId, Note, OwnerId, OwnerKind, Phase, World, seconds,
};
use crate::values::{Duration, Version};
use serde_json::Value as Json;

/// The model in the midst of a recording.
pub(super) struct Play {
    pub(super) engine: Engine,
    /// The workloads that prefer Spot, with their replicas.
    pub(super) preferred: Vec<(OwnerId, String, i64)>,
    /// What spotgen installs, with its replicas.
    system: Vec<(OwnerId, i64)>,
    /// When the system is applied, in the model's time.
    pub(super) zero: Millis,
}

/// What one phase came to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) converged: Option<i64>,
    pub(super) evictions: BTreeMap<&'static str, i64>,
    pub(super) killed: i64,
    pub(super) at_end: BTreeMap<String, BTreeMap<&'static str, i64>>,
    pub(super) least_serving: i64,
}

/// The notice, and how long the spans between the laboratory's looks were.
const NOTICE: Millis = seconds(30);
const LOOK: Millis = seconds(10);

impl Play {
    pub(super) fn new(objects: &[Json], given: &Given, recording: &Recording) -> Self {
        let timings = Timings::laboratory();
        let cluster = Cluster::read(objects, &given.groups, Some(&given.daemon_sets), &timings);
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
        let mut preferred = Vec::new();
        let mut system = Vec::new();
        for at in 0..world.owners.len() {
            let owner = OwnerId::of(at);
            let name = name(&world, owner);
            let is_app = !name.starts_with("spot-system/") && !name.starts_with("kube-system/");
            if let Some(replicas) = recording.about.preferred.get(&name) {
                preferred.push((owner, name, *replicas));
            } else if !is_app && world.owners[at].kind == OwnerKind::ReplicaSet {
                system.push((owner, world.owners[at].replicas));
                world.owners[at].replicas = 0;
            }
        }
        let mut cloud = Cloud::new(&world, Taken::Deleted);
        for (at, group) in given.groups.iter().enumerate() {
            for _ in 0..group.initial {
                cloud.provision(&mut world, GroupId::of(at));
            }
            if group.pool == recording.about.dead_pool {
                cloud.set_capacity(GroupId::of(at), Capacity::Refuses);
            }
        }
        let handler = programs
            .handler
            .as_ref()
            .filter(|_| recording.about.handler);
        let handlers = handler.map(|own| Handler::Drain(Drain::laboratory(own.owner)));
        let (least, most) = timings.scheduler_backoff;
        let scheduler = Scheduler::new(Version::parse("1.36").expect("it is a version"));
        let scheduler = scheduler.with_backoff(Backoff {
            initial: least,
            most,
        });
        let options = Options::aks();
        let flags = given.autoscaler.iter();
        let options = options
            .set(flags.map(|(key, value)| (key.as_str(), value.as_str())))
            .expect("the profile is one");
        let priorities = programs.priorities.as_deref().map(priorities);
        let autoscaler = Autoscaler::new(options, priorities.unwrap_or(Priorities::Missing));
        let descheduler = descheduler(&programs, &classes, namespaces);
        let proportional = proportional(&programs, &mut world);
        let parts = Parts {
            handlers: Handlers::new(handlers.into_iter().collect()),
            disruption: Some(Box::new(Disruption::default())),
            scheduler: Some(Box::new(scheduler)),
            ..Parts::default()
        };
        let zero = recording
            .marks
            .iter()
            .find(|(_, name)| name == "system applied")
            .map_or(0, |(at, _)| seconds(*at));
        let first = recording.marks.first().map_or(0, |(at, _)| *at);
        let before = zero - seconds(first.min(0)) + seconds(30);
        let mut engine = Engine::new(world, cloud, timings, parts);
        engine.start();
        engine.run_until(before);
        let mut play = Self {
            engine,
            preferred,
            system,
            zero: before,
        };
        play.apply_system(
            Some(Box::new(autoscaler)),
            descheduler.map(|own| Box::new(own) as _),
            Some(Box::new(proportional)),
        );
        play
    }

    fn apply_system(&mut self, autoscaler: Slot, descheduler: Slot, proportional: Slot) {
        let system = std::mem::take(&mut self.system);
        self.engine.change(|site| {
            for (owner, replicas) in system {
                site.world.scale(owner, replicas);
            }
        });
        self.engine
            .install(|parts| &mut parts.proportional, proportional);
        self.engine
            .install(|parts| &mut parts.autoscaler, autoscaler);
        self.engine
            .install(|parts| &mut parts.descheduler, descheduler);
    }

    fn is_spot(&self, node: NodeId) -> bool {
        let group = self.engine.world.node(node).group;
        group.is_some_and(|group| self.engine.world.groups[group.index()].is_spot)
    }

    fn spot_nodes(&self) -> Vec<NodeId> {
        let world = &self.engine.world;
        world
            .present_nodes()
            .filter(|node| self.is_spot(*node) && world.is_alive(*node))
            .collect()
    }

    fn set_spot_capacity(&mut self, capacity: impl Fn(i64) -> Capacity) {
        self.engine.change(|site| {
            for at in 0..site.world.groups.len() {
                if site.world.groups[at].is_spot {
                    let group = GroupId::of(at);
                    let target = site.cloud.target(group);
                    site.cloud.set_capacity(group, capacity(target));
                }
            }
        });
    }

    /// Preferred pods on a node.
    fn pods_on(&self, node: NodeId) -> usize {
        let world = &self.engine.world;
        let is_preferred = |owner: OwnerId| self.preferred.iter().any(|(own, _, _)| *own == owner);
        let pods = world.node(node).pods.iter();
        pods.filter(|pod| is_preferred(world.pod(**pod).owner))
            .count()
    }

    /// What the laboratory did when it set this mark.
    fn disturb(&mut self, mark: &str, outage: &str) {
        let refuses = match outage {
            "hang" => Capacity::Hangs,
            _ => Capacity::Refuses,
        };
        match mark {
            "S2" => {
                let busiest = self
                    .spot_nodes()
                    .into_iter()
                    .max_by_key(|node| self.pods_on(*node));
                let nodes: Vec<NodeId> = busiest.into_iter().collect();
                self.engine.announce(&nodes, NOTICE);
            }
            "S4" => {
                let mut zones: BTreeMap<_, usize> = BTreeMap::new();
                for node in self.spot_nodes() {
                    let zone = self.engine.world.node(node).zone;
                    *zones.entry(zone).or_default() += self.pods_on(node);
                }
                let busiest = zones.into_iter().max_by_key(|(_, pods)| *pods);
                let zone = busiest.and_then(|(zone, _)| zone);
                let nodes = self.spot_nodes().into_iter();
                let nodes: Vec<NodeId> = nodes
                    .filter(|node| self.engine.world.node(*node).zone == zone)
                    .collect();
                self.engine.announce(&nodes, NOTICE);
            }
            "S3" | "S5" => {
                self.set_spot_capacity(|_| refuses);
                let nodes = self.spot_nodes();
                self.engine.announce(&nodes, NOTICE);
            }
            "S3 spot back" | "S5 spot back" | "S7 spot grows again" => {
                self.set_spot_capacity(|_| Capacity::Plenty);
            }
            "S7" => self.set_spot_capacity(Capacity::Only),
            "S6" => self.scale(3),
            _ => {
                if let Some(factor) = mark
                    .strip_prefix("S7 x")
                    .or_else(|| mark.strip_prefix("S6 x"))
                    .or_else(|| mark.strip_prefix("S6x"))
                {
                    self.scale(factor.parse().expect("a factor"));
                } else if mark.ends_with("back to x1") {
                    self.scale(1);
                }
            }
        }
    }

    fn scale(&mut self, factor: i64) {
        let all = self.preferred.clone();
        self.engine.change(|site| {
            for (owner, _, replicas) in &all {
                site.world.scale(*owner, replicas * factor);
            }
        });
    }

    /// Whether all pods that prefer Spot are ready there, and there are no others of them.
    fn is_converged(&self) -> bool {
        let world = &self.engine.world;
        self.preferred.iter().all(|(owner, _, _)| {
            let pods = world.pods_of(*owner);
            let wanted = world.owners[owner.index()].replicas;
            let is_there = |pod| {
                let pod = world.pod(pod);
                pod.phase == Phase::Ready
                    && !pod.is_terminating()
                    && pod
                        .node
                        .is_some_and(|node| self.is_spot(node) && world.is_alive(node))
            };
            let present = pods.iter().filter(|pod| !world.pod(**pod).is_gone());
            let present: Vec<_> = present.copied().collect();
            i64::try_from(present.len()) == Ok(wanted) && present.into_iter().all(is_there)
        })
    }

    /// One phase, from its mark to the next.
    pub(super) fn phase(&mut self, mark: &str, outage: &str, until: Millis) -> Seen {
        let began = self.engine.world.now;
        let noted = self.engine.world.journal().len();
        self.disturb(mark, outage);
        let mut since = None;
        let mut least = i64::MAX;
        while self.engine.world.now < until {
            let next = (self.engine.world.now + LOOK).min(until);
            self.engine.run_until(next);
            let is_converged = self.is_converged();
            since = if is_converged {
                since.or(Some(next))
            } else {
                None
            };
            let serving = self
                .preferred
                .iter()
                .map(|(owner, _, _)| self.engine.world.tally(*owner).serving);
            least = least.min(serving.sum());
        }
        let mut seen = Seen {
            converged: since.map(|when| (when - began) / 1000),
            least_serving: least,
            ..Seen::default()
        };
        for (_, note) in &self.engine.world.journal()[noted..] {
            match note {
                Note::Evicted(pod, by) if self.is_app(*pod) => {
                    let by = match by {
                        Evictor::Handler => "handler",
                        Evictor::Autoscaler => "autoscaler",
                        Evictor::Descheduler => "descheduler",
                        Evictor::Upgrade => "upgrade",
                    };
                    *seen.evictions.entry(by).or_default() += 1;
                }
                Note::Killed(pod) if self.is_app(*pod) => seen.killed += 1,
                _ => {}
            }
        }
        let world = &self.engine.world;
        for (owner, name, _) in &self.preferred {
            let places = seen.at_end.entry(name.clone()).or_default();
            for pod in world.pods_of(*owner) {
                let pod = world.pod(*pod);
                if pod.is_gone() {
                    continue;
                }
                let place = match pod.node {
                    None => "pending",
                    Some(node) if self.is_spot(node) => "spot",
                    Some(_) => "od",
                };
                *places.entry(place).or_default() += 1;
            }
        }
        seen
    }

    fn is_app(&self, pod: crate::simulate::world::PodId) -> bool {
        let owner = self.engine.world.pod(pod).owner;
        self.preferred.iter().any(|(own, _, _)| *own == owner)
    }
}

fn name(world: &World, owner: OwnerId) -> String {
    let own = &world.owners[owner.index()];
    let namespace = world.symbols.text(own.namespace);
    format!("{namespace}/{}", world.symbols.text(own.name))
}

/// The laboratory runs it outside the cluster.
fn descheduler(
    programs: &Programs,
    classes: &BTreeMap<String, i32>,
    namespaces: Vec<(String, Labels)>,
) -> Option<Hosted<Descheduler>> {
    let own = programs.descheduler.as_ref()?;
    let policy = Policy::read(&own.policy, |name| classes.get(name).copied());
    let interval = Duration::parse(&own.interval).expect("it is a duration");
    let interval = Millis::try_from(interval.nanos() / 1_000_000).expect("it is short");
    let policy = policy.expect("the policy is one");
    let descheduler = Descheduler::new(policy, interval).with_namespaces(namespaces);
    Some(Hosted::new([(None, descheduler)]))
}

/// So it does with these.
fn proportional(programs: &Programs, world: &mut World) -> Hosted<Proportional> {
    let mut all = Vec::new();
    for own in &programs.proportional {
        let wanted = format!("{}/{}", own.target.0, own.target.1);
        let mut owners = (0..world.owners.len()).map(OwnerId::of);
        let Some(target) = owners.find(|owner| name(world, *owner) == wanted) else {
            continue;
        };
        let data = own.parameters.iter();
        let data: Vec<(&str, &str)> = data
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let params = Params::read(&data).ok();
        let poll = seconds(own.poll_seconds);
        let program = Proportional::new(world, params, target, &own.node_labels, poll);
        all.extend(program.map(|program| (None, program)));
    }
    Hosted::new(all)
}

/// The text of the expander's `ConfigMap`.
fn priorities(text: &str) -> Priorities {
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let Some(map) = parsed.documents.first().map(yaml::Node::to_json) else {
        return Priorities::Invalid;
    };
    let Some(map) = map.as_object() else {
        return Priorities::Invalid;
    };
    let tiers: Option<Vec<(i64, Vec<&str>)>> = map
        .iter()
        .map(|(key, patterns)| {
            let patterns = patterns.as_array()?.iter().map(Json::as_str);
            Some((key.parse().ok()?, patterns.collect::<Option<Vec<_>>>()?))
        })
        .collect();
    tiers.map_or(Priorities::Invalid, Priorities::new)
}
