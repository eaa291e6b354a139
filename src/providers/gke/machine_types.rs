//! What a machine type of Compute Engine has. Only listed types are known, and custom ones, whose names say it.

use super::custom_machines;
use super::machine_families::{FAMILIES, MACHINES};
use super::machine_family::MachineFamily;
use crate::providers::VmResources;

/// E2 with a part of a processor.
const SHARED_CORE: &[&str] = &["e2-micro", "e2-small", "e2-medium"];

/// What a machine of this type has; `None` where it is not known.
pub(super) fn resources(name: &str) -> Option<VmResources> {
    let listed = || MACHINES.iter().find(|machine| machine.name == name);
    let mut families = FAMILIES.iter();
    families
        .find_map(|family| family.resources(name))
        .or_else(|| Some(listed()?.resources()))
        .or_else(|| custom_machines::resources(name))
}

pub(super) fn is_shared_core(name: &str) -> bool {
    SHARED_CORE.contains(&name) || custom_machines::is_shared_core(name)
}

/// All predefined types.
pub(super) fn names() -> Vec<String> {
    let listed = MACHINES.iter().map(|machine| machine.name.to_owned());
    let families = FAMILIES.iter().flat_map(MachineFamily::type_names);
    families.chain(listed).collect()
}

/// `n2d` of `n2d-standard-4`.
pub(super) fn series(name: &str) -> String {
    let series = name.split('-').next().unwrap_or_default();
    series.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Architecture::{Amd64, Arm64};

    #[test]
    fn knows_types_of_each_family() {
        let gib = 1024;
        let cases = [
            ("e2-micro", 2, gib, Amd64, 0),
            ("e2-medium", 2, 4 * gib, Amd64, 0),
            ("e2-standard-4", 4, 16 * gib, Amd64, 0),
            ("e2-highmem-16", 16, 128 * gib, Amd64, 0),
            ("e2-highcpu-32", 32, 32 * gib, Amd64, 0),
            ("n1-standard-1", 1, 3840, Amd64, 0),
            ("n1-highmem-96", 96, 624 * gib, Amd64, 0),
            ("n1-highcpu-2", 2, 1843, Amd64, 0),
            ("n2-standard-4", 4, 16 * gib, Amd64, 0),
            ("n2-highmem-96", 96, 768 * gib, Amd64, 0),
            ("n2-highmem-128", 128, 864 * gib, Amd64, 0),
            ("n2-highcpu-80", 80, 80 * gib, Amd64, 0),
            ("n2d-standard-224", 224, 896 * gib, Amd64, 0),
            ("n2d-highmem-96", 96, 768 * gib, Amd64, 0),
            ("n4-highcpu-80", 80, 160 * gib, Amd64, 0),
            ("n4d-highmem-96", 96, 768 * gib, Amd64, 0),
            ("n4a-standard-64", 64, 256 * gib, Arm64, 0),
            ("c2-standard-30", 30, 120 * gib, Amd64, 0),
            ("c2d-highcpu-112", 112, 224 * gib, Amd64, 0),
            ("c3-standard-22", 22, 88 * gib, Amd64, 0),
            ("c3-standard-4-lssd", 4, 16 * gib, Amd64, 0),
            ("c3-highmem-176", 176, 1408 * gib, Amd64, 0),
            ("c3-highcpu-192-metal", 192, 512 * gib, Amd64, 0),
            ("c3d-highcpu-16", 16, 32 * gib, Amd64, 0),
            ("c3d-highcpu-30", 30, 59 * gib, Amd64, 0),
            ("c3d-highmem-360-lssd", 360, 2880 * gib, Amd64, 0),
            ("c4-standard-2", 2, 7 * gib, Amd64, 0),
            ("c4-standard-24", 24, 90 * gib, Amd64, 0),
            ("c4-highmem-4", 4, 31 * gib, Amd64, 0),
            ("c4-highmem-288-lssd-metal", 288, 2232 * gib, Amd64, 0),
            ("c4a-standard-1", 1, 4 * gib, Arm64, 0),
            ("c4a-highmem-72-lssd", 72, 576 * gib, Arm64, 0),
            ("c4a-highmem-96-metal", 96, 768 * gib, Arm64, 0),
            ("c4d-standard-8", 8, 31 * gib, Amd64, 0),
            ("c4d-highmem-384", 384, 3024 * gib, Amd64, 0),
            ("c4d-highcpu-2", 2, 3 * gib, Amd64, 0),
            ("c4d-highcpu-384", 384, 720 * gib, Amd64, 0),
            ("c4d-highcpu-384-metal", 384, 768 * gib, Amd64, 0),
            ("c4n-standard-192", 192, 720 * gib, Amd64, 0),
            ("z3-highmem-22-highlssd", 22, 176 * gib, Amd64, 0),
            ("t2d-standard-60", 60, 240 * gib, Amd64, 0),
            ("t2a-standard-48", 48, 192 * gib, Arm64, 0),
            ("g2-standard-24", 24, 96 * gib, Amd64, 2),
            ("a2-megagpu-16g", 96, 1360 * gib, Amd64, 16),
            ("a3-highgpu-8g", 208, 1872 * gib, Amd64, 8),
            ("n2-custom-4-8192", 4, 8 * gib, Amd64, 0),
        ];
        for (name, vcpus, memory_mib, architecture, gpus) in cases {
            let expected = VmResources {
                vcpus,
                memory_mib,
                architecture,
                gpus,
            };
            assert_eq!(resources(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn knows_nothing_it_is_not_sure_of() {
        let unknown = [
            "",
            "n2",
            "n2-standard",
            "n2-standard-",
            "n2-standard-3",
            "n2-standard-04",
            "n2-standard-4-lssd",
            "n2-standard-4-",
            "n2-highcpu-128",
            "n2d-highmem-128",
            "e2-highmem-32",
            "c3-standard-192",
            "c3-standard-176-metal",
            "c4-standard-2-lssd",
            "c4-highcpu-4-lssd",
            "z3-highmem-22",
            "g2-standard-64",
            "N2-standard-4",
            "n2-standard-99999999999",
            "m5.large",
        ];
        for name in unknown {
            assert_eq!(resources(name), None, "{name:?}");
        }
    }

    #[test]
    fn knows_the_series() {
        assert_eq!(series("n2-standard-4"), series("n2-highmem-8"));
        assert_ne!(series("n2-standard-4"), series("n2d-standard-4"));
    }

    #[test]
    fn every_name_is_known_once() {
        let mut names = names();
        assert!(names.iter().all(|name| resources(name).is_some()));
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(count > 300, "{count}");
    }
}
