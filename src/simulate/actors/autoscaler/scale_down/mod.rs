//! Nodes that are not needed any more: which, since when, and when they go.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/planner/planner.go and unneeded/nodes.go.

pub mod actuation;
mod deletion;
pub mod drain;
pub mod eligibility;
mod planner;
mod removal;
pub mod soft_taint;
mod state;
#[cfg(test)]
mod tests;

pub use deletion::Deletion;
pub use state::{ScaleDown, Unneeded};
