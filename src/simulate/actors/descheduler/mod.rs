//! The descheduler: round for round, it evicts pods that would be better off elsewhere by the rules of its policy.
//!
//! Upstream takes nodes, and the pods on each, from maps, in an order that differs from round to round; here it is that in
//! which they came, unless it is drawn.
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/descheduler.go.

mod arguments;
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
#[cfg(test)]
mod tests;
mod unmodelled;

pub use policy::{
    AffinityKind, Covered, Duplicates, Evictor, Limits, NodeAffinity, NodeTaints, Plugin, Policy,
    Profile, Protections,
};
pub use refused::Refused;
pub use round::{Evicted, Kept, Round};
pub use unmodelled::{NOT_MODELLED, Unmodelled};

use crate::kubernetes::Labels;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Millis, World};
use compiled::{Compiled, ready_nodes};
use cycle::Cycle;

/// The program as it runs.
#[derive(Clone, Debug)]
pub struct Descheduler {
    policy: Policy,
    /// From start to start of its rounds; zero: there is only one.
    interval: Millis,
    namespaces: Vec<(String, Labels)>,
    /// What the texts of the policy mean in this world, once it has been asked.
    compiled: Option<Compiled>,
}

impl Descheduler {
    pub fn new(policy: Policy, interval: Millis) -> Self {
        Self {
            policy,
            interval,
            namespaces: Vec::new(),
            compiled: None,
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

    /// Runs all plugins, first those that deschedule, then those that balance, and comes again after the interval.
    /// Source: the same file, `runProfiles` and `RunDeschedulerStrategies`.
    pub fn round(&mut self, world: &mut World, agenda: &mut Agenda) -> Round {
        if self.interval > 0 {
            agenda.at(world.now + self.interval, Event::DeschedulerRound);
        }
        self.run(world)
    }

    fn run(&mut self, world: &mut World) -> Round {
        let (policy, namespaces) = (&self.policy, &self.namespaces);
        let compiled = self
            .compiled
            .get_or_insert_with(|| Compiled::new(policy, namespaces, world));
        let mut nodes = ready_nodes(world, &compiled.nodes);
        let mut order = world.order();
        if let Some(order) = &mut order {
            order.shuffle(&mut nodes);
        }
        if nodes.len() <= 1 {
            return Round {
                is_skipped: true,
                ..Round::default()
            };
        }
        let mut cycle = Cycle::new(policy, nodes);
        cycle.order = order;
        let profiles = || policy.profiles.iter().zip(&compiled.profiles);
        let mut states: Vec<_> = profiles()
            .map(|(profile, compiled)| evictor::State::new(&profile.evictor, compiled, world))
            .collect();
        for ((profile, _), state) in profiles().zip(&mut states) {
            for plugin in &profile.deschedule {
                plugins::run(plugin, &mut cycle, state, world);
            }
        }
        for ((profile, _), state) in profiles().zip(&mut states) {
            for plugin in &profile.balance {
                plugins::run(plugin, &mut cycle, state, world);
            }
        }
        cycle.into_round()
    }
}
