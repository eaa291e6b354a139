//! Workloads that differ in names and labels alone: of facts that they share, the answers are the same.

use std::sync::Arc;

use foldhash::{HashMap, HashSet, HashSetExt as _};

use super::workload_view::WorkloadView;
use crate::plan::WorkloadFacts;

/// The first of those that are alike, and all that are like no other.
pub(crate) fn distinct<'a>(all: &[WorkloadView<'a>]) -> Vec<WorkloadView<'a>> {
    let mut known = HashSet::new();
    let is_first = |pods: &&WorkloadView<'_>| facts(**pods).is_none_or(|facts| known.insert(facts));
    all.iter().filter(is_first).copied().collect()
}

/// Answers about workloads that depend on none of their names and labels.
#[derive(Debug)]
pub(crate) struct Answers<T>(HashMap<*const WorkloadFacts, T>);

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<T: Copy> Answers<T> {
    /// What was found of one that is like this, else what is found now.
    pub(crate) fn of(&mut self, pods: WorkloadView<'_>, find: impl FnOnce() -> T) -> T {
        match facts(pods) {
            Some(facts) => *self.0.entry(facts).or_insert_with(find),
            None => find(),
        }
    }
}

/// The facts that tell all of it but its names and labels, if it shares them: no manifest says anything of it, and it is no
/// part of another.
fn facts(pods: WorkloadView<'_>) -> Option<*const WorkloadFacts> {
    let planned = pods.planned?;
    let is_alone = pods.found.is_none() && pods.budget.is_none() && planned.part.is_none();
    let is_shared = Arc::strong_count(&planned.facts) > 1;
    (is_alone && is_shared).then_some(Arc::as_ptr(&planned.facts))
}
