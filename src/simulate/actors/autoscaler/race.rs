//! Which of several nodes that take a pod is found, where workers check them side by side.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/simulator/clustersnapshot/predicate/plugin_runner.go`,
//! `RunFiltersUntilPassingNode`, `chunkSizeFor`; kubernetes/client-go util/workqueue/parallelizer.go, `ParallelizeUntil`.

use crate::simulate::chance::Draws;

/// `--predicate-parallelism`. Source: cluster-autoscaler/config/flags/flags.go.
const WORKERS: usize = 4;

/// How long a check takes at least, and how much longer at most: only their relation matters.
const CHECK: i64 = 500;

struct Worker {
    /// When it begins with its next check.
    free: i64,
    next: usize,
    end: usize,
}

/// The place of the node that is found. Each worker takes some nodes in their order; the first that finds one that passes
/// stops all, and of those that were found meanwhile the first by order is taken. How long each check takes is drawn from 0 to
/// 999.
pub fn first_found(
    count: usize,
    draws: &mut Draws,
    mut passes: impl FnMut(usize) -> bool,
) -> Option<usize> {
    let chunk = chunk_size(count);
    let mut workers: Vec<Worker> = (0..WORKERS.min(count.div_ceil(chunk)))
        .map(|_| Worker {
            free: draws.next_thousandths(),
            next: 0,
            end: 0,
        })
        .collect();
    let (mut taken, mut stopped, mut found) = (0, i64::MAX, None::<usize>);
    while let Some(worker) = workers.iter_mut().min_by_key(|worker| worker.free) {
        if worker.free >= stopped {
            break;
        }
        if worker.next == worker.end {
            if taken >= count {
                worker.free = i64::MAX;
                continue;
            }
            (worker.next, worker.end) = (taken, count.min(taken + chunk));
            taken = worker.end;
        }
        let at = worker.next;
        worker.next += 1;
        worker.free += CHECK + draws.next_thousandths();
        if passes(at) {
            found = Some(found.map_or(at, |other| other.min(at)));
            stopped = stopped.min(worker.free);
        }
    }
    found
}

fn chunk_size(count: usize) -> usize {
    count.isqrt().min(count / WORKERS + 1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(seed: u64) -> Draws {
        Draws::new(seed, (0, 999))
    }

    #[test]
    fn the_only_one_that_passes_is_found() {
        for seed in 0..100 {
            for only in 0..9 {
                let found = first_found(9, &mut draws(seed), |at| at == only);
                assert_eq!(found, Some(only));
            }
            assert_eq!(first_found(9, &mut draws(seed), |_| false), None);
            assert_eq!(first_found(0, &mut draws(seed), |_| true), None);
        }
    }

    #[test]
    fn any_worker_may_find_the_first() {
        let mut found = [0; 9];
        for seed in 0..1000 {
            let at = first_found(9, &mut draws(seed), |at| at % 3 == 1).expect("three pass");
            found[at] += 1;
        }
        // Chunks of three nodes, of each of which the second passes.
        assert_eq!(found[1] + found[4] + found[7], 1000);
        assert!(found[1] > found[4] && found[4] > 0, "{found:?}");
    }

    #[test]
    fn the_first_node_is_found_if_it_passes() {
        for seed in 0..100 {
            assert_eq!(first_found(9, &mut draws(seed), |_| true), Some(0));
        }
    }

    #[test]
    fn chunks_are_upstreams() {
        for (count, expected) in [
            (0, 1),
            (1, 1),
            (3, 1),
            (4, 2),
            (9, 3),
            (16, 4),
            (17, 4),
            (100, 10),
        ] {
            assert_eq!(chunk_size(count), expected, "{count}");
        }
    }
}
