//! All components of a cluster, in the order in which they act.

use super::component::{Site, Slot};
use crate::simulate::actors::controllers::Controllers;
use crate::simulate::actors::handler::Handlers;
use crate::simulate::actors::kubelet::Kubelet;
use crate::simulate::actors::node_lifecycle::{CloudNodes, Monitor, PodCollector, TaintEviction};
use crate::simulate::world::{Change, World};

/// All that acts, each by its place: the order of the fields is the order in which they hear of changes and settle.
#[derive(Default)]
pub struct Parts {
    pub kubelet: Kubelet,
    pub monitor: Monitor,
    pub taint_eviction: TaintEviction,
    pub cloud_nodes: CloudNodes,
    pub pod_collector: PodCollector,
    pub controllers: Controllers,
    pub handlers: Handlers,
    /// It settles before anybody evicts again.
    pub disruption: Slot,
    pub proportional: Slot,
    pub descheduler: Slot,
    pub autoscaler: Slot,
    /// The last of all: it places what the others have made.
    pub scheduler: Slot,
    /// Steps of a scenario.
    pub scenario: Slot,
}

impl Parts {
    pub(super) fn slots(&mut self) -> [&mut Slot; 6] {
        let Self {
            disruption,
            proportional,
            descheduler,
            autoscaler,
            scheduler,
            scenario,
            ..
        } = self;
        [
            disruption,
            proportional,
            descheduler,
            autoscaler,
            scheduler,
            scenario,
        ]
    }

    pub(super) fn observe(&mut self, world: &World, change: Change) {
        self.kubelet.observe(change);
        self.monitor.observe(change);
        self.taint_eviction.observe(change);
        self.cloud_nodes.observe(world, change);
        self.pod_collector.observe(change);
        self.controllers.observe(world, change);
        for slot in self.slots().into_iter().flatten() {
            slot.observe(world, change);
        }
    }

    pub(super) fn settle(&mut self, site: &mut Site<'_>) {
        let Site {
            world,
            agenda,
            timings,
            ..
        } = site;
        self.kubelet.settle(world, agenda);
        self.monitor.settle(world, agenda, timings);
        self.taint_eviction.settle(world, agenda);
        self.cloud_nodes.settle(world, agenda, timings);
        self.pod_collector.settle(world, agenda, timings);
        let has_bound = self.controllers.settle(world, agenda, timings);
        if has_bound && timings.daemon_sets_first {
            // The others hear of it first: the scheduler would take the same room again.
            return;
        }
        for slot in self.slots().into_iter().flatten() {
            slot.settle(site);
        }
    }
}
