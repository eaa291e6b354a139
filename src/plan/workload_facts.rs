//! What many workloads have in common.

use super::own_settings::OwnSettings;
use super::placement::Placement;
use crate::config::{Autoscaling, Kind};
use crate::kubernetes::Resources;

/// The facts of a workload that others may share, and what its class makes of them.
#[derive(Clone, Debug)]
pub struct WorkloadFacts {
    /// Tells them from those of all other workloads, counted from 0. None of what is a copy of others.
    pub number: Option<usize>,
    pub kind: Kind,
    pub replicas: Option<i64>,
    pub autoscaling: Option<Autoscaling>,
    pub requests: Option<Resources>,
    pub class: String,
    pub placement: Placement,
    pub termination_grace_period_seconds: Option<i32>,
    pub node_loss_toleration_seconds: Option<i32>,
    /// What it sets in the configuration's list itself.
    pub own: OwnSettings,
}
