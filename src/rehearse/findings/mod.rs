//! What went wrong in a run, and of which class it is.

mod alone;
mod away;
pub(super) mod budgets;
mod cut;
mod failed_jobs;
pub(super) mod full;
mod given_up;
mod hold_words;
mod kept;
mod loops;
mod minimum;
mod no_room;
mod quiet;
mod refused;
mod runaway;
mod short;
mod slow;
mod spared;
mod stalls;
mod stay;
mod to_and_fro;
pub(super) mod words;

use super::class::Finding;
use super::place::Places;
use crate::simulate::run::Run;
use crate::simulate::verdict::{Outcome, Verdict};
use alone::lost;
use cut::cut;
use failed_jobs::failed_jobs;
use kept::kept;
use loops::loops;
use quiet::quiet;
use refused::refused;
use runaway::runaway;
use short::{hopeless, short, short_for_long};
use slow::slow;
use stalls::stalls;

/// What is wrong with a run; causes and changes come later.
pub(super) fn found(run: &Run, outcome: &Outcome, places: &mut Places<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if run.ending.is_cut {
        findings.push(cut(run, outcome));
        findings.extend(lost(run));
        findings.extend(stalls(run, &hopeless(run, outcome), places));
    } else {
        if outcome.verdict == Verdict::Loops {
            findings.extend(loops(run, places));
        }
        findings.extend(lost(run));
        let short = match outcome.verdict {
            Verdict::Loops => short_for_long(run, outcome),
            _ => short(run, outcome),
        };
        findings.extend(stalls(run, &short, places));
        findings.extend(quiet(run, outcome, places));
        findings.extend(kept(run, outcome));
    }
    findings.extend(failed_jobs(run));
    findings.extend(refused(run));
    findings.extend(runaway(run));
    findings.extend(slow(run));
    findings
}
