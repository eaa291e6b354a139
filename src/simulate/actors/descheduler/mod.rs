//! The descheduler: round for round, it evicts pods that would be better off elsewhere by the rules of its policy.
//!
//! Upstream takes nodes, and the pods on each, from maps, in an order that differs from round to round; here it is that in
//! which they came, unless it is drawn.
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/descheduler.go.

mod arguments;
mod asked;
mod compiled;
mod cycle;
mod evictor;
mod fit;
mod plugins;
mod policy;
mod raw;
mod read;
mod refused;
mod round;
mod sight;
#[cfg(test)]
mod tests;
mod unmodelled;

pub use asked::Stay;
pub use fit::seems_to_fit;
pub use policy::{
    AffinityKind, Covered, Duplicates, Evictor, Limits, NodeAffinity, NodeTaints, Plugin, Policy,
    Profile, Protections,
};
pub use refused::Refused;
pub use round::{Evicted, Kept, Round};
pub use unmodelled::{NOT_MODELLED, Unmodelled};

use super::limiter::Limiter;
use crate::kubernetes::Labels;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{Millis, Note, PodId, World};
use compiled::{Compiled, ready_nodes};
use cycle::Cycle;
use sight::Sight;

/// The program as it runs.
#[derive(Clone, Debug)]
pub struct Descheduler {
    policy: Policy,
    /// From start to start of its rounds; zero: there is only one.
    interval: Millis,
    namespaces: Vec<(String, Labels)>,
    /// What the texts of the policy mean in this world, once it has been asked.
    compiled: Option<Compiled>,
    /// The round that is under way.
    cycle: Option<Cycle>,
    /// Of its client for `policy`, which is there for evictions alone: it reads through watches, and events go through a client
    /// of their own.
    /// Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/client/client.go, `createConfig`, and descheduler.go,
    /// `createClients`.
    limiter: Limiter,
    last: Round,
}

impl Descheduler {
    pub fn new(policy: Policy, interval: Millis) -> Self {
        Self {
            policy,
            interval,
            namespaces: Vec::new(),
            compiled: None,
            cycle: None,
            limiter: Limiter::default(),
            last: Round::default(),
        }
    }

    /// With the labels of namespaces, for `namespaceLabelSelector`.
    #[must_use]
    pub fn with_namespaces(mut self, namespaces: Vec<(String, Labels)>) -> Self {
        self.namespaces = namespaces;
        self
    }

    /// From start to start of its rounds; zero: there is only one.
    pub fn interval(&self) -> Millis {
        self.interval
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The process starts: nothing of an earlier one is under way.
    pub fn begin(&mut self) {
        self.cycle = None;
        self.limiter = Limiter::default();
    }

    /// All pods that its plugins would evict as things are, and others if there was a node that they prefer; what keeps each.
    pub fn stays(&self, world: &World, others: &[PodId]) -> Vec<Stay> {
        asked::stays(&self.policy, &self.namespaces, world, others)
    }

    /// Whether a round has begun and is not over.
    pub fn is_under_way(&self) -> bool {
        self.cycle.is_some()
    }

    /// The last round that came to its end.
    pub fn last_round(&self) -> &Round {
        &self.last
    }

    /// Begins a round, or goes on with the one that is under way, up to the next eviction; when it goes on, if it does.
    ///
    /// It waits for the answer to each eviction, so that the others act in between. A plugin that looks at one node after the
    /// other sees what has become of those that it evicted, and evicts a pod once more that has come to a later node.
    pub fn act(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        timings: &Timings,
    ) -> Option<Millis> {
        let mut cycle = match self.cycle.take() {
            Some(cycle) => cycle,
            None => self.begin_cycle(world),
        };
        let mut next = self.go_on(&mut cycle, world, timings);
        if next.is_some() {
            self.cycle = Some(cycle);
        } else {
            // From start to start, and at once where a round has taken longer than that.
            // Source: kubernetes/apimachinery pkg/util/wait/backoff.go, `NonSlidingUntil`.
            let when = (cycle.began + self.interval).max(world.now);
            next = (self.interval > 0).then_some(when);
            self.last = cycle.into_round();
        }
        if let Some(when) = next {
            agenda.at(when, Event::DeschedulerRound);
        }
        next
    }

    fn begin_cycle(&mut self, world: &mut World) -> Cycle {
        world.note(Note::DeschedulerRound);
        let (policy, namespaces) = (&self.policy, &self.namespaces);
        let compiled = self
            .compiled
            .get_or_insert_with(|| Compiled::new(policy, namespaces, world));
        let mut nodes = ready_nodes(world, &compiled.nodes);
        let mut order = world.order();
        if let Some(order) = &mut order {
            order.shuffle(&mut nodes);
        }
        Cycle::new(world.now, nodes, order)
    }

    /// When the round goes on; `None` if it is over.
    fn go_on(&mut self, cycle: &mut Cycle, world: &mut World, timings: &Timings) -> Option<Millis> {
        if cycle.is_skipped() {
            return None;
        }
        let (policy, compiled) = (&self.policy, self.compiled.as_ref()?);
        let mut sight: Option<(usize, Sight<'_>)> = None;
        loop {
            if let Some(pod) = cycle.next(policy.limits, world) {
                if !cycle.is_asked() {
                    let when = self.limiter.free(world.now, timings);
                    if when > world.now {
                        return Some(when);
                    }
                    self.limiter.take(world.now, timings);
                    let when = cycle.ask(pod, world, timings);
                    if when > world.now {
                        return Some(when);
                    }
                }
                cycle.evict_next(policy.grace, world);
                return Some(world.now + timings.descheduler_eviction);
            }
            let (profile, plugin) = policy.plugins().nth(cycle.plugin)?;
            if cycle.turn >= plugins::turns(plugin, cycle.nodes.len()) {
                cycle.next_plugin();
                continue;
            }
            let sight = match &mut sight {
                Some((of, known)) if *of == profile => known,
                other => {
                    let evictor = &policy.profiles[profile].evictor;
                    let own = Sight::new(evictor, &compiled.profiles[profile], world);
                    &mut other.insert((profile, own)).1
                }
            };
            let lists = plugins::look(plugin, cycle, sight, world);
            cycle.add(lists);
            cycle.turn += 1;
        }
    }
}
