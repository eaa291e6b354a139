//! The cluster autoscaler profile.
//!
//! Source: azure-cli `command_modules/acs/managed_cluster_decorator.py` (the keys) and Azure/bicep-types-az
//! `ManagedClusterPropertiesAutoScalerProfile` (the forms of their values); MicrosoftDocs/azure-aks-docs
//! articles/aks/cluster-autoscaler.md (the defaults: two pages differ on `skip-nodes-with-local-storage`, and
//! `scale-down-delay-after-delete` is the scan interval).

use crate::providers::ProfileKind::{
    Boolean, Count, Duration, Expander, Fraction, Minutes, Percentage, Seconds,
};
use crate::providers::{ProfileKey, ProfileKind};

pub(super) const PROFILE: [ProfileKey; 20] = [
    key("balance-similar-node-groups", Boolean, Some("false")),
    key("daemonset-eviction-for-empty-nodes", Boolean, Some("false")),
    key(
        "daemonset-eviction-for-occupied-nodes",
        Boolean,
        Some("true"),
    ),
    key("expander", Expander, Some("random")),
    key("ignore-daemonsets-utilization", Boolean, Some("false")),
    key("max-empty-bulk-delete", Count, Some("10")),
    key("max-graceful-termination-sec", Count, Some("600")),
    key("max-node-provision-time", Minutes, Some("15m")),
    key("max-total-unready-percentage", Percentage, Some("45")),
    key("new-pod-scale-up-delay", Duration, Some("0s")),
    key("ok-total-unready-count", Count, Some("3")),
    key("scale-down-delay-after-add", Minutes, Some("10m")),
    key("scale-down-delay-after-delete", Minutes, None),
    key("scale-down-delay-after-failure", Minutes, Some("3m")),
    key("scale-down-unneeded-time", Minutes, Some("10m")),
    key("scale-down-unready-time", Minutes, Some("20m")),
    key("scale-down-utilization-threshold", Fraction, Some("0.5")),
    key("scan-interval", Seconds, Some("10s")),
    key("skip-nodes-with-local-storage", Boolean, None),
    key("skip-nodes-with-system-pods", Boolean, Some("true")),
];

const fn key(name: &'static str, value: ProfileKind, default: Option<&'static str>) -> ProfileKey {
    ProfileKey {
        name,
        value,
        default,
    }
}
