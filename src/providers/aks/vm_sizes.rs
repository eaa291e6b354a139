//! What an Azure VM size has.
//!
//! Only listed sizes are known. Azure's families have too many exceptions to their own ratios
//! (`D64ps_v5`, `E96s_v5`, `EC32as_v5`) to guess at a size from its neighbours.

use super::vm_series::{SERIES, Series};
use super::vm_size_name::SizeName;
use crate::providers::VmResources;

/// What a VM has whose size is such as `Standard_D4s_v5`; `None` where they are not known.
pub(super) fn resources(size: &str) -> Option<VmResources> {
    let name = SizeName::parse(size)?;
    SERIES
        .iter()
        .filter(|series| series.includes(&name))
        .find_map(|series| series.resources(&name))
}

/// All known sizes.
pub(super) fn names() -> Vec<String> {
    SERIES.iter().flat_map(Series::size_names).collect()
}

/// The vCPUs that a size counts with against the quota.
///
/// Azure does not say which of its two numbers of vCPUs a constrained size (`E32-8s_v5`) counts with.
pub(super) fn quota_vcpus(size: &str) -> Option<u32> {
    if size.contains('-') {
        return None;
    }
    Some(resources(size)?.vcpus)
}

/// Whether a size is sold as Spot: the B series and promotional versions of any size are not.
/// Source: MicrosoftDocs/azure-compute-docs articles/virtual-machine-scale-sets/use-spot.md.
pub(super) fn is_sold_as_spot(size: &str) -> bool {
    // Azure does not mind the case.
    let lower = size.to_ascii_lowercase();
    let name = lower.strip_prefix("standard_").unwrap_or(&lower).as_bytes();
    let is_burstable = matches!(name, [b'b', second, ..] if second.is_ascii_digit());
    !is_burstable && !lower.ends_with("_promo")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Architecture::{Amd64, Arm64};

    fn known(size: &str) -> (u32, u64) {
        let vm = resources(size).unwrap_or_else(|| panic!("{size} should be known"));
        (vm.vcpus, vm.memory_mib)
    }

    #[test]
    fn knows_regular_sizes() {
        let cases = [
            ("Standard_A2_v2", 2, 4),
            ("Standard_A4m_v2", 4, 32),
            ("Standard_B2s", 2, 4),
            ("Standard_B20ms", 20, 80),
            ("Standard_B2ats_v2", 2, 1),
            ("Standard_B4ls_v2", 4, 8),
            ("Standard_B4as_v2", 4, 16),
            ("Standard_B16ps_v2", 16, 64),
            ("Standard_D4s_v3", 4, 16),
            ("Standard_D8ds_v4", 8, 32),
            ("Standard_D4s_v5", 4, 16),
            ("Standard_D4_v5", 4, 16),
            ("Standard_D96ads_v5", 96, 384),
            ("Standard_D4ls_v5", 4, 8),
            ("Standard_D4pls_v5", 4, 8),
            ("Standard_D4ps_v5", 4, 16),
            ("Standard_D192s_v6", 192, 768),
            ("Standard_D8als_v6", 8, 16),
            ("Standard_D160as_v7", 160, 640),
            ("Standard_DC4as_v5", 4, 16),
            ("Standard_DC4ads_cc_v5", 4, 16),
            ("Standard_DC4s_v3", 4, 32),
            ("Standard_E4s_v5", 4, 32),
            ("Standard_E20ads_v5", 20, 160),
            ("Standard_E8bs_v5", 8, 64),
            ("Standard_EC8as_v5", 8, 64),
            ("Standard_F4s", 4, 8),
            ("Standard_F4s_v2", 4, 8),
            ("Standard_F72s_v2", 72, 144),
            ("Standard_F4als_v6", 4, 8),
            ("Standard_F4as_v6", 4, 16),
            ("Standard_F4ams_v6", 4, 32),
            ("Standard_FX4mds", 4, 84),
            ("Standard_L8s_v3", 8, 64),
            ("Standard_L80as_v3", 80, 640),
        ];
        for (size, vcpus, gib) in cases {
            assert_eq!(known(size), (vcpus, gib * 1024), "{size}");
        }
    }

    #[test]
    fn knows_the_exceptions() {
        let cases = [
            ("Standard_D3_v2", 4, 14),
            ("Standard_DS2_v2", 2, 7),
            ("Standard_DS13_v2", 8, 56),
            ("Standard_D64ps_v5", 64, 208),
            ("Standard_E64s_v3", 64, 432),
            ("Standard_E64s_v4", 64, 504),
            ("Standard_E64s_v5", 64, 512),
            ("Standard_E96s_v5", 96, 672),
            ("Standard_E96as_v6", 96, 672),
            ("Standard_E96s_v6", 96, 768),
            ("Standard_E104is_v5", 104, 672),
            ("Standard_E112ias_v5", 112, 672),
            ("Standard_E32ps_v5", 32, 208),
            ("Standard_E192is_v6", 192, 1832),
            ("Standard_EC32as_v5", 32, 192),
            ("Standard_FX96ms_v2", 96, 1832),
        ];
        for (size, vcpus, gib) in cases {
            assert_eq!(known(size), (vcpus, gib * 1024), "{size}");
        }
    }

    #[test]
    fn constrained_sizes_keep_the_memory_of_the_full_one() {
        assert_eq!(known("Standard_E32-8s_v5"), (8, 256 * 1024));
        assert_eq!(known("Standard_E4-2as_v4"), (2, 32 * 1024));
        assert_eq!(known("Standard_E96-24ads_v6"), (24, 672 * 1024));
        assert_eq!(known("Standard_E64-16s_v3"), (16, 432 * 1024));
    }

    #[test]
    fn knows_processors_and_gpus() {
        let cases = [
            ("Standard_D4s_v5", Amd64, 0),
            ("Standard_D4ps_v5", Arm64, 0),
            ("standard_d4PLDS_v5", Arm64, 0),
            ("Standard_E32-8s_v5", Amd64, 0),
            ("Standard_NC4as_T4_v3", Amd64, 1),
            ("Standard_NC64as_T4_v3", Amd64, 4),
            ("Standard_NC80adis_H100_v5", Amd64, 2),
            ("Standard_ND96isr_MI300X_v5", Amd64, 8),
            ("Standard_NV36adms_A10_v5", Amd64, 1),
            ("Standard_NV72ads_A10_v5", Amd64, 2),
        ];
        for (size, architecture, gpus) in cases {
            let vm = resources(size).unwrap_or_else(|| panic!("{size} should be known"));
            assert_eq!((vm.architecture, vm.gpus), (architecture, gpus), "{size}");
        }
        assert_eq!(known("Standard_NC16as_T4_v3"), (16, 110 * 1024));
        assert_eq!(known("Standard_ND96isr_H100_v5"), (96, 1900 * 1024));
    }

    #[test]
    fn every_name_is_known_once() {
        let mut names = names();
        assert!(names.iter().all(|name| resources(name).is_some()));
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(count > 900, "{count}");
    }

    #[test]
    fn reads_any_case_as_azure_does() {
        assert_eq!(known("standard_d4S_V5"), (4, 16 * 1024));
    }

    #[test]
    fn knows_nothing_it_is_not_sure_of() {
        let unknown = [
            "",
            "Standard_",
            "Standard_D",
            "D4s_v5",
            "Basic_A2",
            "Standard_B1ls",
            "Standard_B4s",
            "Standard_D2",
            "Standard_DS2",
            "Standard_DS11-1_v2",
            "Standard_D5s_v5",
            "Standard_D04s_v5",
            "Standard_D128s_v5",
            "Standard_D4s_v5_",
            "Standard_D4s_",
            "Standard_D4s_v99",
            "Standard_D4xs_v5",
            "Standard_D4s_v5 ",
            "Standard_D4s.v5",
            "Standard_D4-2s_v5",
            "Standard_E32-7s_v5",
            "Standard_E32-s_v5",
            "Standard_E20-10s_v5",
            "Standard_E128-32s_v5",
            "Standard_NC4as_T4_v4",
            "Standard_NP10s",
            "Standard_M8ms",
            "Standard_D99999999999s_v5",
            "m5.large",
        ];
        for size in unknown {
            assert_eq!(resources(size), None, "{size:?}");
        }
    }

    #[test]
    fn the_b_series_and_promotions_are_not_sold_as_spot() {
        for size in ["Standard_B2ms", "standard_b4as_v2", "Standard_DS2_v2_Promo"] {
            assert!(!is_sold_as_spot(size), "{size}");
        }
        for size in [
            "Standard_D4s_v5",
            "Standard_D4s",
            "Standard_NC6",
            "Basic_A2",
        ] {
            assert!(is_sold_as_spot(size), "{size}");
        }
    }

    #[test]
    fn a_constrained_size_has_no_known_quota() {
        assert_eq!(quota_vcpus("Standard_D4s_v5"), Some(4));
        assert_eq!(quota_vcpus("Standard_E32-8s_v5"), None);
        assert_eq!(quota_vcpus("m5.large"), None);
    }
}
