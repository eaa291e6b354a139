//! What each part of the system is made of. One folder a component; [`ComponentId`] is the list.

mod alike;
pub mod bundle;
pub(crate) mod chart;
mod component;
pub(crate) mod controller;
pub(crate) mod descheduler;
pub(crate) mod disruption_budgets;
mod explained;
mod id;
pub(crate) mod installed;
pub(crate) mod monitoring;
pub(crate) mod node_pools;
mod notice;
pub(crate) mod objects;
pub(crate) mod observe;
pub(crate) mod on_demand_base;
pub(crate) mod overprovisioner;
pub(crate) mod placement;
pub(crate) mod priority_expander;
pub(crate) mod programs;
pub(crate) mod proportional_autoscaler;
pub mod resolve;
mod stencil;
mod system;
pub(crate) mod termination_handler;
mod written;

pub use component::{Component, Makes};
pub use explained::Explained;
pub use id::ComponentId;
pub use installed::{Installed, WANTED};
pub use monitoring::{alerts, runbook};
pub use notice::Notice;
pub use overprovisioner::placeholder_labels;
pub use system::System;

use crate::validate::Context;

impl ComponentId {
    /// All that there is to the component.
    pub fn component(self) -> &'static Component {
        match self {
            Self::PriorityExpander => &priority_expander::COMPONENT,
            Self::DisruptionBudgets => &disruption_budgets::COMPONENT,
            Self::Placement => &placement::COMPONENT,
            Self::OnDemandBase => &on_demand_base::COMPONENT,
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

/// Finds what the schema cannot say of the components' parts of the configuration.
pub(crate) fn validate(context: &mut Context<'_>) {
    for id in ComponentId::ALL {
        if let Some(validate) = id.component().validate {
            validate(context);
        }
    }
}
