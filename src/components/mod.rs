//! What each part of the system is made of. One folder a component; [`ComponentId`] is the list.

pub mod bundle;
pub mod chart;
pub mod controller;
pub mod descheduler;
pub mod disruption_budgets;
pub(crate) mod installed;
pub mod monitoring;
pub mod node_pools;
pub mod objects;
pub(crate) mod observe;
pub mod overprovisioner;
pub mod placement;
pub mod priority_expander;
pub mod programs;
pub mod proportional_autoscaler;
pub mod resolve;
mod system;
pub mod termination_handler;

pub use installed::{Installed, WANTED};
pub use overprovisioner::placeholder_labels;
pub use system::System;

use std::borrow::Cow;

use crate::kubernetes::Object;
use crate::plan::{Plan, Workload};
use crate::validate::Context;
use chart::Chart;
use observe::Observed;
use placement::Patch;

/// The parts of the system, in the order in which the article sets them up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentId {
    PriorityExpander,
    DisruptionBudgets,
    Placement,
    Overprovisioner,
    ProportionalAutoscaler,
    Descheduler,
    TerminationHandler,
    NodePools,
    Monitoring,
}

impl ComponentId {
    pub const ALL: [Self; 9] = [
        Self::PriorityExpander,
        Self::DisruptionBudgets,
        Self::Placement,
        Self::Overprovisioner,
        Self::ProportionalAutoscaler,
        Self::Descheduler,
        Self::TerminationHandler,
        Self::NodePools,
        Self::Monitoring,
    ];

    /// All that there is to the component.
    pub fn component(self) -> &'static Component {
        match self {
            Self::PriorityExpander => &priority_expander::COMPONENT,
            Self::DisruptionBudgets => &disruption_budgets::COMPONENT,
            Self::Placement => &placement::COMPONENT,
            Self::Overprovisioner => &overprovisioner::COMPONENT,
            Self::ProportionalAutoscaler => &proportional_autoscaler::COMPONENT,
            Self::Descheduler => &descheduler::COMPONENT,
            Self::TerminationHandler => &termination_handler::COMPONENT,
            Self::NodePools => &node_pools::COMPONENT,
            Self::Monitoring => &monitoring::COMPONENT,
        }
    }

    /// As `--only` and `--skip` know it.
    pub fn name(self) -> &'static str {
        self.component().name
    }
}

/// A part of the system that can be left out: what each stage does with it. A field for each, so that none is forgotten.
#[derive(Debug)]
pub struct Component {
    /// As `--only` and `--skip` know it.
    pub name: &'static str,
    /// What it makes, in a few words.
    pub summary: &'static str,
    /// Finds what the schema cannot tell about its part of the configuration; none for a part that the schema covers.
    pub(crate) validate: Option<fn(&mut Context<'_>)>,
    pub makes: Makes,
    /// The upstream chart that installs it, where there is one.
    pub chart: Option<Chart>,
    /// Puts what manifests have of it in the place of what is planned; none where nothing is read.
    pub(crate) observe: Option<fn(&mut Observed, &Installed<'_>)>,
}

/// What a component makes, for the formats that can carry it.
#[derive(Clone, Copy, Debug)]
pub enum Makes {
    /// Kubernetes objects.
    Objects(fn(&System) -> Vec<Object>),
    /// An object for a workload, if it needs one, of the kind that is applied last: there may be very many.
    ObjectEach(fn(&Plan, &Workload) -> Option<Object>),
    /// A change to a workload, if it needs one.
    PatchEach(fn(&Plan, &Workload) -> Option<Patch>),
    /// Commands for the cloud, by the formats that speak to one.
    Commands,
    /// Nothing that a format carries yet.
    Nothing,
}

/// Finds what the schema cannot say of the components' parts of the configuration.
pub(crate) fn validate(context: &mut Context<'_>) {
    for id in ComponentId::ALL {
        if let Some(validate) = id.component().validate {
            validate(context);
        }
    }
}

/// A component that is made, or not made, though the configuration says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub component: ComponentId,
    pub message: Cow<'static, str>,
    /// How to have it otherwise, or to learn more.
    pub next: &'static str,
}
