//! What a cluster can do: what nodes hold, what the scheduler prefers, how long failover takes. Without time and without
//! components: whoever installs something on nodes hands it in as amounts.

pub mod budgets;
pub mod capacity;
mod choice;
pub(crate) mod domains;
pub mod failover;
pub mod node_labels;
pub mod packing;
pub mod paid_room;
pub mod score;
pub mod sides;
pub mod vote;
pub mod voter;
pub mod workload_view;

pub use crate::plan::Amount;
pub use workload_view::WorkloadView;
