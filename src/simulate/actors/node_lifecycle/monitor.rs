//! The node lifecycle controller: it finds nodes that do not answer, and taints them.

use super::admission::{NOT_READY, UNREACHABLE};
use super::beat::{next_beat, on_beat};
use super::zones::{ZoneState, Zones};
use crate::kubernetes::Effect;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::chance::Draws;
use crate::simulate::timings::Timings;
use crate::simulate::world::{
    Change, Millis, Node, NodeId, NodeState, NodeTaint, Phase, Symbol, World,
};

/// Why a node is not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The kubelet says so: its condition is `False`.
    KubeletSays,
    /// It does not answer: its condition is `Unknown`.
    Silent,
}

#[derive(Clone, Debug, Default)]
pub struct Monitor {
    zones: Zones,
    /// Nodes that are not ready, in the order in which they were found.
    not_ready: Vec<(NodeId, Reason)>,
    /// Nodes that exist.
    nodes: Vec<NodeId>,
    /// Nodes have come, gone or changed since zones were judged.
    is_stale: bool,
    /// When the next round is.
    round: Option<Millis>,
    /// How long before its machine ended a node's lease was renewed, in thousandths of the interval.
    pub lease_phases: Option<Draws>,
}

impl Monitor {
    /// The machine of a node has ended: says when that will be found. The node's lease was renewed for the last time
    /// before; leases are renewed at moments that have nothing to do with each other, so each node has its own.
    /// Source: kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, `tryUpdateNodeHealth`: the
    /// grace runs from the round that saw the last renewal.
    pub fn machine_lost(
        &mut self,
        world: &World,
        agenda: &mut Agenda,
        timings: &Timings,
        node: NodeId,
    ) {
        let phase = match &mut self.lease_phases {
            Some(draws) => draws.next_thousandths() * timings.lease_renewal / 1000,
            // Steps of the golden section: any number of nodes in a row spreads evenly over the interval.
            None => i64::from(node.0) * 618_034 % 1_000_000 * timings.lease_renewal / 1_000_000,
        };
        let renewed = world.now - phase;
        let seen = on_beat(renewed, timings.node_monitor_period);
        let found = (seen + timings.node_monitor_grace).max(world.now);
        agenda.at(found, Event::NodeSilent(node));
    }

    pub fn observe(&mut self, change: Change) {
        match change {
            Change::NodeAdded(node) => self.nodes.push(node),
            Change::NodeDeleted(node) => self.nodes.retain(|own| *own != node),
            Change::NodeUpdated(_) => {}
            _ => return,
        }
        self.is_stale = true;
    }

    /// A change of nodes is seen in the next round, which only matters while some are not ready.
    pub fn settle(&mut self, world: &World, agenda: &mut Agenda, timings: &Timings) {
        if self.is_stale && !self.not_ready.is_empty() {
            self.plan(
                agenda,
                next_beat(world.now, timings.node_monitor_period),
                world.now,
            );
        }
    }

    /// [`Event::NodeSilent`].
    pub fn silent(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        timings: &Timings,
        node: NodeId,
    ) {
        if !world.node(node).is_gone() && !world.is_alive(node) {
            self.set_not_ready(world, agenda, timings, node, Reason::Silent);
        }
    }

    /// Sets a node's condition, with the taint for the scheduler, and calls its pods not ready. The taint that has pods
    /// deleted follows a round later.
    /// Source: the same file, `monitorNodeHealth`, `processTaintBaseEviction` (which looks at the condition of the round
    /// before) and `doNoScheduleTaintingPass`.
    pub fn set_not_ready(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        timings: &Timings,
        node: NodeId,
        reason: Reason,
    ) {
        let keys = Keys::of(world);
        let found = self.not_ready.iter_mut().find(|(known, _)| *known == node);
        match found {
            Some((_, known)) if *known == reason => return,
            Some((_, known)) => *known = reason,
            None => self.not_ready.push((node, reason)),
        }
        world.update_node(node, |node| {
            node.state = NodeState::NotReady;
            node.ready_since = None;
            let was_executed = has(node, keys.other(reason), Effect::NoExecute);
            node.taints.retain(|taint| taint.key != keys.other(reason));
            taint(node, keys.of_reason(reason), Effect::NoSchedule);
            // The two are swapped at once.
            if was_executed {
                taint(node, keys.of_reason(reason), Effect::NoExecute);
            }
        });
        for at in 0..world.node(node).pods.len() {
            let pod = world.node(node).pods[at];
            if world.pod(pod).phase == Phase::Ready {
                world.set_unready(pod);
            }
        }
        self.plan(
            agenda,
            next_beat(world.now, timings.node_monitor_period),
            world.now,
        );
    }

