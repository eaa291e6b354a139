//! What acts on the world: the components of a cluster, each with the upstream functions that it follows.

pub mod autoscaler;
pub mod controllers;
pub mod descheduler;
pub mod disruption;
pub mod eviction;
pub mod handler;
pub mod kubelet;
mod limiter;
pub mod node_lifecycle;
mod node_selector;
pub mod proportional;
pub mod scheduler;
