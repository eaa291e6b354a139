//! How long things take: two tables. `real` is what clusters do, each figure with its source; `laboratory` deviates from
//! it where the laboratory of the recordings does, and replays them.

use super::world::{Millis, seconds};

/// Durations, none of which a configuration sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timings {
    /// From asking for a machine until its node is ready.
    pub boot: Millis,
    /// From asking until the cloud says that it has none.
    pub refusal: Millis,
    /// From giving a machine back until its node is gone.
    pub machine_deletion: Millis,
    /// From binding until a pod is ready: images are pulled, the program starts.
    pub pod_start: Millis,
    /// From the signal until a pod's containers have ended.
    pub pod_stop: Millis,
    /// From one renewal of a node's lease to the next.
    pub lease_renewal: Millis,
    /// From one look at the nodes' leases to the next.
    pub node_monitor_period: Millis,
    /// For how long a lease may go without a renewal.
    pub node_monitor_grace: Millis,
    /// From one node of a zone that is tainted to the next.
    pub taint_interval: Millis,
    /// The same in a large zone of which most nodes do not answer.
    pub secondary_taint_interval: Millis,
    /// Up to so many nodes a zone is small.
    pub large_zone: usize,
    /// What the API server lets a pod tolerate a node that is not ready or not reachable, unless the pod says.
    pub default_toleration: Millis,
    /// From one look of the cloud's controller at nodes without a machine to the next.
    pub cloud_node_period: Millis,
    /// From one look of the collector of orphaned pods to the next.
    pub pod_collector_period: Millis,
    /// How long a node must be missing before its pods are collected.
    pub orphan_quarantine: Millis,
    /// How long a Job waits after its first failure; each further one doubles it.
    pub job_backoff: Millis,
    pub job_backoff_most: Millis,
    /// How long the scheduler leaves a pod alone after the first attempt in vain, and at most.
    pub scheduler_backoff: (Millis, Millis),
    /// How long the scheduler takes from choosing pods that make way until it has asked them to, one after the other.
    pub preemption_takes: Millis,
    /// How long an eviction takes from reading a budget until it has changed it; another one of that budget in this time
    /// conflicts with it.
    pub eviction_takes: Millis,
    /// How long the autoscaler waits for the answer to one request.
    pub request_takes: Millis,
    /// When the API server tries an eviction again that conflicted, and by how much that varies.
    pub eviction_conflict: (Millis, Millis),
    /// How long the descheduler waits for the answer to one eviction before it goes on.
    pub descheduler_eviction: Millis,
    /// How many requests a client may send at once, and from one to the next after these.
    pub client_burst: i64,
    pub client_interval: Millis,
    /// How long the autoscaler does not send the same event of the same object again.
    pub event_repeat: Millis,
    /// From asking for a machine until the cloud lists it.
    pub instance_listing: Millis,
    /// The autoscaler waits for more while all pods that wait are younger than this.
    pub young_pods: Millis,
    /// From one try of the autoscaler to evict a pod to the next.
    pub eviction_retry: Millis,
    /// How long the autoscaler waits for a pod beyond its longest grace.
    pub eviction_headroom: Millis,
    /// From one look of the autoscaler at the pods of a drained node to the next.
    pub drain_poll: Millis,
    /// Whether a node has its `DaemonSet` pods before it is ready, and others may be bound.
    pub daemon_sets_first: bool,
    /// How many nanoseconds of the cluster's own clock a millisecond is: controllers compare ages by their order of magnitude.
    pub nanoseconds: u64,
}

