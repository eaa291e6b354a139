//! The descheduler's policy: one type for what spotgen writes and for what it reads of others.
//!
//! Sources: kubernetes-sigs/descheduler v0.36.0 pkg/api/v1alpha2/types.go and
//! pkg/framework/plugins/removepodsviolatingnodeaffinity/types.go.

mod read;
#[cfg(test)]
mod tests;
mod types;
mod write;

pub(crate) use read::read;
pub(in crate::components) use types::{EVICTOR, NODE_AFFINITY};
pub(crate) use types::{Failback, KIND, Policy, VERSION};
pub(crate) use write::{data, text};
