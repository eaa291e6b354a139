//! Machine types that users make up: `n2-custom-4-8192`.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/cloudprovider/gce/machine_types.go` (how a name is read);
//! docs.cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type (which series, and which
//! numbers).

use crate::providers::{Architecture, VmResources};

/// The series of which there are custom machine types.
const SERIES: &[&str] = &["e2", "n1", "n2", "n2d", "n4", "n4a", "n4d"];
const ARM_SERIES: &str = "n4a";
/// Parts of a processor, of which two vCPUs are shown.
const SHARED_CORE: &[&str] = &["micro", "small", "medium"];
/// Memory comes in steps.
const STEP_MIB: u64 = 256;

/// What a custom machine type has; `None` where the name is not that of one.
pub(super) fn resources(name: &str) -> Option<VmResources> {
    let (series, size) = split(name)?;
    let (vcpus, memory) = size.split_once('-')?;
    // More memory than the series allows by itself. E2 has no such types.
    let memory = match memory.strip_suffix("-ext") {
        Some(_) if series == "e2" => return None,
        Some(memory) => memory,
        None => memory,
    };
    let vcpus = if series == "e2" && SHARED_CORE.contains(&vcpus) {
        2
    } else {
        u32::try_from(number(vcpus)?).ok()?
    };
    let memory_mib = number(memory)?;
    let is_offered = (vcpus.is_multiple_of(2) || (series == "n1" && vcpus == 1))
        && memory_mib.is_multiple_of(STEP_MIB);
    is_offered.then_some(VmResources {
        vcpus,
        memory_mib,
        architecture: if series == ARM_SERIES {
            Architecture::Arm64
        } else {
            Architecture::Amd64
        },
        gpus: 0,
    })
}

/// Whether it has a part of a processor.
pub(super) fn is_shared_core(name: &str) -> bool {
    split(name).is_some_and(|(series, size)| {
        let vcpus = size.split('-').next().unwrap_or_default();
        series == "e2" && SHARED_CORE.contains(&vcpus)
    })
}

/// The series, and what stands behind `custom-`. Without a series it is N1.
fn split(name: &str) -> Option<(&str, &str)> {
    if let Some(size) = name.strip_prefix("custom-") {
        return Some(("n1", size));
    }
    let (series, size) = name.split_once("-custom-")?;
    SERIES.contains(&series).then_some((series, size))
}

/// A positive number as Google writes it.
fn number(digits: &str) -> Option<u64> {
    let is_written_so = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_written_so || digits.starts_with('0') {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_custom_types() {
        let cases = [
            ("n2-custom-4-8192", 4, 8192),
            ("n2d-custom-8-65536-ext", 8, 65536),
            ("n4-custom-16-32768", 16, 32768),
            ("n4a-custom-8-16384", 8, 16384),
            ("e2-custom-2-4096", 2, 4096),
            ("e2-custom-small-2048", 2, 2048),
            ("n1-custom-1-3840", 1, 3840),
            ("custom-4-15360", 4, 15360),
            ("custom-2-20480-ext", 2, 20480),
        ];
        for (name, vcpus, memory_mib) in cases {
            let vm = resources(name).unwrap_or_else(|| panic!("{name} should be known"));
            assert_eq!((vm.vcpus, vm.memory_mib), (vcpus, memory_mib), "{name}");
        }
    }

    #[test]
    fn knows_the_processor() {
        let architecture = |name| resources(name).map(|vm| vm.architecture);
        let (arm, amd) = (Architecture::Arm64, Architecture::Amd64);
        assert_eq!(architecture("n4a-custom-8-16384"), Some(arm));
        assert_eq!(architecture("n4-custom-8-16384"), Some(amd));
    }

    #[test]
    fn knows_nothing_that_cannot_be_made() {
        let unknown = [
            "custom",
            "custom-4",
            "custom-4-",
            "custom--8192",
            "c3-custom-4-8192",
            "n2-custom-3-8192",
            "n2-custom-1-4096",
            "n2-custom-4-8000",
            "n2-custom-04-8192",
            "n2-custom-+4-8192",
            "n2-custom-4-8192-",
            "n2-custom-4-8192-ext-ext",
            "n2-custom-small-2048",
            "e2-custom-2-65536-ext",
            "n2-custom-4-99999999999999999999",
            "n2-custom-9999999999-8192",
        ];
        for name in unknown {
            assert_eq!(resources(name), None, "{name:?}");
        }
    }

    #[test]
    fn knows_parts_of_a_processor() {
        assert!(is_shared_core("e2-custom-micro-1024"));
        assert!(!is_shared_core("e2-custom-2-4096"));
        assert!(!is_shared_core("e2-medium"));
    }
}
