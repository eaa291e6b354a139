//! What an Azure VM size has, and what of it AKS leaves to pods.
//!
//! Sources: the sizes in kubernetes/autoscaler
//! `cluster-autoscaler/cloudprovider/azure/azure_instance_types.go` (generated from Azure's
//! resource SKUs); the meaning of a constrained size such as `E32-8s_v5` in
//! MicrosoftDocs/azure-compute-docs `articles/virtual-machines/constrained-vcpu.md`; the
//! reservations in MicrosoftDocs/azure-aks-docs `articles/aks/node-resource-reservations.md`.
//!
//! Only listed sizes are known. Azure's families have too many exceptions to their own ratios
//! (`D64ps_v5`, `E96s_v5`, `EC32as_v5`) to guess at a size from its neighbours.

const MIB_PER_GIB: u64 = 1024;
const BYTES_PER_MIB: u64 = 1024 * 1024;

/// What a node gets from its VM size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VmResources {
    pub vcpus: u32,
    pub memory_mib: u64,
}

/// What of a node pods can request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocatable {
    pub cpu_millis: i64,
    pub memory_bytes: i64,
}

/// The vCPUs and memory of a size such as `Standard_D4s_v5`; `None` where they are not known.
pub fn resources(size: &str) -> Option<VmResources> {
    let name = SizeName::parse(size)?;
    SERIES
        .iter()
        .filter(|series| series.includes(&name))
        .find_map(|series| series.resources(&name))
}

/// The parts of `Standard_E32-8ads_v5`.
pub(super) struct SizeName<'a> {
    pub(super) family: &'a str,
    /// Azure's number, which is the vCPU count in all but the oldest series.
    number: u32,
    /// The `8` of `E32-8`: the vCPUs left active, with the memory of the full size.
    active_vcpus: Option<u32>,
    pub(super) features: &'a str,
    pub(super) version: &'a str,
}

impl<'a> SizeName<'a> {
    pub(super) fn parse(size: &'a str) -> Option<Self> {
        let (tier, name) = size.split_once('_')?;
        if !tier.eq_ignore_ascii_case("Standard") {
            return None;
        }
        let (family, rest) = split_while(name, |character| character.is_ascii_alphabetic());
        let (number, rest) = split_while(rest, |character| character.is_ascii_digit());
        let (active_vcpus, rest) = match rest.strip_prefix('-') {
            Some(constraint) => {
                let (active, rest) =
                    split_while(constraint, |character| character.is_ascii_digit());
                (Some(parse_count(active)?), rest)
            }
            None => (None, rest),
        };
        let (features, rest) = split_while(rest, |character| character.is_ascii_alphabetic());
        let version = match rest.strip_prefix('_') {
            Some("") => return None,
            Some(version) => version,
            None if rest.is_empty() => "",
            None => return None,
        };
        Some(Self {
            family,
            number: parse_count(number)?,
            active_vcpus,
            features,
            version,
        })
    }
}

fn split_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let length = text
        .find(|character| !belongs(character))
        .unwrap_or(text.len());
    text.split_at(length)
}

/// Azure writes no leading zeros.
fn parse_count(digits: &str) -> Option<u32> {
    if digits.starts_with('0') {
        return None;
    }
    digits.parse().ok()
}

/// Sizes that differ in their number only.
struct Series {
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

    fn includes(&self, name: &SizeName) -> bool {
        self.family.eq_ignore_ascii_case(name.family)
            && self.version.eq_ignore_ascii_case(name.version)
            && self
                .features
                .iter()
                .any(|features| features.eq_ignore_ascii_case(name.features))
    }

