//! The series of Azure's VM sizes.
//!
//! Source: the sizes in kubernetes/autoscaler `cluster-autoscaler/cloudprovider/azure/azure_instance_types.go` (generated
//! from Azure's resource SKUs); the meaning of a constrained size such as `E32-8s_v5` in MicrosoftDocs/azure-compute-docs
//! `articles/virtual-machines/constrained-vcpu.md`.

use super::vm_size_name::SizeName;
use crate::providers::VmResources;

const MIB_PER_GIB: u64 = 1024;

/// Sizes that differ in their number only.
pub(super) struct Series {
    family: &'static str,
    version: &'static str,
    features: &'static [&'static str],
    mib_per_vcpu: u64,
    /// The sizes that have as many vCPUs as their number says, and memory to that ratio.
    regular: &'static [u32],
    irregular: &'static [Irregular],
    /// The pairs of number and active vCPUs, like the 32 and 8 of `E32-8s_v5`.
    constrained: &'static [(u32, u32)],
}

struct Irregular {
    number: u32,
    vcpus: u32,
    gib: u64,
    gpus: u32,
}

impl Series {
    const fn new(
        family: &'static str,
        version: &'static str,
        features: &'static [&'static str],
        gib_per_vcpu: u64,
        regular: &'static [u32],
    ) -> Self {
        Self {
            family,
            version,
            features,
            mib_per_vcpu: gib_per_vcpu * MIB_PER_GIB,
            regular,
            irregular: &[],
            constrained: &[],
        }
    }

    /// A series of which no size keeps to a ratio.
    const fn exact(
        family: &'static str,
        version: &'static str,
        features: &'static [&'static str],
        irregular: &'static [Irregular],
    ) -> Self {
        Self::new(family, version, features, 0, &[]).and(irregular)
    }

    const fn and(mut self, irregular: &'static [Irregular]) -> Self {
        self.irregular = irregular;
        self
    }

    const fn constrained(mut self, constrained: &'static [(u32, u32)]) -> Self {
        self.constrained = constrained;
        self
    }

    const fn mib_per_vcpu(mut self, mib: u64) -> Self {
        self.mib_per_vcpu = mib;
        self
    }

    pub(super) fn includes(&self, name: &SizeName) -> bool {
        self.family.eq_ignore_ascii_case(name.family)
            && self.version.eq_ignore_ascii_case(name.version)
            && self
                .features
                .iter()
                .any(|features| features.eq_ignore_ascii_case(name.features))
    }

    pub(super) fn resources(&self, name: &SizeName) -> Option<VmResources> {
        let full = self.full_size(name)?;
        let Some(active) = name.active_vcpus else {
            return Some(full);
        };
        self.constrained
            .contains(&(name.number, active))
            .then_some(VmResources {
                vcpus: active,
                ..full
            })
    }

    fn full_size(&self, name: &SizeName) -> Option<VmResources> {
        let number = name.number;
        let architecture = name.architecture();
        if self.regular.contains(&number) {
            return Some(VmResources {
                vcpus: number,
                memory_mib: u64::from(number) * self.mib_per_vcpu,
                architecture,
                gpus: 0,
            });
        }
        self.irregular
            .iter()
            .find(|size| size.number == number)
            .map(|size| VmResources {
                vcpus: size.vcpus,
                memory_mib: size.gib * MIB_PER_GIB,
                architecture,
                gpus: size.gpus,
            })
    }

    /// The names of all its sizes.
    pub(super) fn size_names(&self) -> impl Iterator<Item = String> {
        let numbers = || {
            let irregular = self.irregular.iter().map(|size| size.number);
            let full = self.regular.iter().copied().chain(irregular);
            let constrained = self.constrained.iter();
            full.map(|number| number.to_string())
                .chain(constrained.map(|(number, active)| format!("{number}-{active}")))
        };
        let version = match self.version {
            "" => String::new(),
            version => format!("_{version}"),
        };
        self.features.iter().flat_map(move |features| {
            let version = version.clone();
            numbers()
                .map(move |number| format!("Standard_{}{number}{features}{version}", self.family))
        })
    }
}

