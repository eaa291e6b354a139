//! A family of Compute Engine's machine types, in which most follow from the family.

use crate::providers::{Architecture, VmResources};

const AMD64: Architecture = Architecture::Amd64;
const ARM64: Architecture = Architecture::Arm64;

/// Machine types that differ in their number only: `n2-standard-4`.
pub(super) struct MachineFamily {
    /// What stands before the number.
    prefix: &'static str,
    architecture: Architecture,
    mib_per_vcpu: u64,
    /// The numbers, which are vCPUs.
    vcpus: &'static [u32],
    /// Numbers whose memory does not keep to the ratio, and their MiB.
    irregular: &'static [(u32, u64)],
    /// What can stand behind the number, and with which numbers.
    variants: &'static [(&'static str, &'static [u32])],
}

/// A machine type that stands for itself.
pub(super) struct Machine {
    pub(super) name: &'static str,
    pub(super) vcpus: u32,
    pub(super) mib: u64,
    pub(super) gpus: u32,
}

pub(super) const fn gib(gib: u64) -> u64 {
    gib * 1024
}

pub(super) const fn machine(name: &'static str, vcpus: u32, mib: u64, gpus: u32) -> Machine {
    Machine {
        name,
        vcpus,
        mib,
        gpus,
    }
}

impl MachineFamily {
    pub(super) const fn new(
        prefix: &'static str,
        mib_per_vcpu: u64,
        vcpus: &'static [u32],
    ) -> Self {
        Self {
            prefix,
            architecture: AMD64,
            mib_per_vcpu,
            vcpus,
            irregular: &[],
            variants: &[],
        }
    }

    pub(super) const fn arm(mut self) -> Self {
        self.architecture = ARM64;
        self
    }

    pub(super) const fn irregular(mut self, irregular: &'static [(u32, u64)]) -> Self {
        self.irregular = irregular;
        self
    }

    pub(super) const fn variants(
        mut self,
        variants: &'static [(&'static str, &'static [u32])],
    ) -> Self {
        self.variants = variants;
        self
    }

    pub(super) fn resources(&self, name: &str) -> Option<VmResources> {
        let rest = name.strip_prefix(self.prefix)?.strip_prefix('-')?;
        let end = rest
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, variant) = rest.split_at(end);
        if digits.starts_with('0') {
            return None;
        }
        let vcpus: u32 = digits.parse().ok()?;
        let mut sizes = self.sizes(variant)?.iter();
        sizes.find(|known| **known == vcpus)?;
        let mut irregular = self.irregular.iter();
        let memory_mib = match irregular.find(|(number, _)| *number == vcpus) {
            Some((_, mib)) => *mib,
            None => u64::from(vcpus) * self.mib_per_vcpu,
        };
        Some(VmResources {
            vcpus,
            memory_mib,
            architecture: self.architecture,
            gpus: 0,
        })
    }

    /// The numbers that can stand before a variant.
    fn sizes(&self, variant: &str) -> Option<&'static [u32]> {
        if variant.is_empty() {
            return Some(self.vcpus);
        }
        let mut variants = self.variants.iter();
        variants
            .find(|(known, _)| *known == variant)
            .map(|(_, sizes)| *sizes)
    }

    pub(super) fn type_names(&self) -> impl Iterator<Item = String> {
        let plain = [("", self.vcpus)];
        let all = plain.into_iter().chain(self.variants.iter().copied());
        let prefix = self.prefix;
        all.flat_map(move |(variant, sizes)| {
            let name = move |vcpus: &u32| format!("{prefix}-{vcpus}{variant}");
            sizes.iter().map(name)
        })
    }
}

impl Machine {
    pub(super) fn resources(&self) -> VmResources {
        VmResources {
            vcpus: self.vcpus,
            memory_mib: self.mib,
            architecture: AMD64,
            gpus: self.gpus,
        }
    }
}
