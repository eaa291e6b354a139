/// What is known of the provider's VM sizes, each a function of the name of a size.
#[derive(Debug)]
pub struct VmSizes {
    /// What a VM of this size has; `None` where the size is not known.
    pub resources: fn(&str) -> Option<VmResources>,
    /// What a node of this size leaves to pods and `DaemonSet`s; `None` where the size is not known.
    pub allocatable: fn(&str) -> Option<Allocatable>,
    /// The names of all known sizes, but for those that users make up as they need them.
    pub names: fn() -> Vec<String>,
    /// What sizes have in common that are evicted together, whether they are known or not.
    pub series: fn(&str) -> String,
    /// Whether the GPUs of a size are AMD's. All others that are known are NVIDIA's.
    pub has_amd_gpus: fn(&str) -> bool,
    /// Whether GPUs can be added to VMs whose size has none.
    pub can_add_gpus: bool,
    /// Whether a size can be had as Spot; `None` where spotgen takes it that each can.
    pub is_sold_as_spot: Option<fn(&str) -> bool>,
}

/// What a node gets from its VM size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VmResources {
    pub vcpus: u32,
    pub memory_mib: u64,
    pub architecture: Architecture,
    /// What a node can offer as GPUs. A part of one counts as one.
    pub gpus: u32,
}

/// The processors that container images must be built for, as `kubernetes.io/arch` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    Amd64,
    Arm64,
}

impl Architecture {
    /// As the label of nodes has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// What of a node pods can request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocatable {
    pub cpu_millis: i64,
    pub memory_bytes: i64,
}

impl Allocatable {
    const BYTES_PER_MIB: i64 = 1024 * 1024;

    /// What is left of a VM. Where more is reserved than there is, nothing is.
    pub(super) fn left_over(vm: &VmResources, cpu_millis: i64, memory_bytes: i64) -> Self {
        let memory = i64::try_from(vm.memory_mib).unwrap_or(i64::MAX);
        let memory = memory.saturating_mul(Self::BYTES_PER_MIB);
        Self {
            cpu_millis: (i64::from(vm.vcpus) * 1000 - cpu_millis).max(0),
            memory_bytes: (memory - memory_bytes).max(0),
        }
    }
}

/// The quota of vCPUs of a subscription in a region.
#[derive(Debug)]
pub struct Quota {
    /// The command that shows what is used and what there is.
    pub command: &'static str,
    /// The name of the quota of Spot vCPUs, one figure for all sizes.
    pub spot: &'static str,
    /// The name of the quota of all regular vCPUs.
    pub regular: &'static str,
    /// The name of the quota of regular vCPUs that a size counts against beside that; `None` where it is not known.
    pub family: fn(&str) -> Option<&'static str>,
    /// vCPUs that a size counts with; `None` where that is not known.
    pub vcpus: fn(&str) -> Option<u32>,
}
