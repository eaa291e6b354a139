//! Google Kubernetes Engine, Standard mode.

mod custom_machines;
mod machine_families;
mod machine_family;
mod machine_types;
mod node_reservations;
mod pool_list;

use super::{
    AutoscalerMetrics, CapacityLabel, Cli, ClusterAutoscaler, Drain, Facts, FailedNodes,
    Interruption, Karpenter, NodeGroup, NodeLabels, NodeTaints, NodeTemplate, NoticeChannel,
    PoolLabel, PoolLimits, PoolNameRule, ProfileKey, ProfileKind, RealInterruption, RunBy,
    SpotLabelBeside, TaintValue, VmSizes, ZoneLabel,
};
use crate::config::{Per, ProviderName};
use crate::kubernetes::Effect;

pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Gke,
    title: "GKE",
    labels: NodeLabels {
        // A label on every node; the taint is the user's.
        // Source: cloud.google.com/kubernetes-engine/docs/concepts/spot-vms.
        spot: ("cloud.google.com/gke-spot", "true"),
        spot_beside_another: SpotLabelBeside::Always,
        capacity: &[
            // Only Spot VMs have it, and preemptible ones the next one (the same page, and
            // cloud.google.com/kubernetes-engine/docs/how-to/preemptible-vms).
            CapacityLabel {
                key: "cloud.google.com/gke-spot",
                spot: "true",
                on_demand: None,
                others: &[],
                is_complete: true,
            },
            CapacityLabel {
                key: "cloud.google.com/gke-preemptible",
                spot: "true",
                on_demand: None,
                others: &[],
                is_complete: true,
            },
            // On every node. Source: cloud.google.com/kubernetes-engine/docs/concepts/spot-vms; GKE documents no list of its
            // values.
            CapacityLabel {
                key: "cloud.google.com/gke-provisioning",
                spot: "spot",
                on_demand: Some("standard"),
                others: &["preemptible"],
                is_complete: false,
            },
        ],
        pool: "cloud.google.com/gke-nodepool",
        zone: ZoneLabel::Zone,
        // On every node. Source: cloud.google.com/kubernetes-engine/docs/concepts/spot-vms.
        others: &[(
            "cloud.google.com/gke-provisioning",
            PoolLabel::Capacity {
                spot: "spot",
                on_demand: "standard",
            },
        )],
    },
    taints: NodeTaints {
        spot: None,
        // By default; a pool can be made without it: `gcloud --node-architecture-taint-behavior=none`.
        // Source: docs.cloud.google.com/kubernetes-engine/docs/how-to/prepare-arm-workloads-for-deployment, and the GKE
        // API reference, `TaintConfig.ArchitectureTaintBehavior`.
        arm: Some(("kubernetes.io/arch", "arm64", Effect::NoSchedule)),
        // On pools that are added to a cluster with nodes without GPUs. The admission plugin `ExtendedResourceToleration`
        // lets pods onto them that request GPUs.
        // Source: cloud.google.com/kubernetes-engine/docs/how-to/gpus.
        gpu: Some(("nvidia.com/gpu", "present", Effect::NoSchedule)),
        are_tolerated_by_request: true,
        value: TaintValue::Optional,
    },
    reserved_prefixes: None,
    interruption: Interruption {
        // 30 seconds, of which pods that are not critical get 15 (the same page).
        notice_seconds: 30,
        grace_seconds: 15,
        channel: NoticeChannel::Other,
        // The kubelet stops gracefully on the notice by itself (the same page).
        drain: Drain::OnNotice,
        // Source: cloud.google.com/kubernetes-engine/docs/concepts/spot-vms, "Termination and graceful shutdown of Spot VMs".
        kubelet_shutdown: true,
        // Source: the Compute API, `instanceGroupManagers`, `defaultActionOnFailure`: `REPAIR`, the default.
        is_replaced: true,
        at_upgrades: false,
        for_real: RealInterruption::MaintenanceEvent,
    },
    pool_name: PoolNameRule {
        pattern: Some("^[a-z]([-a-z0-9]*[a-z0-9])?$"),
        max_length: 40,
        max_length_windows: 40,
        words: "at most 40 lower-case letters, digits and `-`, a letter first",
    },
    pool_limits: PoolLimits {
        // Source: cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr.
        pods_per_node: Some(110),
        // `minNodeCount` and `maxNodeCount` are of each zone. Source: the GKE API reference, `NodePoolAutoscaling`.
        counted_per: Per::Zone,
        nodes_per_pool: None,
        nodes_per_cluster: None,
        mixed_capacity: false,
        vm_sizes_per_pool: None,
    },
    // What the request does not take. Machine types and zones change in place, with new nodes.
    // Source: cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools/update,
    // cloud.google.com/kubernetes-engine/docs/how-to/migrate-nodes.
    fixed_pool_fields: &["capacity", "osType", "maxPods"],
    spot_pool_defaults: None,
    system_pools: None,
    cluster_autoscaler: ClusterAutoscaler {
        // The managed autoscaler takes no expander from the user.
        expander_namespace: None,
        // Source: cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler, "Balancing" of node pools by cost.
        own_order: Some(
            "it scales up the least expensive node pool that fits, and takes the lower price of Spot VMs into account; a \
             compute class can set another order",
        ),
        // A node group is a managed instance group, named by its URL.
        // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/gce/gce_manager.go.
        node_group: NodeGroup {
            linux: "/instanceGroups/gke-.*-{pool}-[0-9a-f]+-grp$",
            windows: "/instanceGroups/gke-.*-{pool}-[0-9a-f]+-grp$",
            linux_sample: "projects/p/zones/z/instanceGroups/gke-cluster-{pool}-1234abcd-grp",
            windows_sample: "projects/p/zones/z/instanceGroups/gke-cluster-{pool}-1234abcd-grp",
        },
        run_by: RunBy::Provider,
        // Source: cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler, "Autoscaling profiles".
        profile: &[ProfileKey {
            name: "autoscaling-profile",
            value: ProfileKind::Profile,
            default: Some("balanced"),
        }],
        // Source: the same page.
        command: Some("gcloud container clusters update"),
        // It reads the instance template, in which GKE writes labels and taints of the pool.
        // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/gce/templates.go, `BuildNodeFromTemplate`.
        node_template: NodeTemplate::Pool,
        failed_nodes: FailedNodes::Unknown,
        // Its decisions are in Cloud Logging. Source:
        // <https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-autoscaler-visibility>
        metrics: AutoscalerMetrics::None,
    },
    vm_sizes: Some(VmSizes {
        resources: machine_types::resources,
        allocatable: node_reservations::allocatable,
        names: machine_types::names,
        series: machine_types::series,
        // Source: cloud.google.com/compute/docs/gpus: all models are NVIDIA's.
        has_amd_gpus: |_| false,
        // Source: cloud.google.com/compute/docs/gpus, "N1 VMs with attached GPUs".
        can_add_gpus: true,
        is_sold_as_spot: None,
    }),
    quota: None,
    azure_monitor: false,
    pool_lists: pool_list::LISTS,
    cluster_label: None,
    // Source: cloudpilot-ai/karpenter-provider-gcp README.md.
    karpenter: Karpenter::Possible,
    cli: Cli::Other,
};
