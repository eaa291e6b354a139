//! Whether a finding is one that was there before.

use crate::rehearse::class::{Blame, Class, Finding};

/// Whether two findings are one, in two runs of a scenario.
pub(super) fn is_same(one: &Finding, other: &Finding) -> bool {
    let shares_workload = || shares_workload(one, other);
    let is_same_blame = match (&one.blame, &other.blame) {
        (Blame::Pods { hold, .. }, Blame::Pods { hold: other, .. }) => {
            hold == other && shares_workload()
        }
        // However long it waits.
        _ if one.class == Class::Slow => true,
        (Blame::Maximum(one), Blame::Maximum(other)) => one == other || shares_workload(),
        (Blame::Moves(_), Blame::Moves(_)) => true,
        (one, other) => one == other,
    };
    (one.class, one.rule) == (other.class, other.rule) && is_same_blame
}

/// Whether a finding that was not there before is no better than the one that is gone: a stall of whatever pods, or of the same
/// workloads a loop or what is of its class.
pub(super) fn takes_its_place(new: &Finding, gone: &Finding, before: &[Finding]) -> bool {
    let is_as_bad = new.class == gone.class || new.class.is_of_moves();
    let is_known = || before.iter().any(|own| is_same(new, own));
    (new.class.fails() || is_as_bad && shares_workload(new, gone)) && !is_known()
}

fn shares_workload(one: &Finding, other: &Finding) -> bool {
    let mut own = one.workloads.iter();
    own.any(|own| other.workloads.contains(own))
}
