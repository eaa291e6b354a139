//! Compiles one `spot-config.yaml` into everything a Kubernetes cluster needs to run production workloads on Spot VMs.
//!
//! Data flows in one direction: `Source → load → Document → validate → Config → resolve → System → check → Report →
//! build → Bundle → formats → text or Files`. Each stage is a function from value to value; only [`cli`] reads and
//! writes files and streams; [`pipeline`] connects the stages.

pub mod check;
pub mod cli;
pub mod components;
pub mod config;
pub(crate) mod defaults;
pub mod diagnostic;
pub mod diff;
pub(crate) mod distinct;
pub(crate) mod files;
pub mod fix;
pub mod formats;
pub mod init;
pub mod kinds;
pub(crate) mod kubernetes;
pub mod load;
pub mod manifests;
pub mod model;
#[cfg(test)]
#[path = "../tests/suite/mutants.rs"]
mod mutants;
pub(crate) mod parallel;
pub mod patch;
pub(crate) mod pipeline;
pub mod plan;
pub(crate) mod providers;
pub mod rehearse;
pub mod reporters;
#[cfg(test)]
#[path = "../tests/suite/sample_size.rs"]
mod sample_size;
pub(crate) mod sha256;
pub mod simulate;
pub mod snapshot;
pub mod source;
pub mod status;
pub(crate) mod suggest;
pub(crate) mod validate;
pub mod values;
pub mod workloads;
pub mod yaml;

pub use pipeline::{Configured, Drafted, Planned, configure, draft, patch, plan, survey, validate};
