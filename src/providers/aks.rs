use super::ProfileKind::{
    Boolean, Count, Duration, Expander, Fraction, Minutes, Percentage, Seconds,
};
use super::{Facts, NodeGroup, PoolNameRule, ProfileKey, ProfileKind};
use crate::config::ProviderName;
use crate::kubernetes::Effect;

/// Azure Kubernetes Service with its managed cluster autoscaler.
pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Aks,
    title: "AKS",
    // Set by AKS on every node of a Spot pool, label and taint alike.
    // Source: MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md.
    spot_label: ("kubernetes.azure.com/scalesetpriority", "spot"),
    spot_taint: Some((
        "kubernetes.azure.com/scalesetpriority",
        "spot",
        Effect::NoSchedule,
    )),
    // Source: articles/aks/use-labels.md.
    pool_label: "kubernetes.azure.com/agentpool",
    // The event `Preempt` comes at least 30 seconds ahead, on a best-effort basis.
    // Source: MicrosoftDocs/azure-compute-docs articles/virtual-machines/linux/scheduled-events.md.
    notice_seconds: 30,
    grace_seconds: 20,
    // Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md; AKS runs it in kube-system.
    expander_namespace: Some("kube-system"),
    // The autoscaler's node group is the scale set: aks-<pool>-<digits>-vmss, on Windows aks<pool>.
    // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/azure_scale_set.go, `Id`; the names of nodes
    // in articles/aks/learn/quick-windows-container-deploy-cli.md.
    node_group: NodeGroup {
        linux: "^aks-{pool}-[0-9]+-vmss$",
        windows: "^aks{pool}$",
        linux_sample: "aks-{pool}-12345678-vmss",
        windows_sample: "aks{pool}",
    },
    // Source: Azure/bicep-types-az microsoft.containerservice 2026-05-01, managedClusters/agentPools; Windows:
    // articles/aks/create-node-pools.md.
    pool_name: PoolNameRule {
        pattern: Some("^[a-z][a-z0-9]*$"),
        max_length: 12,
        max_length_windows: 6,
        words: "1 to 12 lower-case letters and digits (Windows: 6), a letter first",
    },
    profile: &PROFILE,
    // AKS's own drain is best effort (articles/aks/node-auto-drain.md): a handler that drains for certain stays a default.
    termination_handler: true,
};

/// Source: azure-cli `command_modules/acs/managed_cluster_decorator.py` (the keys) and Azure/bicep-types-az
/// `ManagedClusterPropertiesAutoScalerProfile` (the forms of their values).
const PROFILE: [ProfileKey; 20] = [
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
