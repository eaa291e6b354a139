//! What the scheduler remembers of attempts in vain, so that it looks again only at nodes that have changed. Answers are
//! the same as without; upstream has nothing like it.

use super::reason::Reason;
use super::snapshot::Snapshot;
use crate::simulate::world::{NodeId, TemplateId};

/// By template: the last attempt in vain, in which preemption was no help either.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    failures: Vec<Option<Failure>>,
}

#[derive(Clone, Debug)]
struct Failure {
    stamp: u64,
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

    pub(super) fn keep(
        &mut self,
        snapshot: &Snapshot,
        template: TemplateId,
        rejected: &[(NodeId, Reason)],
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
            reasons,
        });
    }
}
