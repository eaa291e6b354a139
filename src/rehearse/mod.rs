//! Plays scenarios to the cluster that a plan describes, and says what came of them and why.

mod alone;
mod autoscaler;
mod causes;
mod changes;
mod class;
mod cluster;
mod cost;
mod cut;
mod findings;
mod groups;
mod json;
mod keys;
mod objectives;
mod picture;
mod quiet;
mod refused;
mod reproduce;
mod rollouts;
mod scenarios;
mod stalls;
mod strategic;
mod summary;
mod table;
mod text;
mod timeline;
mod told;
mod words;
mod workloads;

pub use changes::Replan;
pub use class::{Change, Finding};
pub use cluster::{Cluster, Manifests, cluster};
pub use json::json;
pub use picture::picture;
pub use scenarios::{UnknownScenario, chosen, names};
pub use text::{rehearsal_text, text};
pub use told::{Told, tell};
