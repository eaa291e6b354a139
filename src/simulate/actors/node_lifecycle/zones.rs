//! Zones: where most nodes do not answer, it may be the control plane that is cut off, so nodes are tainted more slowly or
//! not at all.

use std::collections::VecDeque;

use crate::simulate::timings::Timings;
use crate::simulate::world::{Millis, NodeId, Symbol, World};

/// Source: kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go`, `ZoneState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneState {
    Normal,
    /// At least three, and 55 % of its nodes, do not answer.
    PartialDisruption,
    /// None answers.
    FullDisruption,
}

#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub(super) key: Option<Symbol>,
    pub(super) state: ZoneState,
    /// Nodes that wait for their taint.
    pub(super) queue: VecDeque<NodeId>,
    /// From one node to the next: never, when there is none.
    interval: Option<Millis>,
    /// When the next one may be tainted.
    free: Millis,
}

impl Zone {
    /// Source: `pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go`, `NewRateLimitedTimedQueue` with a burst of one.
    fn new(key: Option<Symbol>, timings: &Timings) -> Self {
        Self {
            key,
            state: ZoneState::Normal,
            queue: VecDeque::new(),
            interval: Some(timings.taint_interval),
            free: 0,
        }
    }

    /// The next node of the queue, if the rate allows one now.
    pub(super) fn take(&mut self, now: Millis) -> Option<NodeId> {
        let interval = self.interval?;
        if self.free > now {
            return None;
        }
        let node = self.queue.pop_front()?;
        self.free = now + interval;
        Some(node)
    }

    /// When the next node of the queue may be tainted, as the zone is now.
    pub(super) fn next(&self) -> Option<Millis> {
        self.interval
            .filter(|_| !self.queue.is_empty())
            .map(|_| self.free)
    }

    /// Another rate. A limiter that has just let one through, or lets none, is replaced by one that must wait.
    /// Source: the same file, `SwapLimiter`.
    fn swap(&mut self, interval: Option<Millis>, now: Millis) {
        if self.interval == interval {
            return;
        }
        let is_spent = self.interval.is_none() || self.free > now;
        self.interval = interval;
        self.free = match interval {
            Some(interval) if is_spent => now + interval,
            _ => now,
        };
    }
}

/// All zones that have nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Zones {
    pub(super) all: Vec<Zone>,
    /// No node of any zone answers: nobody is tainted.
    pub(super) is_dark: bool,
}

impl Zones {
    pub(super) fn of(&mut self, key: Option<Symbol>, timings: &Timings) -> &mut Zone {
        let at = self.place(key, timings);
        &mut self.all[at]
    }

    fn place(&mut self, key: Option<Symbol>, timings: &Timings) -> usize {
        let known = self.all.iter().position(|zone| zone.key == key);
        known.unwrap_or_else(|| {
            self.all.push(Zone::new(key, timings));
            self.all.len() - 1
        })
    }

    /// Counts nodes by zone and sets each zone's rate; whether all zones have just gone dark.
    /// Source: `node_lifecycle_controller.go`, `handleDisruption` and `ComputeZoneState`.
    pub(super) fn judge(&mut self, world: &World, timings: &Timings, nodes: &[NodeId]) -> bool {
        let mut counts: Vec<(usize, usize)> = Vec::new();
        for node in nodes {
            let node = world.node(*node);
            let at = self.place(node.zone, timings);
            if counts.len() <= at {
                counts.resize(at + 1, (0, 0));
            }
            let (ready, not_ready) = &mut counts[at];
            *(if node.is_ready() { ready } else { not_ready }) += 1;
        }
        counts.resize(self.all.len(), (0, 0));
        let was_dark = self.is_dark;
        // A zone without nodes says nothing.
        let mut peopled = counts
            .iter()
            .filter(|(ready, not_ready)| ready + not_ready > 0)
            .peekable();
        self.is_dark = peopled.peek().is_some() && peopled.all(|(ready, _)| *ready == 0);
        for (zone, (ready, not_ready)) in self.all.iter_mut().zip(counts) {
            zone.state = state(ready, not_ready);
            let interval = match zone.state {
                _ if self.is_dark => None,
                ZoneState::PartialDisruption if ready + not_ready <= timings.large_zone => None,
                ZoneState::PartialDisruption => Some(timings.secondary_taint_interval),
                ZoneState::Normal | ZoneState::FullDisruption => Some(timings.taint_interval),
            };
            zone.swap(interval, world.now);
        }
        self.is_dark && !was_dark
    }
}

/// The threshold is `unhealthy-zone-threshold`, 55 %.
fn state(ready: usize, not_ready: usize) -> ZoneState {
    if ready == 0 && not_ready > 0 {
        ZoneState::FullDisruption
    } else if not_ready > 2 && not_ready * 100 >= (ready + not_ready) * 55 {
        ZoneState::PartialDisruption
    } else {
        ZoneState::Normal
    }
}
