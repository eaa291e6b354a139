//! One scenario as it is told: what came of it, what is wrong, whether it keeps to the objectives, and how to cause it.

use super::changes::{Against, Replan};
use super::class::{Change, Finding};
use super::cost::{Cost, cost};
use super::findings::found;
use super::left::{Left, left};
use super::objectives::{self, Assertion};
use super::place::Places;
use super::{causes, changes, policies, reproduce};
use crate::config::Kind;
use crate::plan::Plan;
use crate::simulate::run::Run;
use crate::simulate::scenario::{Happened, Stage};
use crate::simulate::start::{DrainedBy, Role};
use crate::simulate::verdict::{Outcome, WorkloadOutcome, outcome};
use crate::simulate::world::{Millis, PodId};

/// Everything that there is to say of a run.
#[derive(Clone, Debug)]
pub struct Told {
    pub name: String,
    pub about: String,
    pub seed: Option<u64>,
    /// Whether the cluster had come to rest before the scenario began.
    pub is_settled: bool,
    pub outcome: Outcome,
    /// How many pods that prefer Spot stay on on-demand all the same, where it converged, and why.
    pub left: Option<Left>,
    pub findings: Vec<Finding>,
    /// What ends several findings at once, where no change alone brings everything to where it belongs.
    pub together: Option<Change>,
    pub assertions: Vec<Assertion>,
    /// What the machines cost, or why that is not known.
    pub cost: Result<Cost, String>,
    /// Whether any pool says what a machine costs.
    pub has_prices: bool,
    /// What causes the same for real.
    pub commands: Vec<String>,
    /// Who drains the nodes whose end is announced.
    pub drained_by: DrainedBy,
    /// Pods of workloads that the taint of a lost node had deleted.
    pub deleted_by_taint: usize,
    /// What the steps did, in the times of the timeline.
    pub happened: Vec<Happened>,
    /// The scenario's beginning in the times of the timeline.
    pub zero: Millis,
}

impl Told {
    /// Whether it fails a check: a loop, a stall, a runaway, or an objective that is not met.
    pub fn fails(&self) -> bool {
        objectives::fails(self.outcome.verdict)
            || self.assertions.iter().any(|own| !own.is_met)
            || self.findings.iter().any(|own| own.class.fails())
    }
}

/// Tells a run. `replan` is for changes that may mend what is wrong; while they are tried, `tick` is called now and then.
pub fn tell(run: &Run, places: &mut Places<'_>, replan: &Replan<'_>, tick: &dyn Fn()) -> Told {
    let system = places.system;
    let mut outcome = outcome(run);
    for own in &mut outcome.workloads {
        if is_rollout(own, &system.plan) {
            Kind::Rollout.as_str().clone_into(&mut own.kind);
        }
    }
    let as_found = found(run, &outcome, places);
    let mut findings = as_found.clone();
    for finding in &mut findings {
        causes::add(finding, &run.scenario.name, places);
        policies::explain(finding, run, places);
    }
    let against = Against {
        scenario: &run.scenario,
        seed: run.seed,
        now: outcome.verdict,
        goal: run.ending.goal,
        replan,
        tick,
    };
    let together = changes::add(&mut findings, &as_found, places, &against);
    let objectives = objectives::of(system.simulation.as_ref(), &run.scenario.name);
    let assertions = objectives.map(|own| objectives::assess(own, &outcome, run));
    Told {
        name: run.scenario.name.clone(),
        about: run.scenario.about.clone(),
        seed: run.seed,
        is_settled: run.started.is_settled,
        left: left(run, &outcome),
        findings,
        together,
        assertions: assertions.unwrap_or_default(),
        has_prices: system
            .plan
            .node_pools
            .iter()
            .any(|pool| pool.price.is_some()),
        cost: cost(run, &outcome, &system.plan),
        commands: reproduce::commands(run, &outcome.workloads, places),
        drained_by: run.drained_by,
        deleted_by_taint: deleted_by_taint(run),
        happened: { run.happened.iter() }
            .filter(|own| own.what != Stage::Noticed)
            .cloned()
            .collect(),
        zero: run.started.zero,
        outcome,
    }
}

fn deleted_by_taint(run: &Run) -> usize {
    let started = &run.started;
    let watch = started.watch.borrow();
    let of_workloads = |at: Millis, pod: PodId| {
        let owner = started.engine.world.pod(pod).owner;
        at >= started.zero && started.parties[owner.index()].role == Role::Workload
    };
    let all = watch.taint_evicted.iter();
    all.filter(|(at, pod)| of_workloads(*at, *pod)).count()
}

/// Whether a Rollout was played as the Deployment that stands for it.
fn is_rollout(own: &WorkloadOutcome, plan: &Plan) -> bool {
    let is_one_of = |kind: Kind| {
        let mut planned = plan.workloads.iter();
        planned.any(|planned| {
            planned.kind == kind
                && (planned.namespace.as_str(), planned.name.as_str())
                    == (own.namespace.as_str(), own.name.as_str())
        })
    };
    own.kind == Kind::Deployment.as_str()
        && is_one_of(Kind::Rollout)
        && !is_one_of(Kind::Deployment)
}
