//! The descheduler: moves pods back to Spot when it returns.

pub(crate) mod chart;
mod evictor;
mod evictor_args;
mod explain;
pub(crate) mod failback_time;
mod hidden;
mod installed;
mod kept_off;
pub(crate) mod label_selector;
pub(crate) mod limits;
pub(crate) mod means;
mod moved;
mod namespaces;
mod null;
pub(crate) mod objects;
mod observe;
pub(crate) mod pace;
pub(crate) mod policy;
mod program;
pub(crate) mod pulling;
pub(crate) mod reach;
mod resolve;
pub(crate) mod returning;
mod room;
pub(crate) mod rounds;
mod validate;
mod values;

use super::chart::Chart;
use super::{Component, Makes};

pub(crate) use evictor::{Evictor, PriorityThreshold};
pub(crate) use evictor_args::IGNORE_PVC_PODS;
pub(crate) use hidden::{hidden, hides};
pub(crate) use installed::is_policy;
pub(crate) use installed::{InstalledPolicy, is_image_of_a_release};
pub(crate) use namespaces::Namespaces;
pub(super) use objects::build;
pub(super) use observe::observe;
pub(crate) use policy::Failback;
pub(crate) use resolve::Descheduler;
pub(super) use resolve::{left_out, resolve};
pub(crate) use room::{counted_on_demand, evicts_without_room_on_spot};
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "descheduler",
    summary: "moves pods back to Spot when it returns",
    validate: Some(validate),
    makes: Makes::Objects(build),
    reads_workloads: true,
    chart: Some(Chart {
        name: chart::CHART,
        inside: chart::release,
        alone: |system| chart::alone(system).into_iter().collect(),
    }),
    section: None,
    image: Some("descheduler"),
    own_arguments: &["descheduling-interval"],
    config_map: Some(|_, data| data.iter().any(|(_, text)| is_policy(text))),
    values: Some(values::CHART),
    observe: Some(observe),
};