impl Timings {
    pub fn real() -> Self {
        Self {
            boot: seconds(180),
            refusal: seconds(20),
            machine_deletion: seconds(30),
            pod_start: seconds(15),
            pod_stop: seconds(8),
            // kubernetes/kubernetes pkg/kubelet/apis/config/v1beta1/defaults.go: NodeLeaseDurationSeconds 40;
            // pkg/kubelet/kubelet.go: nodeLeaseRenewIntervalFraction 0.25.
            lease_renewal: seconds(10),
            // pkg/controller/nodelifecycle/config/v1alpha1/defaults.go; the period, 5 s, in
            // cmd/kube-controller-manager/app/options.
            node_monitor_period: seconds(5),
            // The same: NodeMonitorGracePeriod 50 s since 1.32, 40 s before.
            node_monitor_grace: seconds(50),
            // The same: node-eviction-rate 0.1 a second, secondary-node-eviction-rate 0.01,
            // large-cluster-size-threshold 50.
            taint_interval: seconds(10),
            secondary_taint_interval: seconds(100),
            large_zone: 50,
            // plugin/pkg/admission/defaulttolerationseconds/admission.go.
            default_toleration: seconds(300),
            // cloud-provider controllers/nodelifecycle: the node monitor period of the cloud controller manager, 5 s.
            cloud_node_period: seconds(5),
            // pkg/controller/podgc/gc_controller.go: gcCheckPeriod, quarantineTime.
            pod_collector_period: seconds(20),
            orphan_quarantine: seconds(40),
            // pkg/controller/job/job_controller.go: DefaultJobPodFailureBackOff, MaxJobPodFailureBackOff.
            job_backoff: seconds(10),
            job_backoff_most: seconds(600),
            // kubernetes/kubernetes pkg/scheduler/apis/config/v1/defaults.go, `SetDefaults_KubeSchedulerConfiguration`.
            scheduler_backoff: (seconds(1), seconds(10)),
            // It asks beside its work, within milliseconds: kubernetes/kubernetes
            // pkg/scheduler/framework/preemption/preemption.go, `prepareCandidateAsync`.
            preemption_takes: 0,
            // Only what comes at the same moment conflicts.
            eviction_takes: 0,
            // The answer comes within milliseconds.
            request_takes: 0,
            // kubernetes/kubernetes pkg/registry/core/pod/storage/eviction.go: EvictionsRetry, with a jitter of a tenth.
            eviction_conflict: (500, 50),
            // The answer comes within milliseconds.
            descheduler_eviction: 0,
            // kubernetes/client-go rest/config.go: DefaultBurst, and DefaultQPS, 5 a second.
            client_burst: 10,
            client_interval: 200,
            // kubernetes/autoscaler cluster-autoscaler/utils/kubernetes/factory.go: defaultQPS, one in 300 s.
            event_repeat: seconds(300),
            // Seen in the laboratory: the autoscaler asks the cloud anew while a request is open.
            instance_listing: 0,
            // kubernetes/autoscaler cluster-autoscaler/core/static_autoscaler.go: unschedulablePodTimeBuffer.
            young_pods: seconds(2),
            // The same, core/scaledown/actuation/drain.go: DefaultEvictionRetryTime, DefaultPodEvictionHeadroom, and
            // the pause in waitPodsToDisappear.
            eviction_retry: seconds(10),
            eviction_headroom: seconds(30),
            drain_poll: seconds(5),
            // Nodes register with the taint `node.kubernetes.io/not-ready`, which pods of a DaemonSet tolerate. Source:
            // kubernetes/kubernetes pkg/controller/daemon/util/daemonset_util.go, `AddOrUpdateDaemonPodTolerations`.
            daemon_sets_first: true,
            nanoseconds: 1_000_000,
        }
    }

    /// How long a second of the cluster's own clock is.
    pub fn api_second(&self) -> Millis {
        const SECOND: u64 = 1_000_000_000;
        Millis::try_from(SECOND / self.nanoseconds).unwrap_or(Millis::MAX)
    }

    /// As the laboratory of the recordings had it, in its real seconds: only what its README names.
    pub fn laboratory() -> Self {
        Self {
            // README, "Durations": node boot (90 s).
            boot: seconds(90),
            // README, "Not scaled": node-monitor-grace 8 s (as 80 s), with a lease every 2 s (as 20 s).
            node_monitor_grace: seconds(80),
            lease_renewal: seconds(20),
            // README, "Not scaled": an own collector deletes pods of deleted nodes after the scaled 50 s; it looks
            // around with the cloud's controller (labd/cloud.go, `run`), each 5 s.
            pod_collector_period: seconds(5),
            orphan_quarantine: seconds(50),
            // README, "Not scaled": pods younger than 2 s are left for the next loop (as 20 s).
            young_pods: seconds(20),
            // README, "Durations": each duration that is a flag of the autoscaler is divided. These are none; so weigh
            // ten times (RESULTS.md, the last doubt).
            eviction_retry: seconds(100),
            eviction_headroom: seconds(300),
            drain_poll: seconds(50),
            event_repeat: seconds(3000),
            // README, "Not scaled": API latencies count tenfold; 10 ms for an update are taken for the order of one. To
            // preempt takes several, on a busy machine: in c-mid-S6-S7 placeholders went one each second.
            preemption_takes: seconds(1),
            eviction_takes: 100,
            request_takes: 100,
            eviction_conflict: (seconds(5), 500),
            // The same: an eviction is several requests to the store, one after the other.
            descheduler_eviction: 600,
            // README, "Durations": a client's rate is none of them. So it weighs ten times.
            client_interval: seconds(2),
            // labd/cloud.go registers nodes that are ready; README, "Not scaled": API latencies count tenfold.
            daemon_sets_first: false,
            // README, "Time": its clock is a tenth of the real one.
            nanoseconds: 100_000,
            // README, "Not scaled": the scheduler's back-off is set to 1 s flat (as 10 s).
            scheduler_backoff: (seconds(10), seconds(10)),
            ..Self::real()
        }
    }
}
