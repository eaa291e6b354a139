//! What acts when the end of a machine is announced: termination handlers, the cloud's own drain, or the kubelet.

mod drain;
mod kinds;

use std::collections::BTreeMap;

pub use kinds::{Drain, Handler, Pace, Poll, Way};

use super::kubelet::Kubelet;
use super::node_lifecycle::{Monitor, Reason};
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{Millis, NodeId, Note, OwnerId, Phase, World};

/// All of a cluster; none, where nothing acts.
#[derive(Clone, Debug, Default)]
pub struct Handlers {
    all: Vec<Handler>,
    /// Announcements that handlers have still to hear: by node, which handler, and when it looks.
    heard: BTreeMap<NodeId, Vec<(usize, Millis)>>,
    drains: BTreeMap<NodeId, Vec<drain::Draining>>,
}

impl Handlers {
    pub fn new(handlers: Vec<Handler>) -> Self {
        Self {
            all: handlers,
            ..Self::default()
        }
    }

    /// The end of a node's machine is announced: each handler will hear of it when it looks.
    pub fn announced(&mut self, world: &mut World, agenda: &mut Agenda, node: NodeId) {
        self.drains.retain(|node, _| world.is_alive(*node));
        world.note(Note::Noticed(node));
        for at in 0..self.all.len() {
            let when = match &self.all[at] {
                Handler::KubeletShutdown(_) => world.now,
                Handler::Drain(drain) => world.now + until_look(world, drain, node),
            };
            self.heard.entry(node).or_default().push((at, when));
            agenda.at(when, Event::HandlerPoll(node));
        }
        if self.all.is_empty() {
            world.note(Note::Unhandled(node));
        }
    }

    /// [`Event::HandlerPoll`].
    pub fn poll(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        timings: &Timings,
        kubelet: &mut Kubelet,
        monitor: &mut Monitor,
        node: NodeId,
    ) {
        let now = world.now;
        let Some(heard) = self.heard.remove(&node) else {
            return;
        };
        if !world.is_alive(node) || world.node(node).is_gone() {
            return;
        }
        for (at, when) in heard {
            if when > now {
                self.heard.entry(node).or_default().push((at, when));
                continue;
            }
            match &self.all[at] {
                Handler::KubeletShutdown(grace) => {
                    monitor.set_not_ready(world, agenda, timings, node, Reason::KubeletSays);
                    kubelet.shut_down(world, agenda, node, *grace);
                }
                Handler::Drain(drain) if !runs_on(world, drain.daemon_set, node) => {
                    world.note(Note::Unhandled(node));
                    // A reader that starts later hears of it then.
                    if let Poll::Every(period) = drain.poll {
                        self.heard.entry(node).or_default().push((at, now + period));
                        agenda.at(now + period, Event::HandlerPoll(node));
                    }
                }
                Handler::Drain(drain) => {
                    if let Some(begun) = drain::begin(world, drain, node, at) {
                        self.drains.entry(node).or_default().push(begun);
                        self.step(world, agenda, timings, node);
                    }
                }
            }
        }
    }

    /// [`Event::DrainRetry`].
    pub fn step(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        timings: &Timings,
        node: NodeId,
    ) {
        let Some(drains) = self.drains.get_mut(&node) else {
            return;
        };
        drains.retain_mut(|own| {
            let Handler::Drain(drain) = &self.all[own.handler] else {
                unreachable!("only a drain drains");
            };
            own.step(world, agenda, timings, drain)
        });
        if drains.is_empty() {
            self.drains.remove(&node);
        }
    }
}

/// Whether a handler's own pod runs on a node; one outside the cluster is everywhere.
fn runs_on(world: &World, daemon_set: Option<OwnerId>, node: NodeId) -> bool {
    daemon_set.is_none_or(|owner| {
        let mut pods = world.node(node).pods.iter().map(|pod| world.pod(*pod));
        pods.any(|pod| pod.owner == owner && pod.phase == Phase::Ready)
    })
}

/// A reader looks when it starts and then once a period.
fn until_look(world: &World, drain: &Drain, node: NodeId) -> Millis {
    match drain.poll {
        Poll::After(delay) => delay,
        Poll::Every(period) => {
            let pods = world.node(node).pods.iter().map(|pod| world.pod(*pod));
            let mut own = pods.filter(|pod| Some(pod.owner) == drain.daemon_set);
            let ready = own.find_map(|pod| pod.ready_since);
            let began = ready.unwrap_or(world.node(node).created);
            (began - world.now).rem_euclid(period.max(1))
        }
    }
}