    fn resources(&self, name: &SizeName) -> Option<VmResources> {
        let full = self.full_size(name.number)?;
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

    fn full_size(&self, number: u32) -> Option<VmResources> {
        if self.regular.contains(&number) {
            return Some(VmResources {
                vcpus: number,
                memory_mib: u64::from(number) * self.mib_per_vcpu,
            });
        }
        self.irregular
            .iter()
            .find(|size| size.number == number)
            .map(|size| VmResources {
                vcpus: size.vcpus,
                memory_mib: size.gib * MIB_PER_GIB,
            })
    }
}

const fn irregular(number: u32, vcpus: u32, gib: u64) -> Irregular {
    Irregular { number, vcpus, gib }
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
const SERIES: &[Series] = &[
    Series::new("A", "v2", &[""], 2, UP_TO_8),
    Series::new("A", "v2", &["m"], 8, &[2, 4, 8]),
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
];

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

/// What AKS (1.29 and later) leaves to pods on a node with the default number of pods.
///
/// The kernel and the hypervisor keep a few percent of the memory for themselves, which AKS does
/// not document by size; what a node reports is that much less.
pub fn aks_allocatable(vm: &VmResources) -> Allocatable {
    aks_allocatable_with_max_pods(vm, DEFAULT_MAX_PODS)
}

/// Like [`aks_allocatable`], on a node pool that sets its number of pods.
fn aks_allocatable_with_max_pods(vm: &VmResources, max_pods: u32) -> Allocatable {
    let vcpus = i64::from(vm.vcpus);
    let memory = vm.memory_mib.saturating_mul(BYTES_PER_MIB);
    let reserved = reserved_memory_mib(vm.memory_mib, max_pods) + EVICTION_THRESHOLD_MIB;
    let allocatable = memory.saturating_sub(reserved.saturating_mul(BYTES_PER_MIB));
    Allocatable {
        cpu_millis: (vcpus * 1000 - reserved_cpu_millis(vcpus)).max(0),
        memory_bytes: i64::try_from(allocatable).unwrap_or(i64::MAX),
    }
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

/// A size of each series.
#[cfg(test)]
pub(super) fn samples() -> impl Iterator<Item = String> {
    let named = SERIES.iter().flat_map(|series| {
        let numbers = series.regular.iter().copied();
        let mut numbers = numbers.chain(series.irregular.iter().map(|size| size.number));
        let number = numbers.next().expect("a series has sizes");
        series
            .features
            .iter()
            .map(move |features| (series, number, features))
    });
    named.map(|(series, number, features)| {
        let version = match series.version {
            "" => String::new(),
            version => format!("_{version}"),
        };
        format!("Standard_{}{number}{features}{version}", series.family)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(size: &str) -> (u32, u64) {
        let vm = resources(size).unwrap_or_else(|| panic!("{size} should be known"));
        (vm.vcpus, vm.memory_mib)
    }

    #[test]
    fn knows_regular_sizes() {
        let cases = [
            ("Standard_A2_v2", 2, 4),
            ("Standard_A4m_v2", 4, 32),
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
            "Standard_B2s",
            "Standard_B2ms",
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
            "Standard_NC4as_T4_v3",
            "Standard_M8ms",
            "Standard_D99999999999s_v5",
            "m5.large",
        ];
        for size in unknown {
            assert_eq!(resources(size), None, "{size:?}");
        }
    }

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
                let full = series.full_size(*number).expect("the full size is listed");
                assert!(*active < full.vcpus);
            }
        }
    }

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
        let vm = resources("Standard_D4s_v5").expect("a known size");
        let allocatable = aks_allocatable(&vm);
        assert_eq!(allocatable.cpu_millis, 3860);
        assert_eq!(
            allocatable.memory_bytes,
            (16 * 1024 - 2250 - 100) * 1024 * 1024
        );
        let overlay = aks_allocatable_with_max_pods(&vm, 250);
        assert_eq!(overlay.memory_bytes, (16 * 1024 - 4096 - 100) * 1024 * 1024);
    }

    #[test]
    fn a_node_too_small_leaves_nothing() {
        let vm = VmResources {
            vcpus: 0,
            memory_mib: 64,
        };
        let nothing = Allocatable {
            cpu_millis: 0,
            memory_bytes: 0,
        };
        assert_eq!(aks_allocatable(&vm), nothing);
    }
}
