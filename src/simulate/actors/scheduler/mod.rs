//! The kube-scheduler, as of Kubernetes 1.36: which node each pending pod gets, and who makes way for it.
//!
//! Binding takes no time. Not modelled: volumes other than a zone they pin a pod to, extenders, pod groups, dynamic
//! resources, several profiles.

mod backoff;
mod filters;
mod fits;
mod held;
mod hints;
mod let_on;
mod memory;
mod points;
mod preemption;
mod queue;
mod reason;
mod rounds;
mod scores;
mod search;
mod snapshot;
mod standstill;
mod state;
#[cfg(test)]
mod tests;
mod ties;

pub use backoff::Backoff;
pub use filters::{Attempt, Supposed, node_alone};
pub use fits::{node_alone_fits, node_alone_refuses, would_have_fitted};
pub use preemption::Candidate;

pub use reason::{Diagnosis, Filter, Filters, Reason, Shortage};
pub use scores::PLUGINS;
pub use snapshot::{Place, Snapshot};
pub use standstill::Standstill;
pub use state::Scheduler;
