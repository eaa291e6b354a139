//! What manifests hold of the system as others have made it.

use super::descheduler::{InstalledPolicy, is_policy};
use super::priority_expander::{InstalledPriorities, is_meant};
use super::programs::{self, Program};
use super::proportional_autoscaler::{InstalledParameters, Scaler, is_parameters, read};
use crate::manifests::{ManifestWorkload, Manifests, Wanted};

/// What the components read of manifests.
pub const WANTED: Wanted = Wanted {
    config_map: |name, mut data| {
        is_meant(name)
            || Iterator::any(&mut data, |(key, text)| {
                is_parameters(key) || is_policy(text)
            })
    },
    image: |image| Program::of_image(image).is_some(),
};

/// Manifests, and what they hold of the system.
#[derive(Debug)]
pub struct Installed<'m> {
    pub manifests: &'m Manifests,
    pub priorities: Vec<InstalledPriorities<'m>>,
    pub policies: Vec<InstalledPolicy<'m>>,
    pub parameters: Vec<InstalledParameters<'m>>,
}

impl<'m> Installed<'m> {
    pub fn read(manifests: &'m Manifests) -> Self {
        let mut installed = Self {
            manifests,
            priorities: Vec::new(),
            policies: Vec::new(),
            parameters: Vec::new(),
        };
        for map in &manifests.config_maps {
            if let Some(priorities) = InstalledPriorities::read(map) {
                installed.priorities.push(priorities);
            } else if let Some(policy) = InstalledPolicy::read(map) {
                installed.policies.push(policy);
            } else if let Some(parameters) = read(map) {
                installed.parameters.push(parameters);
            }
        }
        installed
    }

    /// The workloads that run a program of the system.
    pub fn running(&self, program: Program) -> impl Iterator<Item = &'m ManifestWorkload> {
        programs::running(self.manifests, program)
    }

    /// The workloads of placeholders.
    pub fn placeholders(&self) -> impl Iterator<Item = &'m ManifestWorkload> {
        programs::placeholders(self.manifests)
    }

    /// The workloads that run a proportional autoscaler.
    pub fn scalers(&self) -> impl Iterator<Item = Scaler<'m>> {
        self.running(Program::ProportionalAutoscaler).map(Scaler)
    }
}
