//! The whole system: the plan that all share, and one field for each component.

use super::Notice;
use super::descheduler::Descheduler;
use super::monitoring::Monitoring;
use super::overprovisioner::{Overprovisioner, Placeholder};
use super::proportional_autoscaler::{ProportionalAutoscaler, Scaling};
use super::termination_handler::TerminationHandler;
use crate::config::{Simulation, Spot};
use crate::plan::Amount;
use crate::plan::Plan;

/// Everything decided.
#[derive(Clone, Debug)]
pub struct System {
    pub plan: Plan,
    pub overprovisioner: Option<Overprovisioner>,
    pub proportional_autoscaler: Option<ProportionalAutoscaler>,
    pub descheduler: Option<Descheduler>,
    pub termination_handler: Option<TerminationHandler>,
    pub monitoring: Option<Monitoring>,
    /// What `spotgen simulate` plays, and what must come of it.
    pub simulation: Option<Simulation>,
    /// Findings that the user accepts: rule and reason.
    pub allowed: Vec<(String, String)>,
    /// Whether the workloads' manifests were read.
    pub from_manifests: bool,
    /// What is decided unasked and has to be known.
    pub notices: Vec<Notice>,
}

impl System {
    /// All placeholders, each with its number.
    pub fn placeholders(&self) -> impl Iterator<Item = (usize, &Placeholder)> {
        let overprovisioner = self.overprovisioner.iter();
        overprovisioner.flat_map(|overprovisioner| overprovisioner.placeholders.iter().enumerate())
    }

    /// Everything that scales placeholders, with the placeholders' numbers.
    pub fn scalings(&self) -> impl Iterator<Item = (usize, &Scaling)> {
        let placeholders = self.placeholders();
        placeholders.filter_map(|(at, placeholder)| Some((at, placeholder.scaling.as_ref()?)))
    }

    /// What the controllers on on-demand nodes request, sizes and numbers: it takes room there.
    pub fn on_demand_controllers(&self) -> Vec<(Amount, i64)> {
        let descheduler = self
            .descheduler
            .as_ref()
            .filter(|descheduler| descheduler.placement.spot() == Some(Spot::Never));
        let descheduler = descheduler.map(|found| &found.resources);
        let scaler = self.proportional_autoscaler.as_ref();
        let installed = descheduler
            .into_iter()
            .chain(scaler.map(|found| &found.resources));
        installed
            .map(|resources| (Amount::from(resources), 1))
            .collect()
    }
}
