//! Every default, once, each with its reason. What a user leaves unsaid comes from here.

use crate::config::{
    BudgetSpec, Class, DefaultProtection, DisruptionBudget, ExtraProtection, Placement, Spot,
    Spread, SpreadMethod, SpreadOver, SpreadSpec, UnhealthyPodEvictionPolicy,
};
use crate::kubernetes::Effect;
use crate::providers::Facts;
use crate::values::{Int, IntOrPercent, OrNone, Version};

/// Assumed where none is given: old enough that clusters have it, new enough for every field used.
pub(crate) const KUBERNETES_VERSION: Version = Version::new(1, 33, None);

/// `unhealthyPodEvictionPolicy` is on from here (beta in 1.27, stable in 1.31).
/// Source: kubernetes/enhancements keps/sig-apps/3017-pod-healthy-policy-for-pdb.
pub(crate) const UNHEALTHY_POLICY_SINCE: (u16, u16) = (1, 27);

// ---- priority expander

/// The lowest tier of Spot pools; those that the autoscaler should scale up first are above it. Any number above the other
/// tier works; gaps leave room for more tiers.
pub(crate) const SPOT_PRIORITY: u32 = 20;
/// The tier of everything else, pools made later included: a group that no pattern matches is never scaled
/// up while another one can be.
pub(crate) const OTHER_PRIORITY: u32 = 10;
pub(crate) const CATCH_ALL: &str = ".*";

/// The autoscaler profile that suits Spot.
pub(crate) const SPOT_PROFILE: [(&str, &str); 4] = [
    // A Spot pool without capacity is given up after this long, and on-demand is tried: 15 m is a long outage.
    ("max-node-provision-time", "5m"),
    // Evicted nodes that are deallocated stay unready; the autoscaler stops working altogether above these.
    ("max-total-unready-percentage", "100"),
    ("ok-total-unready-count", "1000"),
    // Pods with an emptyDir must not keep on-demand nodes alive after failback. AKS's documentation and its API
    // disagree on the default, so it is said.
    ("skip-nodes-with-local-storage", "false"),
];

/// Source: kubernetes/autoscaler cluster-autoscaler/charts/cluster-autoscaler/Chart.yaml.
pub(crate) const CLUSTER_AUTOSCALER_CHART: (&str, &str) =
    ("https://kubernetes.github.io/autoscaler", "9.59.0");

// ---- node pools

/// Makes the scheduler prefer Spot by more than any spread can outweigh (the weight of the plugin is 3), without
/// keeping any pod away when Spot is gone.
pub(crate) const ON_DEMAND_TAINT: (&str, &str, Effect) = (
    "spotgen.dev/capacity",
    "on-demand",
    Effect::PreferNoSchedule,
);

/// The key of the soft taint that the autoscaler sets on every node that it does not need at the moment; its value is the
/// time. Effect: `PreferNoSchedule`. Pods that prefer Spot tolerate it where `ON_DEMAND_TAINT` stands on on-demand and
/// their preference is not safe without: `model::choice` has the arithmetic, `placement::deletion_candidates` decides.
/// Source: kubernetes/autoscaler cluster-autoscaler/utils/taints/taints.go, `DeletionCandidateTaint`;
/// core/scaledown/actuation/softtaint.go.
pub(crate) const DELETION_CANDIDATE_TAINT: (&str, Effect) = (
    "DeletionCandidateOfClusterAutoscaler",
    Effect::PreferNoSchedule,
);

/// What AKS's own `DaemonSet`s request on a node (kube-proxy, the network plugin, the disk and file drivers, the node
/// manager): an assumption on the safe side; `daemonSetOverhead` of a pool replaces it.
pub(crate) const DAEMON_SET_OVERHEAD: (i64, i64) = (400, 512 << 20);

// ---- workloads

pub(crate) const DEFAULT_CLASS: &str = "default";
pub(crate) const NAMESPACE: &str = "default";
/// One term alone counts the same whatever its weight; 100 keeps it ahead of a workload's other preferences.
pub(crate) const SPOT_WEIGHT: i32 = 100;
pub(crate) const ANTI_AFFINITY_WEIGHT: i32 = 100;
/// With a smaller skew the scheduler's spread outvotes the preference for Spot, and evicted pods go back to where
/// they came from.
pub(crate) const MAX_SKEW: i32 = 3;
/// Kubernetes would wait 300 s, after the 50 it takes to notice. By then a Spot VM is gone: a node that only restarts its
/// kubelet is back before it is noticed, and with 30 s instead of 5 all pods were ready after 300 s instead of 193
/// (docs/evidence.md).
pub(crate) const NODE_LOSS_SECONDS: i32 = 5;
/// Rounded up by Kubernetes: one of two pods, two of three or four. The notice is too short for a second round of evictions,
/// so the budget decides how many pods leave in good order when all Spot goes: with 25 % 25 of 37 were killed, with 50 %
/// 13 (docs/evidence.md). It guards upgrades, scale-down and failback too, which now take half of a workload at once
/// instead of a quarter: not more, for a planned drain has time.
const BUDGET_PERCENT: u8 = 50;
/// Of a `StatefulSet` one at a time: its pods may need a majority of each other, which half of them is not.
pub(crate) const STATEFUL_BUDGET: IntOrPercent = IntOrPercent::Int(1);

