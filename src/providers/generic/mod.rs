//! Any other cluster: nodes carry the labels below, which whoever makes the nodes must set.

use super::autoscaler_flags::FLAGS;
use super::{
    AutoscalerMetrics, Cli, ClusterAutoscaler, Drain, Facts, FailedNodes, Interruption, Karpenter,
    NodeGroup, NodeLabels, NodeTaints, NodeTemplate, NoticeChannel, PoolLimits, PoolNameRule,
    RealInterruption, RunBy, SpotLabelBeside, TaintValue, ZoneLabel,
};
use crate::config::{Per, ProviderName};

pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Generic,
    title: "this cluster",
    labels: NodeLabels {
        spot: ("spotgen.dev/capacity", "spot"),
        spot_beside_another: SpotLabelBeside::Never,
        capacity: &[],
        pool: "spotgen.dev/node-pool",
        zone: ZoneLabel::Zone,
        others: &[],
    },
    taints: NodeTaints {
        spot: None,
        arm: None,
        gpu: None,
        are_tolerated_by_request: false,
        value: TaintValue::Optional,
    },
    reserved_prefixes: None,
    interruption: Interruption {
        // The shortest notice among the large clouds.
        notice_seconds: 30,
        grace_seconds: 20,
        channel: NoticeChannel::Other,
        drain: Drain::Unknown,
        kubelet_shutdown: false,
        is_replaced: false,
        at_upgrades: false,
        for_real: RealInterruption::None,
    },
    pool_name: PoolNameRule {
        pattern: None,
        max_length: 63,
        max_length_windows: 63,
        words: "at most 63 letters, digits, `-`, `_` and `.`",
    },
    pool_limits: PoolLimits {
        // The kubelet's own. Source: kubernetes/kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go, `MaxPods`.
        pods_per_node: Some(110),
        counted_per: Per::Pool,
        nodes_per_pool: None,
        nodes_per_cluster: None,
        // It may be an Auto Scaling group, as those of kOps are. Source: kubernetes/kops docs/instance_groups.md, `mixedInstancesPolicy`.
        mixed_capacity: true,
        vm_sizes_per_pool: None,
    },
    // An Auto Scaling group takes a new launch template, a pool of another cloud may take nothing.
    fixed_pool_fields: &[],
    spot_pool_defaults: None,
    system_pools: None,
    cluster_autoscaler: ClusterAutoscaler {
        expander_namespace: Some("kube-system"),
        own_order: None,
        // The pool's name is taken to be the name of its node group.
        node_group: NodeGroup {
            linux: "^{pool}$",
            windows: "^{pool}$",
            linux_sample: "{pool}",
            windows_sample: "{pool}",
        },
        run_by: RunBy::User,
        profile: &FLAGS,
        command: None,
        // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/README.md and aws/README.md.
        node_template: NodeTemplate::Tags,
        failed_nodes: FailedNodes::Unknown,
        // Source: kubernetes/autoscaler cluster-autoscaler/proposals/metrics.md.
        metrics: AutoscalerMetrics::Scraped(
            "the autoscaler has its metrics at `/metrics` of port 8085: have Prometheus scrape it",
        ),
    },
    vm_sizes: None,
    quota: None,
    azure_monitor: false,
    pool_lists: &[],
    cluster_label: None,
    karpenter: Karpenter::Unknown,
    cli: Cli::Other,
};
