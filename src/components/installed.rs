//! What manifests hold of the system as others have made it.

use super::ComponentId;
use super::descheduler::rounds::{Idle, POLICY_FILE};
use super::descheduler::{Failback, InstalledPolicy, is_image_of_a_release};
use super::priority_expander::InstalledPriorities;
use super::programs;
use super::proportional_autoscaler::{InstalledParameters, Scaler, read};
use crate::manifests::{ManifestWorkload, Manifests, Wanted};
use crate::plan::Plan;
use crate::values::Version;

/// What the components read of manifests.
pub const WANTED: Wanted = Wanted {
    config_map: |name, data| {
        let data: Vec<(&str, &str)> = data.collect();
        let mut components = ComponentId::ALL.into_iter();
        components.any(|id| {
            let config_map = id.component().config_map;
            config_map.is_some_and(|is_its_own| is_its_own(name, &data))
        })
    },
    program: |image, started_with| programs::component_of(image, started_with).is_some(),
    originals: false,
    chart: |is_it| {
        let charts = ComponentId::ALL.into_iter();
        let mut charts = charts.filter_map(|id| id.component().values);
        charts.find(|chart| is_it(chart))
    },
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
        let policies = installed.policies.iter();
        let are_trusted: Vec<bool> = policies
            .map(|policy| installed.is_read_by_own_image(policy))
            .collect();
        let policies = installed.policies.iter_mut().zip(are_trusted);
        for (policy, _) in policies.filter(|(_, is_trusted)| *is_trusted) {
            policy.trust_plugins_of_its_image();
        }
        installed
    }

    /// Whether what reads a policy is an image that may have plugins of its owner.
    fn is_read_by_own_image(&self, policy: &InstalledPolicy<'_>) -> bool {
        let reader = self.reader(policy);
        let program = reader.and_then(|reader| reader.program.as_deref());
        program.is_some_and(|program| !is_image_of_a_release(&program.image))
    }

    /// The policies that the descheduler can use.
    pub(crate) fn readable_policies(&self) -> impl Iterator<Item = &InstalledPolicy<'m>> {
        let policies = self.policies.iter();
        policies.filter(|found| found.is_accepted())
    }

    /// Every profile that brings pods back to Spot, with its policy.
    pub(crate) fn failbacks<'i>(
        &'i self,
        plan: &'i Plan,
    ) -> impl Iterator<Item = (&'i InstalledPolicy<'m>, Failback<'i>)> {
        let policies = self.readable_policies();
        policies.flat_map(move |found| found.policy.failbacks(plan).map(move |own| (found, own)))
    }

    /// The descheduler that reads a policy: the one that mounts it. Where none mounts any policy that is known, the only
    /// one reads it.
    pub(crate) fn reader(&self, policy: &InstalledPolicy<'_>) -> Option<&'m ManifestWorkload> {
        let mut all = self.running(ComponentId::Descheduler);
        if let Some(found) = all.find(|found| policy.is_mounted_by(found)) {
            return Some(found);
        }
        let mounts_other = |found: &&ManifestWorkload| {
            let mut policies = self.policies.iter();
            policies.any(|policy| policy.is_mounted_by(found))
        };
        let mut others = self
            .running(ComponentId::Descheduler)
            .filter(|found| !mounts_other(found));
        let first = others.next()?;
        others.next().is_none().then_some(first)
    }

    /// Why a descheduler does not find its policy, where it does not.
    /// Source: kubernetes-sigs/descheduler pkg/descheduler/policyconfig.go, `LoadPolicyConfig`.
    pub(crate) fn without_file(&self, found: &ManifestWorkload) -> Option<Idle> {
        let program = found.program.as_deref()?;
        let file = program.argument(POLICY_FILE)?;
        let lacks = |policy: &&InstalledPolicy<'_>| {
            let mounts = program.mounts.iter();
            let mut mounts = mounts.filter(|mount| policy.is_mounted_as(&mount.config_map, found));
            mounts.any(|mount| mount.lacks(file, policy.keys()))
        };
        let policy = self.policies.iter().find(lacks)?;
        Some(Idle::WithoutFile(file.to_owned(), policy.map.name.clone()))
    }

    /// Whether a policy has the format that 0.31 removed, and what reads it is older.
    pub(crate) fn is_of_an_old_release(&self, policy: &InstalledPolicy<'_>) -> bool {
        let version = || {
            let program = self.reader(policy)?.program.as_deref()?;
            Version::parse(program.tag()?)
        };
        policy.is_former() && version().is_some_and(|version| !version.at_least(0, 31))
    }

    /// The workloads that run a component.
    pub fn running(&self, id: ComponentId) -> impl Iterator<Item = &'m ManifestWorkload> {
        programs::running(self.manifests, id)
    }

    /// The workloads that are a part of the system.
    pub fn components(&self) -> impl Iterator<Item = &'m ManifestWorkload> {
        let workloads = self.manifests.workloads.iter();
        workloads.filter(|found| found.is_of_the_system())
    }

    /// The workloads of placeholders.
    pub fn placeholders(&self) -> impl Iterator<Item = &'m ManifestWorkload> {
        let workloads = self.manifests.workloads.iter();
        workloads.filter(|found| found.placeholder.is_some())
    }

    /// The workloads that run a proportional autoscaler.
    pub fn scalers(&self) -> impl Iterator<Item = Scaler<'m>> {
        self.running(ComponentId::ProportionalAutoscaler)
            .map(Scaler)
    }
}