/// The built-in class `default`.
pub(crate) fn class(facts: &Facts) -> Class {
    let over = || {
        Some(SpreadOver {
            max_skew: Some(Int::new(i64::from(MAX_SKEW))),
            ..SpreadOver::default()
        })
    };
    Class {
        extends: None,
        placement: Some(Placement {
            spot: Some(Spot::Preferred),
            weight: Some(Int::new(i64::from(SPOT_WEIGHT))),
            // Topology spread rather than anti-affinity: it has a skew below which it does not disturb.
            spread: Some(Spread::Over(SpreadSpec {
                method: SpreadMethod::TopologySpread,
                zone: over(),
                node: over(),
                node_pool: None,
                topology_keys: indexmap::IndexMap::new(),
            })),
        }),
        on_demand_base: None,
        disruption_budget: Some(DisruptionBudget::Budget(BudgetSpec {
            max_unavailable: Some(IntOrPercent::Percent(BUDGET_PERCENT)),
            // A pod that never becomes ready must not keep a node from being drained.
            unhealthy_pod_eviction_policy: Some(UnhealthyPodEvictionPolicy::AlwaysAllow),
            ..BudgetSpec::default()
        })),
        termination_grace_period_seconds: Some(OrNone::Seconds(facts.interruption.grace_seconds)),
        node_loss_toleration_seconds: Some(OrNone::Seconds(NODE_LOSS_SECONDS)),
    }
}

// ---- overprovisioner
//
// Placeholders made by default are as large as the largest pod that prefers Spot, of those workloads that run all the
// time: what requires Spot waits for it and brings nodes up by itself, and room held for a job would be paid for day
// and night.

/// Its own, so that nothing else in the namespace counts as part of the cluster's system.
pub(crate) const SYSTEM_NAMESPACE: &str = "spot-system";
pub(crate) const OVERPROVISIONER: &str = "overprovisioner";
/// Source: kubernetes/k8s.io registry.k8s.io/images/k8s-staging-kubernetes.
pub(crate) const PAUSE_IMAGE: &str = "registry.k8s.io/pause:3.10";
/// Source: deliveryhero/helm-charts stable/cluster-overprovisioner.
pub(crate) const OVERPROVISIONER_CHART: (&str, &str) =
    ("https://charts.deliveryhero.io/", "0.7.14");
/// Placeholders on Spot go first: preemption takes the node whose victims have the lowest priority, and so prefers to
/// make room on Spot. Not below -10, under which the autoscaler ignores pods.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/preemption; kubernetes/autoscaler core/utils/expendable.go.
pub(crate) const SPOT_PLACEHOLDER: (&str, i32) = ("spotgen-placeholder-spot", -5);
pub(crate) const ON_DEMAND_PLACEHOLDER: (&str, i32) = ("spotgen-placeholder-on-demand", -1);
pub(crate) const SPOT_PLACEHOLDER_NAME: &str = "spot";
pub(crate) const ON_DEMAND_PLACEHOLDER_NAME: &str = "on-demand";
/// Spot nodes where a workload has more than one replica. On one node all of them go at once: of three pods one was killed
/// in every run, and with two nodes none (docs/evidence.md).
pub(crate) const LEAST_SPOT_NODES: i64 = 2;
/// Spot pools are scaled up from the smallest nodes on, but last those that need more than this share of the CPU that the
/// best ones need for the same pods. Sizes of one family differ by a few percent in that, since less of a large node is
/// reserved; of two families with the same CPU, of which one has half the memory, it needs twice the CPU for pods that want
/// memory.
pub(crate) const MOST_CPU_PERCENT: i64 = 150;
/// Spot placeholders beyond those that hold the replicas which autoscalers make at most: a quarter as many again, rounded
/// up. Ranges are raised and replicas set by hand before anyone changes the configuration, and what comes of it is to come
/// back to Spot until then. Not more: work on on-demand that the configuration does not list keeps all that may be added.
pub(crate) const BEYOND_MOST_PERCENT: i64 = 25;
/// On-demand nodes whose pods fit at most on the Spot nodes that one of them adds, where those are the largest, unless the
/// smallest would then take less than half of one. Sizes up to four times the smallest are no reason to add fewer than the
/// smallest need: nodes that prove too many are gone when the autoscaler has not needed them for ten minutes.
/// Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md, `scale-down-unneeded-time`.
pub(crate) const MOST_TAKEN_AT_ONCE: i64 = 4;

// ---- proportional autoscaler

/// The newest promoted tag. Source: kubernetes/k8s.io registry.k8s.io/images/k8s-staging-cpa/images.yaml.
pub(crate) const PROPORTIONAL_AUTOSCALER_IMAGE: &str =
    "registry.k8s.io/cpa/cluster-proportional-autoscaler:v1.10.1";
