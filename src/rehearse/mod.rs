//! Plays scenarios to the cluster that a plan describes, and says what came of them and why.

mod causes;
mod changes;
mod class;
mod cluster;
mod cost;
mod findings;
mod held;
mod hold;
mod left;
mod levels;
mod objectives;
mod place;
mod policies;
mod report;
mod reproduce;
mod reproduce_capacity;
mod reproduce_cloud;
mod reproduce_words;
mod scenarios;
mod told;

pub use changes::Replan;
pub use class::{Change, Finding};
pub use cluster::{Cluster, Manifests, cluster, without_nodes, without_pods};
pub use place::Places;
pub use report::{json, picture, rehearsal_text, text};
pub use scenarios::{UnknownScenario, applying, chosen, names};
pub use told::{Told, tell};
