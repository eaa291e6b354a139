//! The loop: it takes what is due off the agenda, has the component act that it wakes, and tells all others what changed,
//! until nothing changes any more.

mod component;
mod hosted;
mod parts;
mod slots;

pub use component::{Component, Site, Slot};
pub use hosted::{Hosted, Program};
pub use parts::Parts;

use super::actors::kubelet::Kubelet;
use super::actors::node_lifecycle::tolerate_loss;
use super::agenda::{Agenda, Event};
use super::cloud::Cloud;
use super::timings::Timings;
use super::world::{Change, InstanceId, Millis, NodeId, OwnerId, TemplateId, World};

#[cfg(test)]
pub(crate) mod tests;

/// A cluster, its cloud and what is to come.
pub struct Engine {
    pub world: World,
    pub agenda: Agenda,
    pub cloud: Cloud,
    pub timings: Timings,
    pub parts: Parts,
    /// Events so far.
    pub events: u64,
    changes: Vec<Change>,
}

/// How often components may answer each other at one moment; more means that two of them undo each other's work.
const MOST_ROUNDS: u32 = 10_000;

impl Engine {
    pub fn new(mut world: World, cloud: Cloud, timings: Timings, parts: Parts) -> Self {
        world.clock.second = timings.api_second();
        Self {
            world,
            agenda: Agenda::default(),
            cloud,
            timings,
            parts,
            events: 0,
            changes: Vec::new(),
        }
    }

    /// Begins: pods are let tolerate what they may, every component looks around.
    pub fn start(&mut self) {
        self.admit();
        self.parts
            .controllers
            .start(&mut self.world, &mut self.agenda);
        let (mut site, parts) = self.split();
        for slot in parts.slots().into_iter().flatten() {
            slot.start(&mut site);
        }
        self.settle();
    }

    /// Runs until the end time, or until nothing is to come; then it is the end time.
    pub fn run_until(&mut self, end: Millis) {
        while self.agenda.next_time().is_some_and(|next| next <= end) {
            let (when, event) = self.agenda.take_next().expect("one is there");
            debug_assert!(when >= self.world.now, "time never runs back");
            self.world.now = when;
            self.events += 1;
            self.dispatch(event);
            self.settle();
        }
        self.world.now = self.world.now.max(end);
    }

    /// Announces the end of the machines of nodes; of how many, for each must run and not be announced already.
    pub fn announce(&mut self, nodes: &[NodeId], notice: Millis) -> usize {
        let Site {
            world,
            agenda,
            cloud,
            ..
        } = self.split().0;
        let instances = nodes
            .iter()
            .filter_map(|node| cloud.of_node(*node))
            .collect::<Vec<_>>();
        let is_new = |instance: &&InstanceId| cloud.announce(world, agenda, **instance, notice);
        let count = instances.iter().filter(is_new).count();
        self.settle();
        count
    }

    /// Gives a workload another template, as a rollout does.
    pub fn roll_out(&mut self, owner: OwnerId, template: TemplateId) {
        self.world.set_template(owner, template);
        self.admit();
        self.settle();
    }

    /// Puts a component into its place while the cluster runs, and starts it.
    pub fn install(&mut self, place: impl FnOnce(&mut Parts) -> &mut Slot, component: Slot) {
        let (mut site, parts) = self.split();
        let slot = place(parts);
        *slot = component;
        if let Some(component) = slot {
            component.start(&mut site);
        }
        self.settle();
    }

