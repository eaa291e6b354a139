//! Azure Kubernetes Service with its managed cluster autoscaler.

mod node_reservations;
mod pool_list;
mod profile;
mod vm_families;
mod vm_series;
mod vm_size_name;
mod vm_sizes;

use super::{
    AutoscalerMetrics, CapacityLabel, Cli, ClusterAutoscaler, ClusterLabel, Drain, Facts,
    FailedNodes, Interruption, Karpenter, NamedCluster, NodeGroup, NodeLabels, NodeTaints,
    NodeTemplate, NoticeChannel, PoolLabel, PoolLimits, PoolNameRule, Quota, RealInterruption,
    ReservedPrefixes, RunBy, SpotLabelBeside, SpotPoolDefaults, SystemPools, TaintValue, VmSizes,
    ZoneLabel,
};
use crate::config::{EvictionPolicy, Per, ProviderName};
use crate::kubernetes::Effect;

pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Aks,
    title: "AKS",
    labels: NodeLabels {
        // Set by AKS on every node of a Spot pool, label and taint alike.
        // Source: MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md.
        spot: ("kubernetes.azure.com/scalesetpriority", "spot"),
        spot_beside_another: SpotLabelBeside::Always,
        capacity: &[
            // Regular nodes do not have the key at all. Source: Azure/AKS#4761.
            CapacityLabel {
                key: "kubernetes.azure.com/scalesetpriority",
                spot: "spot",
                on_demand: None,
                others: &[],
                is_complete: true,
            },
            // On every node. Source: articles/aks/use-labels.md.
            CapacityLabel {
                key: "kubernetes.azure.com/priority",
                spot: "spot",
                on_demand: Some("regular"),
                others: &[],
                is_complete: true,
            },
        ],
        // Source, also of the labels below: articles/aks/use-labels.md.
        pool: "kubernetes.azure.com/agentpool",
        // Source: kubernetes-sigs/cloud-provider-azure pkg/provider/azure_zones.go, `makeZone`.
        zone: ZoneLabel::RegionAndZone,
        others: &[
            ("agentpool", PoolLabel::Name),
            (
                "kubernetes.azure.com/mode",
                PoolLabel::Mode {
                    system: "system",
                    user: "user",
                },
            ),
            (
                "kubernetes.azure.com/priority",
                PoolLabel::Capacity {
                    spot: "spot",
                    on_demand: "regular",
                },
            ),
        ],
    },
    taints: NodeTaints {
        spot: Some((
            "kubernetes.azure.com/scalesetpriority",
            "spot",
            Effect::NoSchedule,
        )),
        // Source: azure-cli `command_modules/acs/_validators.py`, `validate_taint`.
        arm: None,
        gpu: None,
        // Source: Azure/AKS#1449, shipped.
        are_tolerated_by_request: true,
        value: TaintValue::Required,
    },
    // Source: articles/aks/use-labels.md, reserved prefixes.
    reserved_prefixes: Some(ReservedPrefixes {
        provider: "kubernetes.azure.com/",
        kubernetes: "kubernetes.io/",
    }),
    interruption: Interruption {
        // The event `Preempt` comes at least 30 seconds ahead, on a best-effort basis.
        // Source: MicrosoftDocs/azure-compute-docs articles/virtual-machines/linux/scheduled-events.md.
        notice_seconds: 30,
        grace_seconds: 20,
        channel: NoticeChannel::ScheduledEvents,
        // A handler that drains for certain stays a default. Source: articles/aks/node-auto-drain.md.
        drain: Drain::NoPublishedDelay,
        kubelet_shutdown: false,
        // A scale set deletes or deallocates it, by its eviction policy.
        // Source: learn.microsoft.com/azure/virtual-machine-scale-sets/use-spot, "Eviction policy".
        is_replaced: false,
        // Cordoned, with a notice of eviction, without a drain and without a surge node.
        // Source: learn.microsoft.com/azure/aks/spot-node-pool, "Limitations" and upgrades.
        at_upgrades: true,
        for_real: RealInterruption::ScaleSet,
    },
    // Source: Azure/bicep-types-az microsoft.containerservice 2026-05-01, managedClusters/agentPools; Windows:
    // articles/aks/create-node-pools.md.
    pool_name: PoolNameRule {
        pattern: Some("^[a-z][a-z0-9]*$"),
        max_length: 12,
        max_length_windows: 6,
        words: "1 to 12 lower-case letters and digits (Windows: 6), a letter first",
    },
    pool_limits: PoolLimits {
        // 30, 110 or 250, by network plugin. Source: articles/aks/concepts-network-ip-address-planning.md.
        pods_per_node: None,
        counted_per: Per::Pool,
        // Source: Azure/bicep-types-az microsoft.containerservice 2026-05-01, `maxCount` and `vmSize` of an agent pool.
        nodes_per_pool: Some(1000),
        mixed_capacity: false,
        vm_sizes_per_pool: Some(1),
        // Source: articles/aks/quotas-skus-regions.md.
        nodes_per_cluster: Some(5000),
    },
    // Source: articles/aks/spot-node-pool.md (priority, eviction policy, price); azure-cli `command_modules/acs/_params.py`,
    // which gives `aks nodepool update` no argument for the others.
    fixed_pool_fields: &["capacity", "vmSize", "osType", "zones", "maxPods", "spot"],
    // Source: articles/aks/spot-node-pool.md; azure-cli `command_modules/acs/_params.py`.
    spot_pool_defaults: Some(SpotPoolDefaults {
        eviction_policy: EvictionPolicy::Delete,
        max_price: -1.0,
    }),
    system_pools: Some(SystemPools {
        // What the API takes; articles/aks/use-system-pools.md asks for two.
        // Source: Azure/bicep-types-az microsoft.containerservice 2026-05-01, `minCount` of an agent pool.
        min_nodes: 1,
        // Source: articles/aks/use-system-pools.md; Azure/AKS#2578 for the taints that are refused.
        taint: ("CriticalAddonsOnly", "true", Effect::NoSchedule),
    }),
    cluster_autoscaler: ClusterAutoscaler {
        // Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md; AKS runs it in kube-system.
        expander_namespace: Some("kube-system"),
        own_order: None,
        // The autoscaler's node group is the scale set: aks-<pool>-<digits>-vmss, on Windows aks<pool>.
        // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/azure_scale_set.go, `Id`; the names of
        // nodes in articles/aks/learn/quick-windows-container-deploy-cli.md.
        node_group: NodeGroup {
            linux: "^aks-{pool}-[0-9]+-vmss$",
            windows: "^aks{pool}$",
            linux_sample: "aks-{pool}-12345678-vmss",
            windows_sample: "aks{pool}",
        },
        run_by: RunBy::Provider,
        profile: &profile::PROFILE,
        command: None,
        // AKS tells its autoscaler the labels and taints of the pool, which come before those of tags.
        // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/azure_template.go, `processVMSSTemplate`.
        node_template: NodeTemplate::Pool,
        // Source: Azure/AKS#5488.
        failed_nodes: FailedNodes::Kept,
        // Source: MicrosoftDocs/azure-aks-docs articles/aks/control-plane-metrics-monitor.md, monitor-aks-reference.md.
        metrics: AutoscalerMetrics::AzureMonitor(
            "AKS publishes the autoscaler's metrics only to Azure Monitor managed Prometheus, as the target \
             `controlplane-cluster-autoscaler` that the ConfigMap `ama-metrics-settings-configmap` switches on",
        ),
    },
    vm_sizes: Some(VmSizes {
        resources: vm_sizes::resources,
        allocatable: node_reservations::allocatable,
        names: vm_sizes::names,
        series: vm_size_name::series,
        // Source: MicrosoftDocs/azure-compute-docs articles/virtual-machines/sizes/gpu-accelerated/nvv4-series.md (Radeon
        // Instinct MI25) and ndmi300xv5-series.md (Instinct MI300X).
        has_amd_gpus: |size| {
            let series = vm_size_name::series(size);
            series.starts_with("nv") && series.ends_with("as_v4") || series.contains("mi300x")
        },
        can_add_gpus: false,
        is_sold_as_spot: Some(vm_sizes::is_sold_as_spot),
    }),
    // Source: MicrosoftDocs/azure-compute-docs articles/virtual-machines/quotas.md (the two tiers, the command);
    // MicrosoftDocs/azure-docs articles/quotas/spot-quota.md (one Spot quota across all families).
    quota: Some(Quota {
        command: "`az vm list-usage --location … -o table`",
        spot: "lowPriorityCores",
        regular: "cores",
        family: vm_families::family,
        vcpus: vm_sizes::quota_vcpus,
    }),
    // Source: MicrosoftDocs/azure-monitor-docs articles/azure-monitor/containers/prometheus-metrics-scrape-crd.md.
    azure_monitor: true,
    pool_lists: pool_list::LISTS,
    cluster_label: Some(ClusterLabel {
        // The group of the nodes: `MC_<resource group>_<cluster>_<location>`, unless somebody chose another name.
        // Source: MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md and faq.yml.
        key: "kubernetes.azure.com/cluster",
        read: |group| {
            let (within, _) = group.strip_prefix("MC_")?.rsplit_once('_')?;
            let (resource_group, name) = within.split_once('_')?;
            // With more of them, nothing tells which one divides the two.
            (!name.contains('_')).then(|| NamedCluster {
                name: name.to_owned(),
                resource_group: Some(resource_group.to_owned()),
            })
        },
    }),
    // Node auto provisioning is Karpenter. Source: MicrosoftDocs/azure-aks-docs articles/aks/node-auto-provisioning.md.
    karpenter: Karpenter::NeverBesideTheAutoscaler,
    cli: Cli::AzureCli,
};
