//! What went wrong in a run, and of which class it is.

mod alone;
pub(super) mod budgets;
mod cut;
mod failed_jobs;
mod hold_words;
mod loops;
mod minimum;
mod quiet;
mod refused;
mod runaway;
mod short;
mod stalls;
mod to_and_fro;
pub(super) mod words;

use super::class::Finding;
use super::place::Places;
use crate::simulate::run::Run;
use crate::simulate::verdict::{Outcome, Verdict};
use alone::lost;
use cut::cut;
use failed_jobs::failed_jobs;
use loops::loops;
use quiet::{kept, quiet};
use refused::refused;
use runaway::runaway;
use short::{short, short_for_long};
use stalls::stalls;

/// What is wrong with a run; causes and changes come later.
pub(super) fn found(run: &Run, outcome: &Outcome, places: &mut Places<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match outcome.verdict {
        _ if run.ending.is_cut => findings.push(cut(run, outcome)),
        Verdict::Loops => {
            findings.extend(loops(run));
            findings.extend(lost(run));
            findings.extend(stalls(run, &short_for_long(run, outcome), places));
        }
        Verdict::Quiet => findings.extend(quiet(run, outcome)),
        Verdict::Stuck => {
            findings.extend(lost(run));
            findings.extend(stalls(run, &short(run, outcome), places));
            if run.ending.goal.elsewhere > 0 {
                findings.extend(quiet(run, outcome));
            }
        }
        Verdict::Converged => findings.extend(kept(run, outcome)),
    }
    findings.extend(failed_jobs(run));
    findings.extend(refused(run));
    findings.extend(runaway(run));
    findings
}
