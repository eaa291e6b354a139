//! The quota that a VM size counts against.
//!
//! Azure limits regular vCPUs by family in each region. The names follow no one rule (`Standard_D4s_v5` is
//! `standardDSv5Family`, `Standard_D4as_v6` is `standardDav6Family`), so they are listed: one for each series that
//! `vm_series.rs` knows.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/cloudprovider/azure/azure_instance_types.go`, `SkuFamily`, generated
//! from Azure's resource SKUs.

use super::vm_size_name::SizeName;

/// The name of the family of a size such as `Standard_D4s_v5`, as `az vm list-usage` has it in `name.value`; `None` where
/// it is not known.
pub(super) fn family(size: &str) -> Option<&'static str> {
    let name = SizeName::parse(size)?;
    let (.., families) = FAMILIES.iter().find(|(family, version, _)| {
        family.eq_ignore_ascii_case(name.family) && version.eq_ignore_ascii_case(name.version)
    })?;
    let known = families
        .iter()
        .find(|(features, _)| features.eq_ignore_ascii_case(name.features));
    known.map(|(_, family)| *family)
}

/// The family of sizes and their version, and for each set of features the name of the quota.
type Families = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const FAMILIES: &[Families] = &[
    (
        "A",
        "v2",
        &[("", "standardAv2Family"), ("m", "standardAv2Family")],
    ),
    (
        "B",
        "",
        &[("s", "standardBSFamily"), ("ms", "standardBSFamily")],
    ),
    (
        "B",
        "v2",
        &[
            ("ts", "standardBsv2Family"),
            ("ats", "standardBasv2Family"),
            ("pts", "standardBpsv2Family"),
            ("ls", "standardBsv2Family"),
            ("als", "standardBasv2Family"),
            ("pls", "standardBpsv2Family"),
            ("s", "standardBsv2Family"),
            ("as", "standardBasv2Family"),
            ("ps", "standardBpsv2Family"),
        ],
    ),
    ("D", "v2", &[("", "standardDv2Family")]),
    ("DS", "v2", &[("", "standardDSv2Family")]),
    (
        "D",
        "v3",
        &[("", "standardDv3Family"), ("s", "standardDSv3Family")],
    ),
    (
        "D",
        "v4",
        &[
            ("", "standardDv4Family"),
            ("d", "standardDDv4Family"),
            ("ds", "standardDDSv4Family"),
            ("s", "standardDSv4Family"),
            ("a", "standardDAv4Family"),
            ("as", "standardDASv4Family"),
        ],
    ),
    (
        "D",
        "v5",
        &[
            ("", "standardDv5Family"),
            ("d", "standardDDv5Family"),
            ("ds", "standardDDSv5Family"),
            ("s", "standardDSv5Family"),
            ("ads", "standardDADSv5Family"),
            ("as", "standardDASv5Family"),
            ("lds", "standardDLDSv5Family"),
            ("ls", "standardDLSv5Family"),
            ("plds", "standardDPLDSv5Family"),
            ("pls", "standardDPLSv5Family"),
            ("pds", "standardDPDSv5Family"),
            ("ps", "standardDPSv5Family"),
        ],
    ),
    (
        "D",
        "v6",
        &[
            ("ds", "StandardDdsv6Family"),
            ("s", "StandardDsv6Family"),
            ("ads", "standardDadv6Family"),
            ("as", "standardDav6Family"),
            ("pds", "StandardDpdsv6Family"),
            ("ps", "StandardDpsv6Family"),
            ("lds", "StandardDldsv6Family"),
            ("ls", "StandardDlsv6Family"),
            ("alds", "standardDaldv6Family"),
            ("als", "standardDalv6Family"),
            ("plds", "StandardDpldsv6Family"),
            ("pls", "StandardDplsv6Family"),
        ],
    ),
    (
        "D",
        "v7",
        &[
            ("ads", "StandardDadsv7Family"),
            ("as", "StandardDasv7Family"),
            ("alds", "StandardDaldsv7Family"),
            ("als", "StandardDalsv7Family"),
        ],
    ),
    (
        "DC",
        "v2",
        &[("s", "standardDCSv2Family"), ("", "standardDCSv2Family")],
    ),
    (
        "DC",
        "v3",
        &[("ds", "standardDDCSv3Family"), ("s", "standardDCSv3Family")],
    ),
    (
        "DC",
        "v5",
        &[
            ("ads", "standardDCADSv5Family"),
            ("as", "standardDCASv5Family"),
            ("eds", "standardDCEDV5Family"),
            ("es", "standardDCEV5Family"),
        ],
    ),
    (
        "DC",
        "cc_v5",
        &[
            ("ads", "standardDCADCCV5Family"),
            ("as", "standardDCACCV5Family"),
        ],
    ),
    (
        "DC",
        "v6",
        &[
            ("ads", "standardDCadsv6Family"),
            ("as", "standardDCasv6Family"),
            ("eds", "standardDCEDV6Family"),
            ("es", "standardDCEV6Family"),
        ],
    ),
    (
        "E",
        "v3",
        &[
            ("", "standardEv3Family"),
            ("s", "standardESv3Family"),
            ("i", "standardEIv3Family"),
            ("is", "standardEISv3Family"),
        ],
    ),
    (
        "E",
        "v4",
        &[
            ("", "standardEv4Family"),
            ("d", "standardEDv4Family"),
            ("ds", "standardEDSv4Family"),
            ("s", "standardESv4Family"),
            ("a", "standardEAv4Family"),
            ("as", "standardEASv4Family"),
            ("ids", "standardXEIDSv4Family"),
            ("is", "standardXEISv4Family"),
            ("ias", "standardEIASv4Family"),
        ],
    ),
    (
        "E",
        "v5",
        &[
            ("", "standardEv5Family"),
            ("d", "standardEDv5Family"),
            ("ds", "standardEDSv5Family"),
            ("s", "standardESv5Family"),
            ("ads", "standardEADSv5Family"),
            ("as", "standardEASv5Family"),
            ("bds", "standardEBDSv5Family"),
            ("bs", "standardEBSv5Family"),
            ("pds", "standardEPDSv5Family"),
            ("ps", "standardEPSv5Family"),
            ("i", "standardEIv5Family"),
            ("id", "standardEIDv5Family"),
            ("ids", "standardEIDSv5Family"),
            ("is", "standardEISv5Family"),
            ("iads", "standardEIADSv5Family"),
            ("ias", "standardEIASv5Family"),
            ("ibds", "standardEIBDSv5Family"),
            ("ibs", "standardEIBSv5Family"),
        ],
    ),
    (
        "E",
        "v6",
        &[
            ("ds", "StandardEdsv6Family"),
            ("s", "StandardEsv6Family"),
            ("ads", "standardEadv6Family"),
            ("as", "standardEav6Family"),
            ("pds", "StandardEpdsv6Family"),
            ("ps", "StandardEpsv6Family"),
            ("ids", "StandardEdsv6Family"),
            ("is", "StandardEsv6Family"),
        ],
    ),
    (
        "E",
        "v7",
        &[
            ("ads", "StandardEadsv7Family"),
            ("as", "StandardEasv7Family"),
        ],
    ),
    (
        "EC",
        "v5",
        &[
            ("ads", "standardECADSv5Family"),
            ("as", "standardECASv5Family"),
            ("eds", "standardECEDV5Family"),
            ("es", "standardECEV5Family"),
            ("iads", "standardECIADSv5Family"),
            ("ias", "standardECIASv5Family"),
            ("ieds", "standardECIEDV5Family"),
            ("ies", "standardECIEV5Family"),
        ],
    ),
    (
        "EC",
        "cc_v5",
        &[
            ("ads", "standardECADCCV5Family"),
            ("as", "standardECACCV5Family"),
        ],
    ),
    (
        "EC",
        "v6",
        &[
            ("ads", "standardECadsv6Family"),
            ("as", "standardECasv6Family"),
            ("eds", "StandardECEDV6Family"),
            ("es", "StandardECEV6Family"),
        ],
    ),
    (
        "F",
        "",
        &[("", "standardFFamily"), ("s", "standardFSFamily")],
    ),
    ("F", "v2", &[("s", "standardFSv2Family")]),
    (
        "F",
        "v6",
        &[
            ("als", "StandardFalsv6Family"),
            ("as", "StandardFasv6Family"),
            ("ams", "StandardFamsv6Family"),
        ],
    ),
    (
        "F",
        "v7",
        &[
            ("alds", "StandardFaldsv7Family"),
            ("als", "StandardFalsv7Family"),
            ("ads", "StandardFadsv7Family"),
            ("as", "StandardFasv7Family"),
            ("amds", "StandardFamdsv7Family"),
            ("ams", "StandardFamsv7Family"),
        ],
    ),
    ("FX", "", &[("mds", "standardFXMDVSFamily")]),
    (
        "FX",
        "v2",
        &[
            ("mds", "StandardFXmdsv2Family"),
            ("ms", "StandardFXmsv2Family"),
        ],
    ),
    ("L", "", &[("s", "standardLSFamily")]),
    ("L", "v2", &[("s", "standardLSv2Family")]),
    (
        "L",
        "v3",
        &[("as", "standardLASv3Family"), ("s", "standardLSv3Family")],
    ),
    (
        "L",
        "v4",
        &[
            ("as", "standardLasv4Family"),
            ("s", "standardLsv4Family"),
            ("aos", "standardLaosv4Family"),
        ],
    ),
    (
        "NC",
        "v3",
        &[("s", "standardNCSv3Family"), ("rs", "standardNCSv3Family")],
    ),
    ("NC", "T4_v3", &[("as", "Standard NCASv3_T4 Family")]),
    ("NC", "A10_v4", &[("ads", "StandardNCADSA10v4Family")]),
    ("NC", "A100_v4", &[("ads", "StandardNCADSA100v4Family")]),
    (
        "NC",
        "H100_v5",
        &[
            ("ads", "StandardNCadsH100v5Family"),
            ("adis", "StandardNCadsH100v5Family"),
        ],
    ),
    ("ND", "v4", &[("asr", "Standard NDASv4_A100 Family")]),
    ("ND", "A100_v4", &[("amsr", "standard NDAMSv4_A100Family")]),
    ("ND", "H100_v5", &[("isr", "standardNDSH100v5Family")]),
    ("ND", "H200_v5", &[("isr", "standardNDISRH200V5Family")]),
    (
        "ND",
        "MI300X_v5",
        &[
            ("is", "standardNDISv5MI300XFamily"),
            ("isr", "standardNDISv5MI300XFamily"),
        ],
    ),
    ("NV", "v3", &[("s", "standardNVSv3Family")]),
    ("NV", "v4", &[("as", "standardNVSv4Family")]),
    (
        "NV",
        "A10_v5",
        &[
            ("ads", "StandardNVADSA10v5Family"),
            ("adms", "StandardNVADSA10v5Family"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::vm_sizes::names;
    use super::family;

    #[test]
    fn families_are_named_as_azure_names_them() {
        for (size, expected) in [
            ("Standard_D4s_v5", "standardDSv5Family"),
            ("standard_d4S_V5", "standardDSv5Family"),
            ("Standard_D4as_v6", "standardDav6Family"),
            ("Standard_E32-8ads_v5", "standardEADSv5Family"),
            ("Standard_E192is_v6", "StandardEsv6Family"),
            ("Standard_F8s_v2", "standardFSv2Family"),
            ("Standard_F8s", "standardFSFamily"),
            ("Standard_B4ls_v2", "standardBsv2Family"),
            ("Standard_DC8_v2", "standardDCSv2Family"),
        ] {
            assert_eq!(family(size), Some(expected), "{size}");
        }
        for size in ["", "Standard_D4xs_v5", "Standard_NC6", "m5.large"] {
            assert_eq!(family(size), None, "{size}");
        }
    }

    #[test]
    fn each_known_size_has_a_family() {
        let mut count = 0;
        for size in names() {
            assert!(family(&size).is_some(), "{size}");
            count += 1;
        }
        assert!(count > 100);
    }
}