const fn irregular(number: u32, vcpus: u32, gib: u64) -> Irregular {
    Irregular {
        number,
        vcpus,
        gib,
        gpus: 0,
    }
}

const fn gpus(number: u32, gib: u64, gpus: u32) -> Irregular {
    Irregular {
        number,
        vcpus: number,
        gib,
        gpus,
    }
}

const UP_TO_8: &[u32] = &[1, 2, 4, 8];
const UP_TO_16: &[u32] = &[2, 4, 8, 16];
const UP_TO_32: &[u32] = &[2, 4, 8, 16, 32];
const UP_TO_48: &[u32] = &[2, 4, 8, 16, 32, 48];
const UP_TO_64: &[u32] = &[2, 4, 8, 16, 32, 48, 64];
const UP_TO_96: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96];
const UP_TO_128: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 128];
const UP_TO_160: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 128, 160];
const UP_TO_192: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 96, 128, 192];
const UP_TO_48_WITH_20: &[u32] = &[2, 4, 8, 16, 20, 32, 48];
const UP_TO_64_WITH_20: &[u32] = &[2, 4, 8, 16, 20, 32, 48, 64];
const UP_TO_128_WITH_20: &[u32] = &[2, 4, 8, 16, 20, 32, 48, 64, 96, 128];
const CC_V5: &[u32] = &[4, 8, 16, 32, 48, 64, 96];
const SGX_V3: &[u32] = &[1, 2, 4, 8, 16, 24, 32, 48];
const F_V1: &[u32] = &[1, 2, 4, 8, 16];
const F_V2: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 72];
const F_V7: &[u32] = &[1, 2, 4, 8, 16, 32, 48, 64, 80];
const FX_V2: &[u32] = &[2, 4, 8, 12, 16, 24, 32, 48, 64];
const L_V2: &[u32] = &[8, 16, 32, 48, 64, 80];
const L_V4: &[u32] = &[2, 4, 8, 16, 32, 48, 64, 80, 96];

const CONSTRAINED_TO_64: &[(u32, u32)] = &[
    (4, 2),
    (8, 2),
    (8, 4),
    (16, 4),
    (16, 8),
    (32, 8),
    (32, 16),
    (64, 16),
    (64, 32),
];
const CONSTRAINED_TO_96: &[(u32, u32)] = &[
    (4, 2),
    (8, 2),
    (8, 4),
    (16, 4),
    (16, 8),
    (32, 8),
    (32, 16),
    (64, 16),
    (64, 32),
    (96, 24),
    (96, 48),
];
const CONSTRAINED_TO_128: &[(u32, u32)] = &[
    (4, 2),
    (8, 2),
    (8, 4),
    (16, 4),
    (16, 8),
    (32, 8),
    (32, 16),
    (64, 16),
    (64, 32),
    (96, 24),
    (96, 48),
    (128, 32),
    (128, 64),
];

/// `D1_v2` and `DS1_v2` are left out: a node pool of AKS needs two vCPUs.
const D_V2: &[Irregular] = &[
    irregular(2, 2, 7),
    irregular(3, 4, 14),
    irregular(4, 8, 28),
    irregular(5, 16, 56),
    irregular(11, 2, 14),
    irregular(12, 4, 28),
    irregular(13, 8, 56),
    irregular(14, 16, 112),
    irregular(15, 20, 140),
];

const E64_V3: &[Irregular] = &[irregular(64, 64, 432)];
const E64_V4: &[Irregular] = &[irregular(64, 64, 504)];
const E96: &[Irregular] = &[irregular(96, 96, 672)];
const EC_V5: &[Irregular] = &[irregular(32, 32, 192), irregular(96, 96, 672)];

