//! What of the system a cluster has, whose each part is, and whether it works: judged from a snapshot, with or without the
//! configuration. Pure: nothing here reads a file or asks a cluster.

mod advice;
mod assumed;
mod autoscaler;
mod belonging;
mod budgets;
mod cloud;
mod cluster;
mod compare;
mod compared;
mod descheduler;
mod expander;
mod expander_groups;
mod failback;
mod handler;
mod input;
mod json;
mod judge;
mod karpenter;
mod listed;
mod monitoring;
mod moves;
mod nodes;
mod owners;
mod part;
mod placeholders;
mod placement;
mod policies;
mod pools;
mod report;
mod scaler;
mod scheduled;
mod seen;
mod text;
mod whose;
mod words;

pub use advice::Advice;
pub use assumed::config as assumed_config;
pub use input::Input;
pub use json::json;
pub use judge::{Status, judge};
pub use part::{Gap, Part, State, Trouble};
pub use pools::PoolRow;
pub use text::text;
pub use whose::{Tool, Whose};
