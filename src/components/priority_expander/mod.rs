//! The priorities by which the cluster autoscaler's priority expander scales up Spot pools first.

mod chart;
mod config_map;
mod flags;
mod installed;
mod objects;
mod observe;
mod pairing;
mod priorities;
mod resolve;
mod running;
mod section;
mod validate;
mod values;

use super::chart::Chart;
use super::{Component, Makes};

pub(crate) use config_map::{CONFIG_MAP, KEY};
pub(crate) use flags::{KnownExpanders, Refused, Why, known_expanders, refused};
pub(crate) use installed::InstalledPriorities;
use installed::holds_priorities;
pub(crate) use installed::is_meant;
pub(super) use objects::build;
pub(crate) use objects::text;
pub(super) use observe::observe;
pub(crate) use pairing::{meant_for, of_values_alone};
pub(crate) use resolve::as_if_read;
pub(super) use resolve::{derive, resolve, take as match_pools};
pub(crate) use running::{namespaces, running};
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "priority-expander",
    summary: "makes the cluster autoscaler scale up Spot pools first: priorities as a ConfigMap, its settings as `az` commands or values of its chart",
    validate: Some(validate),
    makes: Makes::Objects(build),
    reads_workloads: false,
    chart: Some(Chart {
        name: chart::CHART,
        // A cluster has one autoscaler, which is there before anything that spotgen makes.
        inside: |_| None,
        alone: |system| chart::release(system).into_iter().collect(),
    }),
    section: Some(section::section),
    image: Some("cluster-autoscaler"),
    own_arguments: &["expander", "node-group-auto-discovery"],
    config_map: Some(|name, data| is_meant(name) || holds_priorities(data)),
    values: Some(values::CHART),
    observe: Some(observe),
};