/// One row is one series, in the order of Azure's families.
pub(super) const SERIES: &[Series] = &[
    Series::new("A", "v2", &[""], 2, UP_TO_8),
    Series::new("A", "v2", &["m"], 8, &[2, 4, 8]),
    Series::exact("B", "", &["s"], &[irregular(1, 1, 1), irregular(2, 2, 4)]),
    Series::exact("B", "", &["ms"], B_MS),
    Series::new("B", "v2", &["ts", "ats", "pts"], 0, &[2]).mib_per_vcpu(512),
    Series::new("B", "v2", &["ls", "als"], 2, UP_TO_32),
    Series::new("B", "v2", &["pls"], 2, UP_TO_16),
    Series::new("B", "v2", &["s", "as"], 4, UP_TO_32),
    Series::new("B", "v2", &["ps"], 4, UP_TO_16),
    Series::exact("D", "v2", &[""], D_V2),
    Series::exact("DS", "v2", &[""], D_V2),
    Series::new("D", "v3", &["", "s"], 4, UP_TO_64),
    Series::new("D", "v4", &["", "d", "ds", "s"], 4, UP_TO_64),
    Series::new("D", "v4", &["a", "as"], 4, UP_TO_96),
    Series::new("D", "v5", &["", "d", "ds", "s", "ads", "as"], 4, UP_TO_96),
    Series::new("D", "v5", &["lds", "ls"], 2, UP_TO_96),
    Series::new("D", "v5", &["plds", "pls"], 2, UP_TO_64),
    Series::new("D", "v5", &["pds", "ps"], 4, UP_TO_48).and(&[irregular(64, 64, 208)]),
    Series::new("D", "v6", &["ds", "s"], 4, UP_TO_192),
    Series::new("D", "v6", &["ads", "as", "pds", "ps"], 4, UP_TO_96),
    Series::new("D", "v6", &["lds", "ls"], 2, UP_TO_128),
    Series::new("D", "v6", &["alds", "als", "plds", "pls"], 2, UP_TO_96),
    Series::new("D", "v7", &["ads", "as"], 4, UP_TO_160),
    Series::new("D", "v7", &["alds", "als"], 2, UP_TO_160),
    Series::new("DC", "v2", &["s"], 4, &[1, 2, 4]),
    Series::new("DC", "v2", &[""], 4, &[8]),
    Series::new("DC", "v3", &["ds", "s"], 8, SGX_V3),
    Series::new("DC", "v5", &["ads", "as", "eds", "es"], 4, UP_TO_96),
    Series::new("DC", "cc_v5", &["ads", "as"], 4, CC_V5),
    Series::new("DC", "v6", &["ads", "as"], 4, UP_TO_96),
    Series::new("DC", "v6", &["eds", "es"], 4, UP_TO_128),
    Series::new("E", "v3", &[""], 8, UP_TO_48_WITH_20).and(E64_V3),
    Series::new("E", "v3", &["s"], 8, UP_TO_48_WITH_20)
        .and(E64_V3)
        .constrained(CONSTRAINED_TO_64),
    Series::exact("E", "v3", &["i", "is"], E64_V3),
    Series::new("E", "v4", &["", "d"], 8, UP_TO_48_WITH_20).and(E64_V4),
    Series::new("E", "v4", &["ds", "s"], 8, UP_TO_48_WITH_20)
        .and(E64_V4)
        .constrained(CONSTRAINED_TO_64),
    Series::new("E", "v4", &["a"], 8, UP_TO_64_WITH_20).and(E96),
    Series::new("E", "v4", &["as"], 8, UP_TO_64_WITH_20)
        .and(E96)
        .constrained(CONSTRAINED_TO_96),
    Series::exact("E", "v4", &["ids", "is"], &[irregular(80, 80, 504)]),
    Series::exact("E", "v4", &["ias"], E96),
    Series::new("E", "v5", &["", "d"], 8, UP_TO_64_WITH_20).and(E96),
    Series::new("E", "v5", &["ds", "s", "ads", "as"], 8, UP_TO_64_WITH_20)
        .and(E96)
        .constrained(CONSTRAINED_TO_96),
    Series::new("E", "v5", &["bds", "bs"], 8, UP_TO_64).and(E96),
    Series::new("E", "v5", &["pds", "ps"], 8, &[2, 4, 8, 16, 20]).and(&[irregular(32, 32, 208)]),
    Series::exact(
        "E",
        "v5",
        &["i", "id", "ids", "is"],
        &[irregular(104, 104, 672)],
    ),
    Series::exact(
        "E",
        "v5",
        &["iads", "ias", "ibds", "ibs"],
        &[irregular(112, 112, 672)],
    ),
    Series::new("E", "v6", &["ds", "s"], 8, UP_TO_128_WITH_20).constrained(CONSTRAINED_TO_128),
    Series::new("E", "v6", &["ads"], 8, UP_TO_64_WITH_20)
        .and(E96)
        .constrained(&[(96, 24), (96, 48)]),
    Series::new("E", "v6", &["as"], 8, UP_TO_64_WITH_20).and(E96),
    Series::new("E", "v6", &["pds", "ps"], 8, UP_TO_64).and(E96),
    Series::exact("E", "v6", &["ids", "is"], &[irregular(192, 192, 1832)]),
    Series::new("E", "v7", &["ads", "as"], 8, UP_TO_160).constrained(CONSTRAINED_TO_128),
    Series::new("EC", "v5", &["ads", "as"], 8, &[2, 4, 8, 16, 20, 48, 64]).and(EC_V5),
    Series::new("EC", "v5", &["eds", "es"], 8, UP_TO_64).and(&[irregular(128, 128, 768)]),
    Series::exact("EC", "v5", &["iads", "ias"], E96),
    Series::exact("EC", "v5", &["ieds", "ies"], &[irregular(128, 128, 768)]),
    Series::new("EC", "cc_v5", &["ads", "as"], 8, &[4, 8, 16, 20, 48, 64]).and(EC_V5),
    Series::new("EC", "v6", &["ads", "as"], 8, UP_TO_64).and(E96),
    Series::new("EC", "v6", &["eds", "es"], 8, UP_TO_64),
    Series::new("F", "", &["", "s"], 2, F_V1),
    Series::new("F", "v2", &["s"], 2, F_V2),
    Series::new("F", "v6", &["als"], 2, UP_TO_64),
    Series::new("F", "v6", &["as"], 4, UP_TO_64),
    Series::new("F", "v6", &["ams"], 8, UP_TO_64),
    Series::new("F", "v7", &["alds", "als"], 2, F_V7),
    Series::new("F", "v7", &["ads", "as"], 4, F_V7),
    Series::new("F", "v7", &["amds", "ams"], 8, F_V7).constrained(&[
        (2, 1),
        (4, 1),
        (4, 2),
        (8, 2),
        (8, 4),
        (16, 4),
        (16, 8),
        (32, 8),
        (32, 16),
        (64, 16),
        (64, 32),
    ]),
    Series::new("FX", "", &["mds"], 21, &[4, 12, 24, 36, 48]),
    Series::new("FX", "v2", &["mds", "ms"], 21, FX_V2)
        .and(&[irregular(96, 96, 1832)])
        .constrained(&[
            (4, 2),
            (8, 2),
            (8, 4),
            (12, 6),
            (16, 4),
            (16, 8),
            (24, 6),
            (24, 12),
            (32, 8),
            (32, 16),
            (48, 12),
            (48, 24),
            (64, 16),
            (64, 32),
            (96, 24),
            (96, 48),
        ]),
    Series::new("L", "", &["s"], 8, &[4, 8, 16, 32]),
    Series::new("L", "v2", &["s"], 8, L_V2),
    Series::new("L", "v3", &["as", "s"], 8, L_V2),
    Series::new("L", "v4", &["as", "s"], 8, L_V4),
    Series::new("L", "v4", &["aos"], 8, &[2, 4, 8, 12, 16, 24, 32]),
    Series::exact("NC", "v3", &["s"], NC_V3),
    Series::exact("NC", "v3", &["rs"], &[gpus(24, 448, 4)]),
    Series::exact("NC", "T4_v3", &["as"], NC_T4_V3),
    Series::exact("NC", "A10_v4", &["ads"], NC_A10_V4),
    Series::exact("NC", "A100_v4", &["ads"], NC_A100_V4),
    Series::exact("NC", "H100_v5", &["ads"], &[gpus(40, 320, 1)]),
    Series::exact("NC", "H100_v5", &["adis"], &[gpus(80, 640, 2)]),
    Series::exact("ND", "v4", &["asr"], &[gpus(96, 900, 8)]),
    Series::exact("ND", "A100_v4", &["amsr"], &[gpus(96, 1800, 8)]),
    Series::exact("ND", "H100_v5", &["isr"], &[gpus(96, 1900, 8)]),
    Series::exact("ND", "H200_v5", &["isr"], &[gpus(96, 1850, 8)]),
    // The autoscaler's list counts no GPU of `is`. Source of its eight: MicrosoftDocs/azure-compute-docs
    // articles/virtual-machines/sizes/gpu-accelerated/ndmi300xv5-series.md.
    Series::exact("ND", "MI300X_v5", &["is", "isr"], &[gpus(96, 1850, 8)]),
    Series::exact("NV", "v3", &["s"], NV_V3),
    Series::exact("NV", "v4", &["as"], NV_V4),
    Series::exact("NV", "A10_v5", &["ads"], NV_A10_V5),
    Series::exact("NV", "A10_v5", &["adms"], &[gpus(36, 880, 1)]),
];

