//! Which of two verdicts is better.

use crate::simulate::verdict::Verdict;

/// The lower, the better.
pub(super) fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Converged => 0,
        Verdict::Quiet => 1,
        Verdict::Stuck => 2,
        Verdict::Loops => 3,
    }
}
