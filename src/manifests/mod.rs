//! What the workloads' own manifests say (`--from`): YAML streams, `helm template` output, `kubectl get -o yaml` lists.

mod autoscalers;
mod budgets;
mod claims;
mod config_maps;
mod contents;
mod fault;
mod fields;
mod found;
mod keys;
mod node_selector;
mod objects;
mod placement;
mod pod_affinity;
mod priority;
mod priority_classes;
mod programs;
mod read;
mod requests;
mod selector;
mod shape;
mod storage;
#[cfg(test)]
mod tests;
mod topology_spread;
mod wanted;
mod workload;

pub use budgets::{BudgetIndex, Covers, FoundBudget, may_be_one};
pub use config_maps::{ConfigMap, Text};
pub use contents::Manifests;
pub use fault::{Fault, is_taken};
pub use found::{Found, Places};
pub use keys::Keys;
pub use node_selector::{NodeExpression, NodeSelectorTerm, PreferredNodes};
pub(crate) use objects::{is_left_alone, workload_kind};
pub use placement::{ExistingPlacement, ReplacedLists};
pub use pod_affinity::{PodAffinityTerm, WeightedPodAffinityTerm};
pub use priority::Priority;
pub use priority_classes::FoundPriorityClass;
pub use programs::FoundProgram;
pub(crate) use programs::image;
pub use read::{placeable, read, read_stream};
pub use selector::{LabelSelector, Operator, PodSelector, Requirement};
pub use storage::Storage;
pub use topology_spread::TopologySpreadConstraint;
pub use wanted::Wanted;
pub use workload::Placeable;
