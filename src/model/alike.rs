//! Workloads that differ in names and labels alone: of facts that they share, the answers are the same.

use std::sync::Arc;

use super::workload_view::WorkloadView;

/// The first of those that are alike, and all that are like no other.
pub(crate) fn distinct<'a>(all: &[WorkloadView<'a>]) -> Vec<WorkloadView<'a>> {
    let mut known = Answers::default();
    let is_first = |pods: &&WorkloadView<'_>| {
        let mut is_first = false;
        known.of(**pods, || is_first = true);
        is_first
    };
    all.iter().filter(is_first).copied().collect()
}

/// Answers about workloads that depend on none of their names and labels.
#[derive(Debug)]
pub(crate) struct Answers<T> {
    /// By the number of the facts, as far as there are any yet.
    known: Vec<Option<T>>,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { known: Vec::new() }
    }
}

impl<T: Copy> Answers<T> {
    /// What was found of one that is like this, else what is found now.
    pub(crate) fn of(&mut self, pods: WorkloadView<'_>, find: impl FnOnce() -> T) -> T {
        let Some(number) = shared_facts(pods) else {
            return find();
        };
        if number >= self.known.len() {
            self.known.resize(number + 1, None);
        }
        *self.known[number].get_or_insert_with(find)
    }
}

/// The number of the facts that tell all of it but its names and labels, if it shares them: no manifest says anything of it,
/// and it is no part of another.
fn shared_facts(pods: WorkloadView<'_>) -> Option<usize> {
    let planned = pods.planned?;
    let is_alone = pods.found.is_none() && pods.budget.is_none() && planned.part.is_none();
    let is_shared = Arc::strong_count(&planned.facts) > 1;
    planned.facts.number.filter(|_| is_alone && is_shared)
}
