//! What an EC2 instance type has. Only listed types are known.

use super::cpu_families::{COMPUTE_OPTIMIZED, GENERAL_PURPOSE, MEMORY_OPTIMIZED, OTHERS};
use super::gpu_families::WITH_GPUS;
use super::instance_family::{InstanceFamily, InstanceType};
use crate::providers::VmResources;

fn families() -> impl Iterator<Item = &'static InstanceFamily> {
    [
        GENERAL_PURPOSE,
        COMPUTE_OPTIMIZED,
        MEMORY_OPTIMIZED,
        OTHERS,
        WITH_GPUS,
    ]
    .into_iter()
    .flatten()
}

/// The type of a name such as `m6i.xlarge`.
pub(super) fn instance_type(name: &str) -> Option<InstanceType> {
    let (family, size) = name.split_once('.')?;
    families()
        .find(|known| known.has_name(family))?
        .instance_type(size)
}

/// What an instance of this type has; `None` where it is not known.
pub(super) fn resources(name: &str) -> Option<VmResources> {
    Some(instance_type(name)?.resources)
}

/// All known types.
pub(super) fn names() -> Vec<String> {
    families().flat_map(InstanceFamily::type_names).collect()
}

/// `m6i` of `m6i.xlarge`.
pub(super) fn series(name: &str) -> String {
    let family = name.split('.').next().unwrap_or_default();
    family.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Architecture::{self, Amd64, Arm64};

    /// Type, vCPUs, MiB, architecture, GPUs, pods.
    type Known = (&'static str, u32, u64, Architecture, u32, u32);

    const KNOWN: &[Known] = &[
        ("t2.nano", 1, 512, Amd64, 0, 4),
        ("t3.nano", 2, 512, Amd64, 0, 4),
        ("t3.medium", 2, 4096, Amd64, 0, 17),
        ("t3.2xlarge", 8, 32768, Amd64, 0, 58),
        ("t3a.small", 2, 2048, Amd64, 0, 8),
        ("t4g.small", 2, 2048, Arm64, 0, 11),
        ("t4g.large", 2, 8192, Arm64, 0, 35),
        ("m4.10xlarge", 40, 163_840, Amd64, 0, 234),
        ("m5.large", 2, 8192, Amd64, 0, 29),
        ("m5.metal", 96, 393_216, Amd64, 0, 737),
        ("m5a.24xlarge", 96, 393_216, Amd64, 0, 737),
        ("m5d.4xlarge", 16, 65536, Amd64, 0, 234),
        ("m5n.8xlarge", 32, 131_072, Amd64, 0, 234),
        ("m5zn.12xlarge", 48, 196_608, Amd64, 0, 737),
        ("m5zn.metal", 48, 196_608, Amd64, 0, 737),
        ("m6a.48xlarge", 192, 786_432, Amd64, 0, 737),
        ("m6g.medium", 1, 4096, Arm64, 0, 8),
        ("m6g.metal", 64, 262_144, Arm64, 0, 737),
        ("m6i.xlarge", 4, 16384, Amd64, 0, 58),
        ("m6id.32xlarge", 128, 524_288, Amd64, 0, 737),
        ("m6in.32xlarge", 128, 524_288, Amd64, 0, 394),
        ("m7a.medium", 1, 4096, Amd64, 0, 8),
        ("m7a.metal-48xl", 192, 786_432, Amd64, 0, 737),
        ("m7g.2xlarge", 8, 32768, Arm64, 0, 58),
        ("m7gd.metal", 64, 262_144, Arm64, 0, 737),
        ("m7i.metal-24xl", 96, 393_216, Amd64, 0, 737),
        ("m7i-flex.16xlarge", 64, 262_144, Amd64, 0, 737),
        ("m8a.2xlarge", 8, 32768, Amd64, 0, 158),
        ("m8azn.medium", 1, 4096, Amd64, 0, 11),
        ("m8g.metal-48xl", 192, 786_432, Arm64, 0, 737),
        ("m8gn.24xlarge", 96, 393_216, Arm64, 0, 1178),
        ("m8i.96xlarge", 384, 1_572_864, Amd64, 0, 1514),
        ("m8i-flex.large", 2, 8192, Amd64, 0, 59),
        ("m8in.96xlarge", 384, 1_572_864, Amd64, 0, 758),
        ("m9g.medium", 1, 4096, Arm64, 0, 40),
        ("c4.8xlarge", 36, 61440, Amd64, 0, 234),
        ("c5.9xlarge", 36, 73728, Amd64, 0, 234),
        ("c5.metal", 96, 196_608, Amd64, 0, 737),
        ("c5n.large", 2, 5376, Amd64, 0, 29),
        ("c5n.18xlarge", 72, 196_608, Amd64, 0, 737),
        ("c5n.metal", 72, 196_608, Amd64, 0, 737),
        ("c6g.xlarge", 4, 8192, Arm64, 0, 58),
        ("c6in.metal", 128, 262_144, Amd64, 0, 394),
        ("c7i.metal-48xl", 192, 393_216, Amd64, 0, 737),
        ("c7i-flex.large", 2, 4096, Amd64, 0, 29),
        ("c8g.medium", 1, 2048, Arm64, 0, 8),
        ("c8gb.metal-24xl", 96, 196_608, Arm64, 0, 1178),
        ("c8i.32xlarge", 128, 262_144, Amd64, 0, 1514),
        ("r4.large", 2, 15616, Amd64, 0, 29),
        ("r5.metal", 96, 786_432, Amd64, 0, 737),
        ("r5b.2xlarge", 8, 65536, Amd64, 0, 58),
        ("r6g.16xlarge", 64, 524_288, Arm64, 0, 737),
        ("r6i.32xlarge", 128, 1_048_576, Amd64, 0, 737),
        ("r7a.medium", 1, 8192, Amd64, 0, 8),
        ("r7iz.metal-16xl", 64, 524_288, Amd64, 0, 737),
        ("r8g.48xlarge", 192, 1_572_864, Arm64, 0, 737),
        ("r8i.large", 2, 16384, Amd64, 0, 59),
        ("i3.xlarge", 4, 31232, Amd64, 0, 58),
        ("i3en.3xlarge", 12, 98304, Amd64, 0, 58),
        ("i4i.24xlarge", 96, 786_432, Amd64, 0, 437),
        ("i7ie.12xlarge", 48, 393_216, Amd64, 0, 394),
        ("i8ge.metal-48xl", 192, 1_572_864, Arm64, 0, 1178),
        ("d3en.12xlarge", 48, 196_608, Amd64, 0, 89),
        ("x1.32xlarge", 128, 1_998_848, Amd64, 0, 234),
        ("x1e.xlarge", 4, 124_928, Amd64, 0, 29),
        ("x2gd.medium", 1, 16384, Arm64, 0, 8),
        ("x8aedz.metal-12xl", 48, 1_572_864, Amd64, 0, 1010),
        ("z1d.metal", 48, 393_216, Amd64, 0, 737),
        ("g4ad.xlarge", 4, 16384, Amd64, 1, 8),
        ("g4dn.xlarge", 4, 16384, Amd64, 1, 29),
        ("g4dn.metal", 96, 393_216, Amd64, 8, 737),
        ("g5.48xlarge", 192, 786_432, Amd64, 8, 345),
        ("g5g.metal", 64, 131_072, Arm64, 2, 737),
        ("g6.12xlarge", 48, 196_608, Amd64, 4, 234),
        ("g6e.48xlarge", 192, 1_572_864, Amd64, 8, 492),
        ("gr6.4xlarge", 16, 131_072, Amd64, 1, 234),
        ("p3.2xlarge", 8, 62464, Amd64, 1, 58),
        ("p3dn.24xlarge", 96, 786_432, Amd64, 8, 737),
        ("p4d.24xlarge", 96, 1_179_648, Amd64, 8, 737),
        ("p5.48xlarge", 192, 2_097_152, Amd64, 8, 100),
        ("g6f.large", 2, 8192, Amd64, 1, 20),
        ("p6-b200.48xlarge", 192, 2_097_152, Amd64, 8, 198),
    ];

    #[test]
    fn knows_types_of_each_family() {
        for (name, vcpus, memory_mib, architecture, gpus, max_pods) in KNOWN {
            let expected = InstanceType {
                resources: VmResources {
                    vcpus: *vcpus,
                    memory_mib: *memory_mib,
                    architecture: *architecture,
                    gpus: *gpus,
                },
                max_pods: *max_pods,
            };
            assert_eq!(instance_type(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn knows_nothing_it_is_not_sure_of() {
        let unknown = [
            "",
            "m5",
            "m5.",
            ".large",
            "m5.medium",
            "m5.1xlarge",
            "m5.02xlarge",
            "m5.+2xlarge",
            "m5.3xlarge",
            "m5.48xlarge",
            "m5.metal-24xl",
            "m5a.metal",
            "m7i.metal",
            "m7i.metal-12xl",
            "m7i.metal-",
            "t3.4xlarge",
            "M5.large",
            "m5.large ",
            "m5.999999999999xlarge",
            "Standard_D4s_v5",
            "n2-standard-4",
        ];
        for name in unknown {
            assert_eq!(instance_type(name), None, "{name:?}");
        }
    }

    #[test]
    fn knows_the_series() {
        assert_eq!(series("m6i.xlarge"), series("m6i.2xlarge"));
        assert_ne!(series("m6i.xlarge"), series("m7i.xlarge"));
    }

    #[test]
    fn every_name_is_known_once() {
        let mut names = names();
        assert!(names.iter().all(|name| instance_type(name).is_some()));
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(count > 1000, "{count}");
    }
}
