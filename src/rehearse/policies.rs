//! A policy that the descheduler refuses: nothing moves pods then, whatever the configuration says.

use super::class::{Blame, Class, Finding};
use super::place::Places;
use crate::simulate::run::Run;

/// Blames the first fault of such a policy where no descheduler moves pods.
pub(super) fn explain(finding: &mut Finding, run: &Run, places: &Places<'_>) {
    let is_it = finding.class == Class::L5
        && finding.blame == Blame::OfClass
        && run.started.descheduler_interval.is_none();
    let Some(refused) = places.refused.as_ref().filter(|_| is_it) else {
        return;
    };
    let stay = finding.message.split(": ").next().unwrap_or_default();
    let fault = &refused.fault;
    finding.message =
        format!("{stay}: the descheduler of the manifests refuses its policy: {fault}");
    finding.cause = Some(refused.place.clone());
    finding.rule = Some("broken-descheduler-policy");
}