/// CPU and memory: it lists nodes and does little else.
pub(crate) const PROPORTIONAL_AUTOSCALER_RESOURCES: ResourceDefaults = ResourceDefaults {
    requests: ("10m", "32Mi"),
    limits: ("100m", "64Mi"),
};

// ---- descheduler
//
// It is made where a workload prefers Spot, and works in the namespaces of those workloads: everywhere else it would
// move pods that nobody has told us about. Where there is none it is made only if the configuration has a section
// about it.

/// Where it moves nothing if it is asked for, no workload prefers Spot, and its section names no namespaces: the
/// cluster's own pods have preferences too, and are not ours to move.
pub(crate) const UNMOVED_NAMESPACES: [&str; 1] = ["kube-system"];
pub(crate) const DESCHEDULER_VERSION: Version = Version::new(0, 36, Some(0));
/// The tag is `v` and the version. Source: kubernetes-sigs/descheduler charts/descheduler/values.yaml.
pub(crate) const DESCHEDULER_IMAGE: &str = "registry.k8s.io/descheduler/descheduler";
pub(crate) const DESCHEDULER_CHART_REPOSITORY: &str =
    "https://kubernetes-sigs.github.io/descheduler/";
pub(crate) const DESCHEDULER_NAMESPACE: &str = "kube-system";
/// Source: kubernetes-sigs/descheduler charts/descheduler/values.yaml.
pub(crate) const DESCHEDULER_RESOURCES: ResourceDefaults = ResourceDefaults {
    requests: ("500m", "256Mi"),
    limits: ("500m", "256Mi"),
};
/// Short, so that few pods have to be moved in a round: the descheduler judges all pods of a node, each by itself, before
/// it evicts the first of them, and of several that are moved into the room of one the others go back to on-demand.
pub(crate) const DESCHEDULER_INTERVAL: &str = "1m";
/// Before 0.31 there is neither a limit of a round nor a least age: a round moves whatever fits, and the time until the next is
/// the only rest of a pod.
pub(crate) const OLD_DESCHEDULER_INTERVAL: &str = "5m";
/// The usual replicas are all back within this time, in seconds, once Spot has room for them. The limit of a round follows
/// from it and from the interval.
pub(crate) const FAILBACK_SECONDS: i64 = 3600;
pub(crate) const DESCHEDULER_PROFILE: &str = "spot-failback";
/// A pod that has just been moved stays for so long, whatever happens to its node: longer than a new node takes to come, and
/// a pod to start on it.
pub(crate) const MIN_POD_AGE: &str = "10m";
/// Pods with an emptyDir come back to Spot like any other; a zonal disk may not be able to follow its pod.
pub(crate) const DEFAULT_DISABLED: [DefaultProtection; 1] =
    [DefaultProtection::PodsWithLocalStorage];
pub(crate) const EXTRA_ENABLED: [ExtraProtection; 1] = [ExtraProtection::PodsWithPvc];

// ---- monitoring

/// The runbooks of this documentation.
pub(crate) const RUNBOOK_URL: &str = "https://spotgen.dev/runbooks";
/// What the dashboards' sidecar selects in the charts of Grafana and of kube-prometheus-stack.
/// Source: prometheus-community/helm-charts charts/kube-prometheus-stack/values.yaml, `grafana.sidecar.dashboards.label`.
pub(crate) const DASHBOARD_LABEL: (&str, &str) = ("grafana_dashboard", "1");
/// Keeps Flux from replacing `${datasource}` and the like, which Grafana replaces.
/// Source: fluxcd/kustomize-controller docs/spec/v1/kustomizations.md, "Post build variable substitution".
pub(crate) const UNSUBSTITUTED: (&str, &str) =
    ("kustomize.toolkit.fluxcd.io/substitute", "disabled");

// ---- termination handler

/// The release that chart 1.2.0 was made with. Source: maksim-paskal/aks-node-termination-handler, its tags.
pub(crate) const TERMINATION_HANDLER_IMAGE: &str =
    "paskalmaksim/aks-node-termination-handler:v1.0.19";
pub(crate) const TERMINATION_HANDLER_CHART: (&str, &str) = (
    "https://maksim-paskal.github.io/aks-node-termination-handler/",
    "1.2.0",
);
/// Source: maksim-paskal/aks-node-termination-handler charts/aks-node-termination-handler/values.yaml, and a CPU limit.
pub(crate) const TERMINATION_HANDLER_RESOURCES: ResourceDefaults = ResourceDefaults {
    requests: ("20m", "100Mi"),
    limits: ("100m", "100Mi"),
};
/// Azure recommends one request a second; the handler's own 5 s would be a sixth of the notice.
pub(crate) const TERMINATION_HANDLER_PERIOD: &str = "1s";
/// What finding the event, cordoning and listing pods may cost of the notice.
pub(crate) const DRAIN_OVERHEAD_SECONDS: i64 = 5;

/// CPU and memory of a controller, as it is requested and as it is limited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceDefaults {
    pub requests: (&'static str, &'static str),
    pub limits: (&'static str, &'static str),
}