const B_MS: &[Irregular] = &[
    irregular(1, 1, 2),
    irregular(2, 2, 8),
    irregular(4, 4, 16),
    irregular(8, 8, 32),
    irregular(12, 12, 48),
    irregular(16, 16, 64),
    irregular(20, 20, 80),
];
const NC_V3: &[Irregular] = &[gpus(6, 112, 1), gpus(12, 224, 2), gpus(24, 448, 4)];
const NC_T4_V3: &[Irregular] = &[
    gpus(4, 28, 1),
    gpus(8, 56, 1),
    gpus(16, 110, 1),
    gpus(64, 440, 4),
];
const NC_A10_V4: &[Irregular] = &[gpus(8, 100, 1), gpus(16, 200, 1), gpus(32, 400, 2)];
const NC_A100_V4: &[Irregular] = &[gpus(24, 220, 1), gpus(48, 440, 2), gpus(96, 880, 4)];
const NV_V3: &[Irregular] = &[gpus(12, 112, 1), gpus(24, 224, 2), gpus(48, 448, 4)];
const NV_V4: &[Irregular] = &[
    gpus(4, 14, 1),
    gpus(8, 28, 1),
    gpus(16, 56, 1),
    gpus(32, 112, 1),
];
const NV_A10_V5: &[Irregular] = &[
    gpus(6, 55, 1),
    gpus(12, 110, 1),
    gpus(18, 220, 1),
    gpus(36, 440, 1),
    gpus(72, 880, 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_size_is_listed_twice() {
        for (index, series) in SERIES.iter().enumerate() {
            for other in &SERIES[index + 1..] {
                let same_name = series.family == other.family
                    && series.version == other.version
                    && series
                        .features
                        .iter()
                        .any(|features| other.features.contains(features));
                assert!(!same_name, "{}{:?}", series.family, series.features);
            }
        }
    }

    #[test]
    fn every_constrained_size_has_its_full_one() {
        for series in SERIES {
            for (number, active) in series.constrained {
                let features = series.features[0];
                let name = format!(
                    "Standard_{}{number}{features}_{}",
                    series.family, series.version
                );
                let name = SizeName::parse(&name).expect("it is a name");
                let full = series.full_size(&name).expect("the full size is listed");
                assert!(*active < full.vcpus);
            }
        }
    }
}
