//! What GKE leaves to pods on a node with Container-Optimized OS.
//!
//! Source: cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes (what GKE reserves, and where the kubelet starts
//! to evict), also in cloudpilot-ai/karpenter-provider-gcp `pkg/utils/utils.go`; kubernetes/autoscaler
//! `cluster-autoscaler/cloudprovider/gce/gce_reserved.go` (what the kernel keeps).

use super::machine_types::{is_shared_core, resources};
use crate::providers::{Allocatable, Architecture, VmResources};

const MIB: i64 = 1024 * 1024;
const GIB_IN_MIB: i64 = 1024;
const EVICTION_THRESHOLD_MIB: i64 = 100;

/// The reserved part of each range of memory in GiB, in percent.
const RESERVED_MEMORY: [(i64, i64, i64); 5] = [
    (0, 4, 25),
    (4, 8, 20),
    (8, 16, 10),
    (16, 128, 6),
    (128, i64::MAX / GIB_IN_MIB, 2),
];
/// Of machines with at most 1 GiB.
const RESERVED_MIB_OF_SMALLEST: i64 = 255;

/// The reserved part of each range of CPU, in ten-thousandths.
const RESERVED_CPU: [(i64, i64, i64); 4] = [
    (0, 1000, 600),
    (1000, 2000, 100),
    (2000, 4000, 50),
    (4000, i64::MAX, 25),
];
/// Of machines with a part of a processor.
const RESERVED_CPU_OF_SHARED_CORE: i64 = 1060;

/// What a machine of this type leaves to pods.
pub(super) fn allocatable(name: &str) -> Option<Allocatable> {
    let vm = resources(name)?;
    let memory_mib = i64::try_from(vm.memory_mib).ok()?;
    let cpu = if is_shared_core(name) {
        RESERVED_CPU_OF_SHARED_CORE
    } else {
        reserved_cpu_millis(i64::from(vm.vcpus) * 1000)
    };
    // In whole MiB, which errs on the large side.
    let kernel_mib = (kernel_bytes(&vm) + MIB - 1) / MIB;
    let reserved_mib = reserved_memory_mib(memory_mib) + EVICTION_THRESHOLD_MIB + kernel_mib;
    let reserved = reserved_mib.saturating_mul(MIB);
    Some(Allocatable::left_over(&vm, cpu, reserved))
}

fn reserved_memory_mib(memory_mib: i64) -> i64 {
    if memory_mib <= GIB_IN_MIB {
        return RESERVED_MIB_OF_SMALLEST;
    }
    let parts = RESERVED_MEMORY.iter();
    let parts = parts.map(|(from, to, percent)| (from * GIB_IN_MIB, to * GIB_IN_MIB, percent));
    parts
        .filter(|(from, ..)| memory_mib > *from)
        .map(|(from, to, percent)| (memory_mib.min(to) - from) * percent / 100)
        .sum()
}

fn reserved_cpu_millis(cpu_millis: i64) -> i64 {
    let parts = RESERVED_CPU.iter();
    let parts = parts.filter(|(from, ..)| cpu_millis > *from);
    parts
        .map(|(from, to, part)| (cpu_millis.min(*to) - from) * part / 10_000)
        .sum()
}

/// What of the memory the kernel never shows to Kubernetes.
fn kernel_bytes(vm: &VmResources) -> i64 {
    let memory_mib = i64::try_from(vm.memory_mib).unwrap_or(i64::MAX);
    let bytes = memory_mib.saturating_mul(MIB);
    let mut kept = bytes / 64 + 16 * MIB;
    if memory_mib > 3 * GIB_IN_MIB {
        kept += 64 * MIB;
    }
    if memory_mib <= 8 * GIB_IN_MIB {
        kept += 8 * MIB;
    }
    kept += (bytes / 100_000).saturating_mul(175).min(248 * MIB);
    match vm.architecture {
        Architecture::Amd64 => kept,
        // A little less was measured there.
        Architecture::Arm64 => kept / 10_000 * 9971,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserves_cpu_as_documented() {
        for (vcpus, millis) in [(1, 60), (2, 70), (4, 80), (8, 90), (16, 110), (96, 310)] {
            assert_eq!(reserved_cpu_millis(vcpus * 1000), millis, "{vcpus}");
        }
    }

    #[test]
    fn reserves_memory_as_documented() {
        let cases = [
            (512, 255),
            (1024, 255),
            (1025, 256),
            (4096, 1024),
            (8192, 1843),
            (16384, 2662),
            (131_072, 9543),
            (200_000, 10_921),
        ];
        for (memory, reserved) in cases {
            assert_eq!(reserved_memory_mib(memory), reserved, "{memory}");
        }
    }

    #[test]
    fn leaves_the_rest_to_pods() {
        let cases = [
            ("e2-micro", 940, 627),
            ("e2-medium", 940, 2812),
            ("e2-standard-4", 3920, 13257),
            ("n2-standard-16", 15890, 58606),
            ("t2a-standard-4", 3920, 13258),
        ];
        for (name, cpu_millis, mib) in cases {
            let left = allocatable(name).expect("a known type");
            assert_eq!(left.cpu_millis, cpu_millis, "{name}");
            assert_eq!(left.memory_bytes, mib * MIB, "{name}");
        }
        assert_eq!(allocatable("n2-standard-3"), None);
    }
}
