//! The scheduler's picture of the cluster: nodes in its order, what stands on them, and counts of pods by domain.
//!
//! It follows the world one change at a time, so that no count is ever taken anew. Others may place pods and nodes on it
//! that do not exist, and take them off again.
//! Source: kubernetes/kubernetes pkg/scheduler/backend/cache/snapshot.go.

mod ask;
mod counts;
mod domains;
mod happening;
mod order;
mod place;
mod questions;
mod state;

pub(crate) use domains::DomainsId;
pub(super) use happening::{Happening, NodeChange};
pub use place::Place;
pub(super) use place::Standing;
pub(crate) use questions::Questions;
pub use state::Snapshot;
