//! From objects, as the API has them, to the world in which they live.
//!
//! The same way for everything: what spotgen renders, manifests that it patched, and the inputs of recordings.

mod affinity;
mod autoscalers;
mod budgets;
mod cluster;
mod details;
mod groups;
mod kinds;
mod pods;
mod programs;
mod recognise;
mod requests;
#[cfg(test)]
mod tests;
mod workloads;

pub use cluster::{Cluster, Unread};
pub use details::ScaledOwner;
pub use groups::{GroupSpec, Overhead, TaintSpec};
pub use kinds::makes_pods;
pub use programs::{Counted, DeschedulerProgram, HandlerProgram, Programs};