    /// Changes the world from outside, and lets everybody act on it.
    pub fn change<T>(&mut self, change: impl FnOnce(&mut Site<'_>) -> T) -> T {
        let answer = change(&mut self.split().0);
        self.settle();
        answer
    }

    fn admit(&mut self) {
        for template in &mut self.world.templates {
            tolerate_loss(template, &mut self.world.symbols, &self.timings);
        }
    }

    fn split(&mut self) -> (Site<'_>, &mut Parts) {
        let site = Site {
            world: &mut self.world,
            agenda: &mut self.agenda,
            cloud: &mut self.cloud,
            timings: &self.timings,
        };
        (site, &mut self.parts)
    }

    fn dispatch(&mut self, event: Event) {
        let (mut site, parts) = self.split();
        let Site {
            world,
            agenda,
            cloud,
            timings,
        } = &mut site;
        match event {
            Event::InstanceBooted(instance) => {
                cloud.booted(world, instance);
            }
            Event::InstanceRefused(instance) => cloud.refused(instance),
            Event::InstanceKilled(instance) => {
                if let Some(node) = cloud.killed(world, agenda, timings, instance) {
                    parts.kubelet.machine_lost(world, node);
                    parts.monitor.machine_lost(world, agenda, timings, node);
                }
            }
            Event::InstanceDeleted(instance) => {
                delete_machine(world, cloud, &parts.kubelet, instance);
            }
            Event::CloudNodeRound => parts.cloud_nodes.round(world, cloud),
            Event::NodeSilent(node) => parts.monitor.silent(world, agenda, timings, node),
            Event::NodeLossRound => parts.monitor.round(world, agenda, timings),
            Event::PodStarted(pod) => Kubelet::started(world, agenda, pod),
            Event::PodStopped(pod) => Kubelet::stopped(world, pod),
            Event::PodCompleted(pod) => Kubelet::completed(world, pod),
            Event::TolerationOver(pod) => parts.taint_eviction.toleration_over(world, pod),
            Event::PodCollectorRound => parts.pod_collector.round(world, timings),
            Event::HandlerPoll(node) => {
                let Parts {
                    handlers,
                    kubelet,
                    monitor,
                    ..
                } = parts;
                handlers.poll(world, agenda, timings, kubelet, monitor, node);
            }
            Event::DrainRetry(node) => {
                parts.handlers.step(world, agenda, timings, node);
                parts.kubelet.shutdown_step(world, agenda, node);
            }
            Event::JobRetry(owner) => parts.controllers.job_retry(owner),
            Event::LoadStep(owner) => parts.controllers.load_step(world, agenda, owner),
            Event::SchedulerRound => wake(&mut parts.scheduler, &mut site, event),
            Event::AutoscalerLoop | Event::ScaleDownStep(_) => {
                wake(&mut parts.autoscaler, &mut site, event);
            }
            Event::ProportionalPoll => wake(&mut parts.proportional, &mut site, event),
            Event::DeschedulerRound => wake(&mut parts.descheduler, &mut site, event),
            Event::Scenario(_) => wake(&mut parts.scenario, &mut site, event),
        }
    }

    /// Tells everybody what changed and lets them act on it, until nothing changes.
    fn settle(&mut self) {
        for _ in 0..MOST_ROUNDS {
            let mut changes = std::mem::take(&mut self.changes);
            self.world.take_changes_into(&mut changes);
            let is_quiet = changes.is_empty();
            for change in changes.drain(..) {
                self.parts.observe(&self.world, change);
            }
            self.changes = changes;
            let (mut site, parts) = self.split();
            for instance in site.cloud.take_announced() {
                let node = site
                    .cloud
                    .get(instance)
                    .node
                    .expect("a machine that runs has a node");
                parts.handlers.announced(site.world, site.agenda, node);
            }
            parts.settle(&mut site);
            if is_quiet && !self.world.has_changes() {
                return;
            }
        }
        debug_assert!(
            false,
            "components undo each other's work at {} ms",
            self.world.now
        );
    }
}

/// A machine that the autoscaler gave back is gone, and its node with it.
fn delete_machine(world: &mut World, cloud: &mut Cloud, kubelet: &Kubelet, instance: InstanceId) {
    let Some(node) = cloud.deleted(instance) else {
        return;
    };
    kubelet.machine_lost(world, node);
    if !world.node(node).is_gone() {
        world.delete_node(node);
    }
}

fn wake(slot: &mut Slot, site: &mut Site<'_>, event: Event) {
    if let Some(component) = slot {
        component.wake(site, event);
    }
}
