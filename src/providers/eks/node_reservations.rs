//! What EKS leaves to pods on a node of its own Linux images.
//!
//! Source: awslabs/amazon-eks-ami `nodeadm/internal/kubelet/config.go` (what the kubelet reserves, and where it starts to
//! evict); aws/karpenter-provider-aws `pkg/providers/instancetype/types.go` (what of its memory an instance never shows to
//! Kubernetes). What comes of both is what Karpenter's page of instance types calls the resources of a type.

use super::instance_family::InstanceType;
use super::instance_types::instance_type;
use crate::providers::{Allocatable, Architecture};

const BYTES_PER_MIB: i64 = 1024 * 1024;

const RESERVED_MIB_PER_POD: u64 = 11;
const RESERVED_MIB_PER_NODE: u64 = 255;
const EVICTION_THRESHOLD_MIB: u64 = 100;

/// The hypervisor and the kernel keep this much: Karpenter's default of `VM_MEMORY_OVERHEAD_PERCENT`, which errs on the
/// large side.
const OVERHEAD_PER_MILLE: u64 = 75;
/// Contiguous memory that the kernel keeps on Graviton.
const ARM_RESERVED_MIB: u64 = 64;

/// The reserved part of each range of CPU, in ten-thousandths.
const RESERVED_CPU: [(i64, i64, i64); 4] = [
    (0, 1000, 600),
    (1000, 2000, 100),
    (2000, 4000, 50),
    (4000, i64::MAX, 25),
];

/// What an instance of this type leaves to pods, with as many pods as the addresses of its network interfaces allow.
///
/// Prefix delegation and a `maxPods` of one's own change how many pods there can be, but not what nodeadm reserves.
pub(super) fn allocatable(name: &str) -> Option<Allocatable> {
    Some(left_over(&instance_type(name)?))
}

fn left_over(of: &InstanceType) -> Allocatable {
    let vm = &of.resources;
    let reserved = RESERVED_MIB_PER_POD * u64::from(of.max_pods) + RESERVED_MIB_PER_NODE;
    let reserved = reserved + EVICTION_THRESHOLD_MIB + unseen_mib(vm.memory_mib, vm.architecture);
    let reserved = i64::try_from(reserved).unwrap_or(i64::MAX);
    let cpu = reserved_cpu_millis(i64::from(vm.vcpus) * 1000);
    Allocatable::left_over(vm, cpu, reserved.saturating_mul(BYTES_PER_MIB))
}

/// What Kubernetes does not see of the memory.
fn unseen_mib(memory_mib: u64, architecture: Architecture) -> u64 {
    let kernel = match architecture {
        Architecture::Amd64 => 0,
        Architecture::Arm64 => ARM_RESERVED_MIB,
    };
    let rest = memory_mib.saturating_sub(kernel);
    kernel + (rest * OVERHEAD_PER_MILLE).div_ceil(1000)
}

fn reserved_cpu_millis(cpu_millis: i64) -> i64 {
    let parts = RESERVED_CPU.iter();
    let parts = parts.filter(|(from, ..)| cpu_millis > *from);
    parts
        .map(|(from, to, part)| (cpu_millis.min(*to) - from) * part / 10_000)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserves_cpu_as_nodeadm_does() {
        for (vcpus, millis) in [(1, 60), (2, 70), (4, 80), (8, 90), (16, 110), (96, 310)] {
            assert_eq!(reserved_cpu_millis(vcpus * 1000), millis, "{vcpus}");
        }
    }

    #[test]
    fn leaves_to_pods_what_karpenter_says() {
        let cases = [
            ("t3.medium", 1930, 3246),
            ("t4g.large", 1930, 6778),
            ("m5.large", 1930, 6903),
            ("m6i.xlarge", 3920, 14162),
            ("m6in.32xlarge", 127_610, 480_277),
            ("m7g.2xlarge", 7910, 29258),
            ("m8i.96xlarge", 382_970, 1_437_890),
            ("c7i.metal-24xl", 95690, 173_400),
            ("r6g.medium", 940, 7075),
            ("g5.48xlarge", 191_450, 723_299),
            ("p4d.24xlarge", 95690, 1_082_712),
        ];
        for (name, cpu_millis, mib) in cases {
            let expected = Allocatable {
                cpu_millis,
                memory_bytes: mib * BYTES_PER_MIB,
            };
            assert_eq!(allocatable(name), Some(expected), "{name}");
        }
        assert_eq!(allocatable("m5.tiny"), None);
    }

    #[test]
    fn a_node_too_small_leaves_nothing() {
        let mut nano = instance_type("t3.nano").expect("a known type");
        nano.resources.memory_mib = 256;
        assert_eq!(left_over(&nano).memory_bytes, 0);
        assert_eq!(left_over(&nano).cpu_millis, 1930);
    }
}
