//! The cluster autoscaler profile.
//!
//! Source: azure-cli `command_modules/acs/managed_cluster_decorator.py` (the keys) and Azure/bicep-types-az
//! `ManagedClusterPropertiesAutoScalerProfile` (the forms of their values).

use crate::providers::ProfileKind::{
    Boolean, Count, Duration, Expander, Fraction, Minutes, Percentage, Seconds,
};
use crate::providers::{ProfileKey, ProfileKind};

pub(super) const PROFILE: [ProfileKey; 20] = [
    key("balance-similar-node-groups", Boolean),
    key("daemonset-eviction-for-empty-nodes", Boolean),
    key("daemonset-eviction-for-occupied-nodes", Boolean),
    key("expander", Expander),
    key("ignore-daemonsets-utilization", Boolean),
    key("max-empty-bulk-delete", Count),
    key("max-graceful-termination-sec", Count),
    key("max-node-provision-time", Minutes),
    key("max-total-unready-percentage", Percentage),
    key("new-pod-scale-up-delay", Duration),
    key("ok-total-unready-count", Count),
    key("scale-down-delay-after-add", Minutes),
    key("scale-down-delay-after-delete", Minutes),
    key("scale-down-delay-after-failure", Minutes),
    key("scale-down-unneeded-time", Minutes),
    key("scale-down-unready-time", Minutes),
    key("scale-down-utilization-threshold", Fraction),
    key("scan-interval", Seconds),
    key("skip-nodes-with-local-storage", Boolean),
    key("skip-nodes-with-system-pods", Boolean),
];

const fn key(name: &'static str, value: ProfileKind) -> ProfileKey {
    ProfileKey { name, value }
}
