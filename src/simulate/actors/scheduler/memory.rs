//! What the scheduler remembers of attempts in vain, so that it looks again only at nodes that have changed. Answers are
//! the same as without; upstream has nothing like it.

use super::reason::{Diagnosis, Reason};
use super::snapshot::Snapshot;
use crate::simulate::world::{NodeId, TemplateId};

/// By template: the last attempt in vain, in which preemption was no help either.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    failures: Vec<Option<Failure>>,
}

/// Where a search begins and ends among the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) start: usize,
    /// Where the next one begins.
    pub(super) end: usize,
}

#[derive(Clone, Debug)]
struct Failure {
    stamp: u64,
    course: Course,
    diagnosis: Diagnosis,
    /// By node.
    reasons: Vec<Option<Reason>>,
}

impl Memory {
    /// Why a node rejected the template, if that is known and nothing has changed on the node.
    pub(super) fn recall(
        &self,
        snapshot: &Snapshot,
        template: TemplateId,
        node: NodeId,
    ) -> Option<Reason> {
        let failure = self.failures.get(template.index())?.as_ref()?;
        let reason = failure.reasons.get(node.index()).copied().flatten()?;
        (!snapshot.has_changed_since(node, failure.stamp)).then_some(reason)
    }

    /// What came of the last attempt, where the next one is the same: nothing has changed on any node, and it begins at the
    /// same one.
    pub(super) fn again(
        &self,
        snapshot: &Snapshot,
        template: TemplateId,
        start: usize,
    ) -> Option<(&Diagnosis, Course)> {
        let failure = self.failures.get(template.index())?.as_ref()?;
        let is_same = failure.stamp == snapshot.stamp() && failure.course.start == start;
        is_same.then_some((&failure.diagnosis, failure.course))
    }

    pub(super) fn keep(
        &mut self,
        snapshot: &Snapshot,
        template: TemplateId,
        rejected: &[(NodeId, Reason)],
        (course, diagnosis): (Course, Diagnosis),
    ) {
        if self.failures.len() <= template.index() {
            self.failures.resize(template.index() + 1, None);
        }
        let known = self.failures[template.index()].take();
        let mut reasons = known.map(|known| known.reasons).unwrap_or_default();
        reasons.clear();
        for (node, reason) in rejected {
            if reasons.len() <= node.index() {
                reasons.resize(node.index() + 1, None);
            }
            reasons[node.index()] = Some(*reason);
        }
        self.failures[template.index()] = Some(Failure {
            stamp: snapshot.stamp(),
            course,
            diagnosis,
            reasons,
        });
    }
}
