//! How many pods of an owner count.

/// Pods of an owner, counted, so that nobody walks them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Neither stopping nor finished: what a controller counts.
    /// Source: kubernetes/kubernetes `pkg/controller/controller_utils.go`, `IsPodActive`.
    pub active: i64,
    /// Of these, those that are ready on a machine that runs.
    pub serving: i64,
}
