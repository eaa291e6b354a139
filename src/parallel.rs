//! Work on all cores.

use rayon::prelude::*;

/// From so many files on, to read them takes longer than threads take to start.
pub(crate) const FILES: usize = 16;

/// What becomes of each item, in the order of the items.
///
/// `is_much` says that the work is worth threads, which take longer to start than a small run takes as a whole.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    is_much: bool,
    work: impl Fn(&T) -> R + Send + Sync,
) -> Vec<R> {
    if is_much {
        items.par_iter().with_max_len(1).map(work).collect()
    } else {
        items.iter().map(work).collect()
    }
}
