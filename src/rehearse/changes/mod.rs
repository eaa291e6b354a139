//! What may end a finding: changes of the configuration or of a manifest, each tried in the model before it is offered.

mod against;
mod candidates;
mod edits;
mod ending;
mod growth;
mod more_placeholders;
mod none;
mod peak;
mod placing;
mod rank;
mod same;
mod smallest;
mod trial;
mod trials;

use super::class::{Change, Finding};
use super::place::Places;
use crate::simulate::run::run;
use crate::simulate::verdict::Verdict;
pub(super) use against::Against;
pub use against::Replan;
use ending::ends;
use rank::rank;
use smallest::smallest;
use trial::Trial;

/// Tries what may end each finding, the smallest change first: one that ends it, and one after which more is well. Where
/// none alone brings everything to where it belongs, all of them together are tried as well, and given back.
///
/// `as_found` are the findings before their causes were added.
pub(super) fn add(
    findings: &mut [Finding],
    as_found: &[Finding],
    places: &mut Places<'_>,
    against: &Against<'_>,
) -> Option<Change> {
    let mut best: Vec<(Trial, Verdict)> = Vec::new();
    let now = if findings.is_empty() {
        None
    } else {
        Trial::default().given(against, None)
    };
    for (finding, was) in findings.iter_mut().zip(as_found) {
        let ending = ends(finding, (was, as_found), places, against, now.as_ref());
        finding.changes = ending
            .iter()
            .map(|(trial, verdict)| trial.change(*verdict))
            .collect();
        best.extend(ending.into_iter().next_back());
    }
    let least = best.iter().map(|(_, verdict)| rank(*verdict)).min()?;
    if best.len() < 2 || least == 0 {
        return None;
    }
    let mut all = Trial::default();
    for (trial, _) in &best {
        all = all.with(trial);
    }
    let attempt = |trial: &Trial| {
        let given = trial.given(against, now.as_ref())?;
        let tried = run(&given, against.scenario, against.seed, &mut |_| {
            (against.tick)();
        });
        let verdict = tried.ending.verdict;
        (rank(verdict) < least).then_some(verdict)
    };
    let verdict = attempt(&all)?;
    let (all, verdict) = smallest((all.effective(against), verdict), |less| {
        attempt(less).filter(|found| rank(*found) <= rank(verdict))
    });
    Some(all.change(verdict))
}