    /// [`Event::NodeLossRound`]: queues nodes that are not ready, judges zones, and taints what their rates allow.
    /// Source: the same file, `monitorNodeHealth` and `doNoExecuteTaintingPass`.
    pub fn round(&mut self, world: &mut World, agenda: &mut Agenda, timings: &Timings) {
        if self.round.is_none_or(|round| round > world.now) {
            return;
        }
        self.round = None;
        let keys = Keys::of(world);
        self.not_ready
            .retain(|(node, _)| !world.node(*node).is_gone());
        for (node, reason) in &self.not_ready {
            let state = world.node(*node);
            let zone = self.zones.of(state.zone, timings);
            if !has(state, keys.of_reason(*reason), Effect::NoExecute) && !zone.queue.contains(node)
            {
                zone.queue.push_back(*node);
            }
        }
        self.judge(world, timings);
        let now = world.now;
        let mut next: Option<Millis> = None;
        for zone in &mut self.zones.all {
            zone.queue.retain(|node| !world.node(*node).is_gone());
            while let Some(node) = zone.take(now) {
                let reason = self
                    .not_ready
                    .iter()
                    .find(|(own, _)| *own == node)
                    .map(|(_, reason)| *reason);
                let key = keys.of_reason(reason.expect("only nodes that are not ready are queued"));
                world.update_node(node, |node| taint(node, key, Effect::NoExecute));
            }
            next = next.into_iter().chain(zone.next()).min();
        }
        if let Some(next) = next {
            self.plan(agenda, next, now);
        }
    }

    /// How a zone is judged; `None` for one that has never had a node.
    pub fn zone_state(&self, zone: Option<Symbol>) -> Option<ZoneState> {
        let found = self.zones.all.iter().find(|own| own.key == zone);
        found.map(|zone| zone.state)
    }

    /// Nodes that exist and are not ready.
    pub fn not_ready(&self) -> impl Iterator<Item = NodeId> {
        self.not_ready.iter().map(|(node, _)| *node)
    }

    /// When all zones go dark, nodes are freed of their taints: it may be the control plane that is cut off.
    fn judge(&mut self, world: &mut World, timings: &Timings) {
        self.is_stale = false;
        if self.zones.judge(world, timings, &self.nodes) {
            let keys = Keys::of(world);
            for zone in &mut self.zones.all {
                zone.queue.clear();
            }
            for (node, _) in &self.not_ready {
                let executes = |taint: &NodeTaint| {
                    taint.effect == Effect::NoExecute
                        && (taint.key == keys.not_ready || taint.key == keys.unreachable)
                };
                if world.node(*node).taints.iter().any(executes) {
                    world.update_node(*node, |node| node.taints.retain(|taint| !executes(taint)));
                }
            }
        }
    }

    fn plan(&mut self, agenda: &mut Agenda, when: Millis, now: Millis) {
        if self.round.is_none_or(|round| round > when || round <= now) {
            self.round = Some(when);
            agenda.at(when, Event::NodeLossRound);
        }
    }
}

#[derive(Clone, Copy)]
struct Keys {
    not_ready: Symbol,
    unreachable: Symbol,
}

impl Keys {
    fn of(world: &mut World) -> Self {
        Self {
            not_ready: world.symbols.of(NOT_READY),
            unreachable: world.symbols.of(UNREACHABLE),
        }
    }

    fn of_reason(self, reason: Reason) -> Symbol {
        match reason {
            Reason::KubeletSays => self.not_ready,
            Reason::Silent => self.unreachable,
        }
    }

    fn other(self, reason: Reason) -> Symbol {
        match reason {
            Reason::KubeletSays => self.unreachable,
            Reason::Silent => self.not_ready,
        }
    }
}

fn has(node: &Node, key: Symbol, effect: Effect) -> bool {
    node.taints
        .iter()
        .any(|taint| taint.key == key && taint.effect == effect)
}

fn taint(node: &mut Node, key: Symbol, effect: Effect) {
    if !has(node, key, effect) {
        node.taints.push(NodeTaint {
            key,
            value: None,
            effect,
        });
    }
}
