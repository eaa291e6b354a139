//! Reads the workloads' own manifests (`--from`): YAML streams, `helm template` output, `kubectl get -o yaml` lists.

mod autoscalers;
mod budgets;
mod claims;
mod config_maps;
mod contents;
mod fields;
mod jobs;
mod keys;
mod manifest_workload;
mod node_selector;
mod objects;
mod placement;
mod pod_affinity;
mod pod_spec;
mod priority;
mod priority_classes;
mod problem;
mod programs;
mod read;
mod references;
mod releases;
mod requests;
mod selector;
mod serving;
mod shape;
mod storage;
#[cfg(test)]
mod tests;
mod topology_spread;
mod wanted;
mod workload;

pub use budgets::{BudgetIndex, Covers, ManifestBudget, may_be_one};
pub use config_maps::{ConfigMap, Text};
pub use contents::Manifests;
pub use jobs::{Disruption, JobFailures};
pub use keys::Keys;
pub use manifest_workload::{ManifestWorkload, WorkloadLocations};
pub use node_selector::{NodeExpression, NodeSelectorTerm, PreferredNodes};
pub(crate) use objects::{is_left_alone, workload_kind};
pub use placement::{ExistingPlacement, ReplacedLists};
pub use pod_affinity::{PodAffinityTerm, WeightedPodAffinityTerm};
pub(crate) use pod_spec::pod_spec_pointer;
pub use priority::Priority;
pub use priority_classes::ManifestPriorityClass;
pub use problem::{Problem, is_accepted};
pub(crate) use programs::ArgumentPlace;
pub use programs::ManifestProgram;
pub(crate) use programs::image;
pub use read::{placeable, read, read_stream};
pub use releases::{
    ChartRelease, KnownChart, ManifestRelease, Map, Rendered, RenderedConfigMap,
};
pub(crate) use releases::{printed, text};
pub use selector::PodSelector;
pub use serving::{Serving, Shutdown};
pub use storage::Storage;
pub use topology_spread::TopologySpreadConstraint;
pub use wanted::Wanted;
pub use workload::Placeable;
