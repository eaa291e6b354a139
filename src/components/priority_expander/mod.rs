//! The priorities by which the cluster autoscaler's priority expander scales up Spot pools first.

mod objects;
mod observe;
mod priorities;
mod resolve;
mod validate;

/// Name and key are fixed.
/// Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `PriorityConfigMapName` and
/// `ConfigMapKey`.
pub(crate) const CONFIG_MAP: &str = "cluster-autoscaler-priority-expander";
pub(crate) const KEY: &str = "priorities";

use super::{Component, Makes};

pub(super) use objects::build;
pub(crate) use objects::text;
pub use observe::InstalledPriorities;
pub(crate) use observe::is_meant;
pub(super) use observe::observe;
pub(super) use resolve::{derive, resolve, take as match_pools};
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "priority-expander",
    summary: "the cluster autoscaler grows Spot pools first: its priorities, and its profile as commands",
    validate: Some(validate),
    makes: Makes::Objects(build),
    chart: None,
    observe: Some(observe),
};
