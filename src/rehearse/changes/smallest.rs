//! What of a change is needed.

use super::trial::Trial;

/// Of more parts, none is tried without the others: each is for another workload or pool.
const MOST: usize = 12;

/// Leaves out each part without which the rest `does_as_well`, which says what comes of it then.
pub(super) fn smallest<R>(
    (mut trial, mut result): (Trial, R),
    mut does_as_well: impl FnMut(&Trial) -> Option<R>,
) -> (Trial, R) {
    if trial.parts() > MOST {
        return (trial, result);
    }
    let mut part = 0;
    while part < trial.parts() && trial.parts() > 1 {
        let rest = trial.without(part);
        match does_as_well(&rest) {
            Some(found) => (trial, result) = (rest, found),
            None => part += 1,
        }
    }
    (trial, result)
}
