//! What AKS leaves to pods on a node.
//!
//! Source: MicrosoftDocs/azure-aks-docs `articles/aks/node-resource-reservations.md`.

use super::vm_sizes;
use crate::providers::{Allocatable, VmResources};

const BYTES_PER_MIB: i64 = 1024 * 1024;

/// The kubelet's own default, and that of AKS but for two of its networks: Azure CNI Overlay
/// defaults to 250, which reserves more, and Azure CNI with node subnets to 30.
const DEFAULT_MAX_PODS: u32 = 110;

/// AKS 1.29 and later. AKS documents MB; as MiB the reservation errs on the large side.
const RESERVED_MIB_PER_POD: u64 = 20;
const RESERVED_MIB_PER_NODE: u64 = 50;
const RESERVED_PERCENT_AT_MOST: u64 = 25;
const EVICTION_THRESHOLD_MIB: u64 = 100;

/// The reserved CPU AKS documents, as pairs of vCPUs and millicores.
const RESERVED_CPU: [(i64, i64); 7] = [
    (1, 60),
    (2, 100),
    (4, 140),
    (8, 180),
    (16, 260),
    (32, 420),
    (64, 740),
];

/// What AKS (1.29 and later) leaves to pods on a node of this size with the default number of pods.
///
/// The kernel and the hypervisor keep a few percent of the memory for themselves, which AKS does
/// not document by size; what a node reports is that much less.
pub(super) fn allocatable(size: &str) -> Option<Allocatable> {
    Some(left_over(&vm_sizes::resources(size)?, DEFAULT_MAX_PODS))
}

fn left_over(vm: &VmResources, max_pods: u32) -> Allocatable {
    let reserved = reserved_memory_mib(vm.memory_mib, max_pods) + EVICTION_THRESHOLD_MIB;
    let reserved = i64::try_from(reserved).unwrap_or(i64::MAX);
    let cpu = reserved_cpu_millis(i64::from(vm.vcpus));
    Allocatable::left_over(vm, cpu, reserved.saturating_mul(BYTES_PER_MIB))
}

fn reserved_memory_mib(memory_mib: u64, max_pods: u32) -> u64 {
    let by_pods = RESERVED_MIB_PER_POD * u64::from(max_pods) + RESERVED_MIB_PER_NODE;
    let by_share = memory_mib
        .saturating_mul(RESERVED_PERCENT_AT_MOST)
        .div_ceil(100);
    by_pods.min(by_share)
}

/// Rounded up between the documented points; beyond them the last slope goes on.
fn reserved_cpu_millis(vcpus: i64) -> i64 {
    let segment = RESERVED_CPU
        .windows(2)
        .find(|pair| pair[1].0 >= vcpus)
        .unwrap_or(&RESERVED_CPU[RESERVED_CPU.len() - 2..]);
    let ((from_vcpus, from_millis), (to_vcpus, to_millis)) = (segment[0], segment[1]);
    let run = to_vcpus - from_vcpus;
    let rise = (to_millis - from_millis) * (vcpus - from_vcpus);
    from_millis + (rise + run - 1).div_euclid(run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Architecture;

    #[test]
    fn reserves_cpu_as_documented() {
        let cases = [
            (1, 60),
            (2, 100),
            (3, 120),
            (4, 140),
            (8, 180),
            (12, 220),
            (16, 260),
            (20, 300),
            (32, 420),
            (48, 580),
            (64, 740),
            (96, 1060),
        ];
        for (vcpus, millis) in cases {
            assert_eq!(reserved_cpu_millis(vcpus), millis, "{vcpus}");
        }
    }

    #[test]
    fn reserves_memory_as_documented() {
        assert_eq!(reserved_memory_mib(8 * 1024, 30), 650);
        assert_eq!(reserved_memory_mib(4 * 1024, 70), 1024);
        assert_eq!(reserved_memory_mib(16 * 1024, DEFAULT_MAX_PODS), 2250);
    }

    #[test]
    fn leaves_the_rest_to_pods() {
        let vm = vm_sizes::resources("Standard_D4s_v5").expect("a known size");
        let allocatable = allocatable("Standard_D4s_v5").expect("a known size");
        assert_eq!(allocatable.cpu_millis, 3860);
        assert_eq!(
            allocatable.memory_bytes,
            (16 * 1024 - 2250 - 100) * 1024 * 1024
        );
        let overlay = left_over(&vm, 250);
        assert_eq!(overlay.memory_bytes, (16 * 1024 - 4096 - 100) * 1024 * 1024);
    }

    #[test]
    fn a_node_too_small_leaves_nothing() {
        let vm = VmResources {
            vcpus: 0,
            memory_mib: 64,
            architecture: Architecture::Amd64,
            gpus: 0,
        };
        let nothing = Allocatable {
            cpu_millis: 0,
            memory_bytes: 0,
        };
        assert_eq!(left_over(&vm, DEFAULT_MAX_PODS), nothing);
    }
}
