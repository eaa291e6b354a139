//! A drain, from the cordon to the last pod.
//!
//! Source: kubernetes/kubectl pkg/drain, `RunCordonOrUncordon` and `RunNodeDrain`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::kinds::{Drain, Way};
use crate::kubernetes::Effect;
use crate::simulate::actors::eviction::{self, Refusal};
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{Evictor, Millis, NodeId, NodeTaint, Note, OwnerKind, PodId, World};

/// What a request to the API takes at the least.
const MOMENT: Millis = 1;

/// One node that is being drained.
#[derive(Clone, Debug)]
pub(super) struct Draining {
    node: NodeId,
    /// Its place in the list of handlers.
    pub(super) handler: usize,
    began: Millis,
    /// What is still to be done: from when, and in which order.
    requests: BinaryHeap<Reverse<(Millis, u64, Request)>>,
    count: u64,
    /// When the client lets the next request through.
    free: Millis,
    /// When its next step is on the agenda.
    planned: Option<Millis>,
    /// Its time was over before all pods had been asked to stop.
    gives_up: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Request {
    Evict(PodId),
    /// The API server tries an eviction again that conflicted, whatever becomes of the drain meanwhile.
    Again(PodId),
    /// Is it gone?
    Look(PodId),
}

/// Cordons a node and lists what has to leave it; `None` if nothing is to be done.
pub(super) fn begin(
    world: &mut World,
    drain: &Drain,
    node: NodeId,
    handler: usize,
) -> Option<Draining> {
    if drain.skips_cordoned && world.node(node).is_cordoned {
        return None;
    }
    world.note(Note::DrainBegan(node));
    let early = drain
        .taint
        .filter(|(_, effect)| *effect != Effect::NoExecute);
    if !world.node(node).is_cordoned || early.is_some() {
        world.update_node(node, |node| {
            node.is_cordoned = true;
            node.taints.extend(early.map(|(key, effect)| NodeTaint {
                key,
                value: None,
                effect,
            }));
        });
    }
    // The API lists pods by namespace and name.
    let named = |pod: &PodId| {
        let owner = world.owner_of(*pod);
        (
            world.symbols.text(owner.namespace),
            world.symbols.text(owner.name),
            *pod,
        )
    };
    let leaves = |pod: &PodId| {
        world.owner_of(*pod).kind != OwnerKind::DaemonSet && !world.pod(*pod).is_terminating()
    };
    let mut pods: Vec<PodId> = world
        .node(node)
        .pods
        .iter()
        .copied()
        .filter(leaves)
        .collect();
    pods.sort_by(|one, other| named(one).cmp(&named(other)));
    let mut begun = Draining {
        node,
        handler,
        began: world.now,
        requests: BinaryHeap::new(),
        count: 0,
        // The reply to the cordon comes first, and all nodes whose end is announced together are cordoned by then.
        free: world.now + drain.pace.interval.max(MOMENT),
        planned: None,
        gives_up: false,
    };
    for pod in pods {
        begun.ask(begun.free, Request::Evict(pod));
    }
    Some(begun)
}

impl Draining {
    fn ask(&mut self, when: Millis, request: Request) {
        self.count += 1;
        self.requests.push(Reverse((when, self.count, request)));
    }

    /// Does what is due; false when the drain is over.
    pub(super) fn step(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        timings: &Timings,
        drain: &Drain,
    ) -> bool {
        let now = world.now;
        if !world.is_alive(self.node) {
            // A handler on the machine has died with it, and one elsewhere has nothing left to save.
            return false;
        }
        while let Some(Reverse((when, _, request))) = self.requests.peek().copied() {
            let is_own = !matches!(request, Request::Again(_));
            if is_own && now >= self.began + drain.limit {
                self.requests.pop();
                self.gives_up = true;
                give_up(world, request);
                continue;
            }
            let when = if is_own { when.max(self.free) } else { when };
            if when > now {
                if self
                    .planned
                    .is_none_or(|planned| planned <= now || planned > when)
                {
                    self.planned = Some(when);
                    agenda.at(when, Event::DrainRetry(self.node));
                }
                return true;
            }
            self.requests.pop();
            if is_own {
                self.free = now + drain.pace.interval;
            }
            self.perform(world, timings, drain, request);
        }
        if let Some((key, effect)) = drain
            .taint
            .filter(|(_, effect)| *effect == Effect::NoExecute && !self.gives_up)
        {
            let taint = NodeTaint {
                key,
                value: None,
                effect,
            };
            world.update_node(self.node, |node| node.taints.push(taint));
        }
        false
    }

    fn perform(&mut self, world: &mut World, timings: &Timings, drain: &Drain, request: Request) {
        let now = world.now;
        let (Request::Evict(pod) | Request::Again(pod) | Request::Look(pod)) = request;
        if world.pod(pod).is_gone() {
            return;
        }
        let look = drain.pace.look;
        if let (Request::Look(_), Some(look)) = (request, look) {
            self.ask(now + look, request);
            return;
        }
        let deletes = match drain.way {
            Way::Evicts => false,
            Way::Deletes => true,
            Way::DeletesAfter(delay) => now >= self.began + delay,
        };
        if !deletes && let Some(again) = eviction::retried_at(world, timings, pod) {
            self.ask(again, Request::Again(pod));
            return;
        }
        let answer = if deletes {
            let grace = drain.pod_grace.unwrap_or(world.template_of(pod).grace);
            world.terminate(pod, grace);
            Ok(())
        } else {
            eviction::evict(world, pod, drain.pod_grace)
        };
        match answer {
            Ok(()) => {
                world.note(Note::Evicted(pod, Evictor::Handler));
                if look.is_some() {
                    self.ask(now, Request::Look(pod));
                }
            }
            // Only 429 is tried again; what else goes wrong ends the drain of this pod. The laboratory tries all again.
            Err(Refusal::SeveralBudgets) if look.is_some() => {}
            Err(_) => {
                world.note(Note::Refused(pod, Evictor::Handler));
                self.ask(now + drain.pace.pause, Request::Evict(pod));
            }
        }
    }
}

/// Notes a pod that is left behind.
fn give_up(world: &mut World, request: Request) {
    if let Request::Evict(pod) = request
        && !world.pod(pod).is_gone()
        && !world.pod(pod).is_terminating()
    {
        world.note(Note::DrainGaveUp(pod));
    }
}
