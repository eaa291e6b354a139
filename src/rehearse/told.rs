//! One scenario as it is told: what came of it, what is wrong, whether it keeps to the objectives, and how to cause it.

use super::changes::Replan;
use super::class::{Class, Finding};
use super::cost::{Cost, cost};
use super::findings::found;
use super::objectives::{self, Assertion};
use super::{causes, changes, keys, reproduce};
use crate::components::System;
use crate::load::Document;
use crate::simulate::run::Run;
use crate::simulate::scenario::Happened;
use crate::simulate::start::DrainedBy;
use crate::simulate::verdict::{Outcome, outcome};
use crate::simulate::world::Millis;

/// Everything that there is to say of a run.
#[derive(Clone, Debug)]
pub struct Told {
    pub name: String,
    pub about: String,
    pub seed: Option<u64>,
    /// Whether the cluster had come to rest before the scenario began.
    pub is_settled: bool,
    pub outcome: Outcome,
    pub findings: Vec<Finding>,
    pub assertions: Vec<Assertion>,
    /// What the machines cost, where that is known.
    pub cost: Option<Cost>,
    /// What causes the same for real.
    pub commands: Vec<String>,
    /// Who drains the nodes whose end is announced.
    pub drained_by: DrainedBy,
    /// What the steps did, in the times of the timeline.
    pub happened: Vec<Happened>,
    /// The scenario's beginning in the times of the timeline.
    pub zero: Millis,
}

impl Told {
    /// Whether it fails a check: a loop, a stall, or an objective that is not met.
    pub fn fails(&self) -> bool {
        objectives::fails(self.outcome.verdict)
            || self.assertions.iter().any(|own| !own.is_met)
            || self.findings.iter().any(|own| own.class == Class::Stall)
    }
}

/// Tells a run. `replan` is for changes that may mend what is wrong.
pub fn tell(run: &Run, system: &System, document: &Document<'_>, replan: &Replan<'_>) -> Told {
    let outcome = outcome(run);
    let mut findings = found(run, &outcome);
    for finding in &mut findings {
        keys::explain(finding, system);
        causes::add(finding, system, document);
        changes::add(finding, system, &run.scenario, outcome.verdict, replan);
    }
    let objectives = objectives::of(system.simulation.as_ref(), &run.scenario.name);
    let assertions = objectives.map(|own| objectives::assess(own, &outcome));
    Told {
        name: run.scenario.name.clone(),
        about: run.scenario.about.clone(),
        seed: run.seed,
        is_settled: run.started.is_settled,
        findings,
        assertions: assertions.unwrap_or_default(),
        cost: cost(run, &outcome, &system.plan),
        commands: reproduce::commands(&system.plan, &run.scenario),
        drained_by: run.drained_by,
        happened: run.happened.clone(),
        zero: run.started.zero,
        outcome,
    }
}
