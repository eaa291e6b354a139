//! A cluster in time: what its components do when Spot VMs are taken and come back, one event after the other.
//!
//! `world` is the state, with its invariants; `actors` change it, one file for each component of a cluster. Nothing here
//! knows a configuration: it starts from objects as the API has them, and from node groups.

pub mod actors;
pub mod agenda;
pub mod chance;
pub mod chart;
pub mod cloud;
pub mod engine;
pub mod read;
pub mod record;
pub mod run;
pub mod scenario;
pub mod start;
#[cfg(test)]
mod tests;
pub mod timings;
pub mod verdict;
pub mod watch;
pub mod world;
