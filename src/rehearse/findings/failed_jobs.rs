//! Jobs that have failed: their controller makes no more pods.

use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::simulate::run::Run;
use crate::simulate::start::Role;

/// The Jobs that have failed for good.
pub(super) fn failed_jobs(run: &Run) -> Option<Finding> {
    let controllers = &run.started.engine.parts.controllers;
    let parties = run.started.parties.iter();
    let failed =
        parties.filter(|party| party.role == Role::Workload && controllers.has_failed(party.owner));
    let names: Vec<String> = failed
        .map(|party| format!("{}/{}", party.namespace, party.name))
        .collect();
    let first = names.first()?;
    let (have, their) = match names.len() {
        1 => ("1 Job has".to_owned(), "its"),
        count => (format!("{count} Jobs have"), "their"),
    };
    let message = format!(
        "{have} failed for good: each pod that was stopped counts as a failure, and {their} `backoffLimit` allows no more"
    );
    let mut own = finding(Class::Stall, message);
    own.rule = Some("interruption-counts-as-failure");
    own.blame = Blame::Workload(first.clone());
    own.workloads = names;
    Some(own)
}
