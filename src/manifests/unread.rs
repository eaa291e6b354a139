//! What a manifest says of a workload, and nobody knows here.

/// A fact of a workload that is judged by itself: without it, the others still hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The number of its pods.
    Replicas,
    /// How its pods are replaced by those of a new version.
    Rollout,
    Requests,
    Grace,
    Priority,
    /// Where its pods may run, and where they had better.
    Placement,
}

/// The facts that a tool sets later, or that cannot be read. What is assumed where a manifest is silent does not hold for
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread(Vec<Fact>);

impl Unread {
    pub fn has(&self, fact: Fact) -> bool {
        self.0.contains(&fact)
    }

    pub(super) fn add(&mut self, fact: Fact) {
        if !self.has(fact) {
            self.0.push(fact);
        }
    }
}
