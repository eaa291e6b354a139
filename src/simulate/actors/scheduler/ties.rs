//! Which of the nodes with the most points is taken.

/// The index of the winner: the root of a binary heap that is built over the nodes in their order, where the larger total
/// is above. Without extenders nothing else decides, so it is not always the first of the best.
/// Source: kubernetes/kubernetes `pkg/scheduler/schedule_one.go`, `selectHost`; Go's container/heap, `Init`.
pub(super) fn winner(totals: &[i64], heap: &mut Vec<u32>) -> usize {
    debug_assert!(!totals.is_empty());
    heap.clear();
    heap.extend(
        (0..totals.len()).map(|at| u32::try_from(at).expect("fewer nodes than a u32 counts")),
    );
    let is_above = |heap: &[u32], one: usize, other: usize| {
        totals[heap[one] as usize] > totals[heap[other] as usize]
    };
    for start in (0..totals.len() / 2).rev() {
        let mut at = start;
        loop {
            let left = 2 * at + 1;
            if left >= totals.len() {
                break;
            }
            let right = left + 1;
            let child = if right < totals.len() && is_above(heap, right, left) {
                right
            } else {
                left
            };
            if !is_above(heap, child, at) {
                break;
            }
            heap.swap(at, child);
            at = child;
        }
    }
    heap[0] as usize
}

#[cfg(test)]
mod tests {
    use super::winner;

    #[test]
    fn the_root_of_the_heap_wins() {
        for (totals, expected) in [
            (&[7][..], 0),
            (&[5, 5], 0),
            (&[5, 6], 1),
            (&[5, 5, 5, 5], 0),
            (&[1, 9, 9], 1),
            // Not the first of the best: the fourth has risen over the second before the first is looked at.
            (&[1, 5, 9, 9], 3),
            (&[1, 9, 5, 9], 1),
            (&[1, 5, 5, 9, 9], 3),
        ] {
            assert_eq!(winner(totals, &mut Vec::new()), expected, "{totals:?}");
        }
    }
}
