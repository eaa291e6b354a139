//! The descheduler's policy: one type for what spotgen writes and for what it reads of others.
//!
//! Sources: kubernetes-sigs/descheduler v0.36.0 pkg/api/v1alpha2/types.go and
//! pkg/framework/plugins/removepodsviolatingnodeaffinity/types.go.

mod arguments;
mod faults;
mod judge;
mod plugins;
mod read;
#[cfg(test)]
mod tests;
mod types;
mod write;

pub(crate) use faults::{Fault, WrongName, line};
pub(in crate::components) use plugins::{
    DUPLICATES, HIGH_UTILIZATION, LOW_UTILIZATION, TOPOLOGY_SPREAD,
};
pub(crate) use read::{FORMER_VERSION, Reading, read};
pub(in crate::components) use types::{EVICTOR, NODE_AFFINITY, NODE_TAINTS};
pub(crate) use types::{Failback, KIND, Policy, VERSION};
pub(crate) use write::{data, text};
