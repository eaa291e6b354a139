//! A family of EC2 instance types, in which most sizes follow from the family.

use crate::providers::{Architecture, VmResources};

pub(super) const AMD64: Architecture = Architecture::Amd64;
pub(super) const ARM64: Architecture = Architecture::Arm64;

const VCPUS_PER_XLARGE: u32 = 4;

/// Up to so many vCPUs, so many pods per node.
pub(super) type Step = (u32, u32);

/// Families that differ in their name only.
pub(super) struct InstanceFamily {
    names: &'static [&'static str],
    architecture: Architecture,
    mib_per_vcpu: u64,
    /// The vCPUs of the sizes whose names say them, and whose memory keeps to the ratio.
    vcpus: &'static [u32],
    max_pods: &'static [Step],
    /// Bare metal: `metal` is as large as the largest size, `metal-24xl` as large as `24xlarge`.
    metal: &'static [&'static str],
    listed: &'static [Size],
}

/// A size that the ratio of its family says nothing of.
pub(super) struct Size {
    name: &'static str,
    vcpus: u32,
    mib: u64,
    max_pods: u32,
    gpus: u32,
}

/// An instance type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InstanceType {
    pub(super) resources: VmResources,
    /// The pods that the addresses of its network interfaces allow.
    pub(super) max_pods: u32,
}

pub(super) const fn gib(gib: u64) -> u64 {
    gib * 1024
}

pub(super) const fn size(name: &'static str, vcpus: u32, mib: u64, max_pods: u32) -> Size {
    gpus(name, vcpus, mib, max_pods, 0)
}

pub(super) const fn gpus(
    name: &'static str,
    vcpus: u32,
    mib: u64,
    max_pods: u32,
    gpus: u32,
) -> Size {
    Size {
        name,
        vcpus,
        mib,
        max_pods,
        gpus,
    }
}

impl InstanceFamily {
    pub(super) const fn new(
        names: &'static [&'static str],
        architecture: Architecture,
        mib_per_vcpu: u64,
        vcpus: &'static [u32],
        max_pods: &'static [Step],
    ) -> Self {
        Self {
            names,
            architecture,
            mib_per_vcpu,
            vcpus,
            max_pods,
            metal: &[],
            listed: &[],
        }
    }

    /// A family of which no size keeps to a ratio.
    pub(super) const fn listed(
        names: &'static [&'static str],
        architecture: Architecture,
        listed: &'static [Size],
    ) -> Self {
        Self::new(names, architecture, 0, &[], &[]).and(listed)
    }

    pub(super) const fn and(mut self, listed: &'static [Size]) -> Self {
        self.listed = listed;
        self
    }

    pub(super) const fn metal(mut self, metal: &'static [&'static str]) -> Self {
        self.metal = metal;
        self
    }

    pub(super) fn has_name(&self, family: &str) -> bool {
        self.names.contains(&family)
    }

    /// The size of a name such as `2xlarge`.
    pub(super) fn instance_type(&self, name: &str) -> Option<InstanceType> {
        if let Some(size) = self.listed.iter().find(|size| size.name == name) {
            return Some(InstanceType {
                resources: VmResources {
                    vcpus: size.vcpus,
                    memory_mib: size.mib,
                    architecture: self.architecture,
                    gpus: size.gpus,
                },
                max_pods: size.max_pods,
            });
        }
        let vcpus = match name.strip_prefix("metal") {
            Some(_) if !self.metal.contains(&name) => return None,
            Some("") => *self.vcpus.last()?,
            Some(size) => xlarges(size.strip_prefix('-')?.strip_suffix("xl")?)?,
            None => vcpus(name)?,
        };
        if !self.vcpus.contains(&vcpus) {
            return None;
        }
        let (_, max_pods) = self.max_pods.iter().find(|(most, _)| vcpus <= *most)?;
        Some(InstanceType {
            resources: VmResources {
                vcpus,
                memory_mib: u64::from(vcpus) * self.mib_per_vcpu,
                architecture: self.architecture,
                gpus: 0,
            },
            max_pods: *max_pods,
        })
    }

    /// The full names of all its types.
    pub(super) fn type_names(&self) -> impl Iterator<Item = String> {
        let sizes = || {
            let regular = self.vcpus.iter().map(|vcpus| size_name(*vcpus));
            let metal = self.metal.iter().map(ToString::to_string);
            let listed = self.listed.iter().map(|size| size.name.to_owned());
            regular.chain(metal).chain(listed)
        };
        self.names
            .iter()
            .flat_map(move |family| sizes().map(move |size| format!("{family}.{size}")))
    }
}

/// What a size is called that has so many vCPUs.
fn size_name(vcpus: u32) -> String {
    match vcpus {
        1 => "medium".to_owned(),
        2 => "large".to_owned(),
        VCPUS_PER_XLARGE => "xlarge".to_owned(),
        more => format!("{}xlarge", more / VCPUS_PER_XLARGE),
    }
}

/// The vCPUs of a size, where its name says them.
fn vcpus(size: &str) -> Option<u32> {
    match size {
        "medium" => Some(1),
        "large" => Some(2),
        "xlarge" => Some(VCPUS_PER_XLARGE),
        _ => xlarges(size.strip_suffix("xlarge")?),
    }
}

/// EC2 writes no leading zeros, and no `1xlarge`.
fn xlarges(digits: &str) -> Option<u32> {
    if digits.starts_with(['0', '+']) || digits == "1" {
        return None;
    }
    digits.parse::<u32>().ok()?.checked_mul(VCPUS_PER_XLARGE)
}
