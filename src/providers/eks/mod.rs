//! Amazon EKS: managed node groups under a cluster autoscaler that the user runs.

mod cpu_families;
mod gpu_families;
mod instance_family;
mod instance_types;
mod node_reservations;
mod pool_list;

use super::autoscaler_flags::FLAGS;
use super::{
    AutoscalerMetrics, CapacityLabel, Cli, ClusterAutoscaler, ClusterLabel, Drain, Facts,
    FailedNodes, Interruption, Karpenter, NamedCluster, NodeGroup, NodeLabels, NodeTaints,
    NodeTemplate, NoticeChannel, PoolLabel, PoolLimits, PoolNameRule, RealInterruption, RunBy,
    SpotLabelBeside, TaintValue, VmSizes, ZoneLabel,
};
use crate::config::{Per, ProviderName};

pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Eks,
    title: "EKS",
    labels: NodeLabels {
        // A label on every node, no taint.
        // Source: awsdocs/amazon-eks-user-guide latest/ug/nodes/managed-node-groups.adoc.
        spot: ("eks.amazonaws.com/capacityType", "SPOT"),
        // Self-managed groups have labels of their owner alone.
        // Source: awsdocs/amazon-eks-user-guide latest/ug/nodes/worker.adoc.
        spot_beside_another: SpotLabelBeside::OfItsOwnGroups,
        // On every node of a managed node group (the same page). The third is that of reserved blocks for GPUs.
        // Source: docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html, `capacityType`.
        capacity: &[CapacityLabel {
            key: "eks.amazonaws.com/capacityType",
            spot: "SPOT",
            on_demand: Some("ON_DEMAND"),
            others: &["CAPACITY_BLOCK"],
            is_complete: true,
        }],
        // Source: kubernetes/autoscaler cluster-autoscaler/processors/nodegroupset/aws_nodegroups.go.
        pool: "eks.amazonaws.com/nodegroup",
        zone: ZoneLabel::Zone,
        others: &[(
            "eks.amazonaws.com/capacityType",
            PoolLabel::Capacity {
                spot: "SPOT",
                on_demand: "ON_DEMAND",
            },
        )],
    },
    taints: NodeTaints {
        spot: None,
        arm: None,
        gpu: None,
        // Since 1.19. Source: aws/containers-roadmap#739.
        are_tolerated_by_request: true,
        value: TaintValue::Optional,
    },
    reserved_prefixes: None,
    interruption: Interruption {
        // Two minutes; managed node groups drain by themselves on the notice (the same page).
        notice_seconds: 120,
        grace_seconds: 110,
        channel: NoticeChannel::Other,
        drain: Drain::OnNotice,
        kubelet_shutdown: false,
        // Source: docs.aws.amazon.com/autoscaling/ec2/userguide/launch-template-spot-instances.html; that it goes on when there is
        // none: repost.aws/questions/QUj3wyT9i1RUizi12pQ90z3A.
        is_replaced: true,
        at_upgrades: false,
        for_real: RealInterruption::FaultInjection,
    },
    // Source: the EKS API reference, `CreateNodegroup`.
    pool_name: PoolNameRule {
        pattern: Some("^[A-Za-z0-9][-A-Za-z0-9_]*$"),
        max_length: 63,
        max_length_windows: 63,
        words: "at most 63 letters, digits, `-` and `_`, a letter or digit first",
    },
    pool_limits: PoolLimits {
        // By instance type. Source: awslabs/amazon-eks-ami nodeadm/internal/kubelet/eni-max-pods.txt.
        pods_per_node: None,
        counted_per: Per::Pool,
        nodes_per_pool: None,
        nodes_per_cluster: None,
        // Self-managed groups are Auto Scaling groups. Source: docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html.
        mixed_capacity: true,
        vm_sizes_per_pool: None,
    },
    // Of managed node groups: what the request does not take.
    // Source: docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html.
    fixed_pool_fields: &["capacity", "vmSize", "osType", "zones"],
    spot_pool_defaults: None,
    system_pools: None,
    cluster_autoscaler: ClusterAutoscaler {
        // The autoscaler's own namespace; kube-system is where its chart and its documentation put it.
        expander_namespace: Some("kube-system"),
        own_order: None,
        // The node group is the Auto Scaling group: eks-<node group>-<uuid> since Kubernetes 1.21.
        // Source: aws/containers-roadmap#1304.
        node_group: NodeGroup {
            linux: "^eks-{pool}-[0-9a-f-]{36}$",
            windows: "^eks-{pool}-[0-9a-f-]{36}$",
            linux_sample: "eks-{pool}-12345678-90ab-cdef-1234-567890abcdef",
            windows_sample: "eks-{pool}-12345678-90ab-cdef-1234-567890abcdef",
        },
        run_by: RunBy::User,
        profile: &FLAGS,
        command: None,
        // It asks EKS for the labels and taints of the managed node group.
        // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/managed_nodegroup_cache.go.
        node_template: NodeTemplate::Pool,
        failed_nodes: FailedNodes::Unknown,
        // Source: kubernetes/autoscaler cluster-autoscaler/proposals/metrics.md.
        metrics: AutoscalerMetrics::Scraped(
            "the autoscaler has its metrics at `/metrics` of port 8085: have Prometheus scrape it",
        ),
    },
    vm_sizes: Some(VmSizes {
        resources: instance_types::resources,
        allocatable: node_reservations::allocatable,
        names: instance_types::names,
        series: instance_types::series,
        // Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html: Radeon Pro V520.
        has_amd_gpus: |size| size.starts_with("g4ad."),
        can_add_gpus: false,
        is_sold_as_spot: None,
    }),
    quota: None,
    azure_monitor: false,
    pool_lists: pool_list::LISTS,
    cluster_label: Some(ClusterLabel {
        // Set by eksctl, also on nodes that EKS does not manage.
        // Source: eksctl-io/eksctl pkg/apis/eksctl.io/v1alpha5/types.go, `ClusterNameLabel`.
        key: "alpha.eksctl.io/cluster-name",
        read: |name| {
            Some(NamedCluster {
                name: name.to_owned(),
                resource_group: None,
            })
        },
    }),
    // Source: https://docs.aws.amazon.com/eks/latest/userguide/autoscaling.html; aws/karpenter-provider-aws README.md.
    karpenter: Karpenter::Possible,
    cli: Cli::Other,
};
