//! The configuration, one file per section. The doc comments become the descriptions in the JSON schema.

pub(crate) mod alternatives;
mod autoscaler;
mod check;
mod classes;
mod cluster;
mod descheduler;
mod described;
pub mod fields;
mod kind;
mod label_selector;
mod labels;
mod monitoring;
mod node_pools;
mod one_of;
mod overprovisioner;
pub(crate) mod pointers;
mod resources;
mod schema;
mod simulation;
mod spot_config;
pub(crate) mod synonyms;
mod termination_handler;
mod workload;
mod workloads;
mod zones;

pub use autoscaler::{Autoscaler, Expander, Priority, ProfilePreset, ProfileValue};
pub use check::{Allowance, Check};
pub use classes::{
    BudgetSpec, Class, DisruptionBudget, Off, Placement, Spot, Spread, SpreadMethod, SpreadOver,
    SpreadSpec, UnhealthyPodEvictionPolicy, WhenUnsatisfiable,
};
pub use cluster::{Cluster, ProviderName};
pub use descheduler::{
    DefaultProtection, Descheduler, Evictor, ExtraProtection, Limits, Namespaces, PodProtections,
    PriorityThreshold, ProtectedStorageClass, ProtectionConfig, PvcProtection,
};
pub use kind::Kind;
pub use label_selector::{LabelOperator, LabelRequirement, LabelSelector};
pub use labels::Labels;
pub use monitoring::{Dashboard, Monitoring, Scrape};
pub(crate) use node_pools::MOST_NODES;
pub use node_pools::{
    Architecture, Capacity, EvictionPolicy, InstancesDistribution, Mode, NodePool, NodeRange,
    OsType, Per, Price, SpotVm,
};
pub use overprovisioner::{
    Counting, Ladder, Linear, Overprovisioner, Placeholder, PlaceholderSpread, PriorityClassRef,
    ProportionalAutoscaler, Scaling,
};
pub use resources::{Chart, ResourceList, Resources};
pub use schema::{SCHEMA_PATH, committed_schema, strict_schema};
pub use simulation::{
    BeginWith, CapacityStep, DrainedBy, Interrupt, Load, Objectives, RollOut, Scenario, Simulation,
    SpotCapacity, Step, Upgrade,
};
pub use spot_config::{ApiVersion, ConfigKind, Metadata, Spec, SpotConfig};
pub use termination_handler::TerminationHandler;
pub use workload::{Workload, WorkloadFacts};
pub use workloads::{Autoscaling, ClassRule, CustomFields, CustomKind, CustomPodSpec, Match};
