//! What a run begins with: a cluster of objects and node groups, settled, with everybody at work who is installed.

mod begin;
mod estimate;
mod given;
mod handlers;
mod parties;
mod programs;

pub use begin::{Begin, Started, begin};
pub use given::{Given, SpotUpgrade};
pub use handlers::DrainedBy;
pub use parties::{Party, Role};
