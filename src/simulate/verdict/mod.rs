//! How a run ended, and what it came to.

mod ending;
mod goal;
mod nodes;
mod outcome;
mod timeline;
mod times;
mod workloads;

pub use ending::{Ending, Verdict, judge};
pub use goal::{Goal, fits_on_spot, goal};
pub use nodes::{NodeHours, node_hours};
pub use outcome::{Outcome, outcome};
pub use timeline::{Point, timeline};
pub use times::supplied;
pub use workloads::{WorkloadOutcome, workloads};
