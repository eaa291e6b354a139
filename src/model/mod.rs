//! What a cluster can do: what nodes hold, what the scheduler prefers, how long failover takes. Without time and without
//! components: whoever installs something on nodes hands it in as amounts.

pub(crate) mod alike;
pub(crate) mod budgets;
pub(crate) mod capacity;
mod choice;
pub(crate) mod domains;
pub(crate) mod failover;
pub(crate) mod hard_spread;
pub(crate) mod kept_off_spot;
mod let_on;
pub(crate) mod node_labels;
mod node_zones;
pub(crate) mod notice;
pub(crate) mod nowhere;
pub(crate) mod packing;
pub(crate) mod paid_room;
pub(crate) mod patterns;
pub(crate) mod pinning;
pub(crate) mod possible_groups;
pub mod score;
pub(crate) mod sides;
mod spot_placement;
pub(crate) mod spot_terms;
pub(crate) mod spread_pools;
pub(crate) mod spread_room;
pub(crate) mod vote;
pub(crate) mod voter;
mod votes;
pub(crate) mod workload_view;

pub(crate) use let_on::{is_let_on, is_open, is_open_to};
pub use workload_view::{SetBy, WorkloadView};
