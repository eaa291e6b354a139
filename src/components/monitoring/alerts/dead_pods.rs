use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::System;
use crate::components::monitoring::nodes::READY;
use crate::components::monitoring::times::{Time, whole_minutes};

pub(super) const ALERT: Alert = Alert {
    name: "SpotDeadPodsRunning",
    severity: Severity::Warning,
    watches: Watched::Cluster,
    summary: "Pods count as running on a Spot node that is gone or not ready.",
    description: "Pods count as running on Spot node {{ $labels.node }} ({{ $value }} of them), which is gone or not ready. Kubernetes has \
                  not replaced them.",
    meaning: "A Spot VM disappeared without a drain. Its pods do not run any more, but Kubernetes still counts them. StatefulSets \
              do not replace such pods until somebody removes them or the node.",
    diagnosis: "\
$ kubectl get nodes
$ kubectl get pods -A -o wide --field-selector spec.nodeName=NODE
# Does the VM still exist? Its provider ID names it.
$ kubectl get node NODE -o jsonpath='{.spec.providerID}'",
    remedy: "If the VM is gone for good, delete the node: `kubectl delete node NODE`. Kubernetes then removes its pods and detaches \
             their volumes.\n\nIf this happens often, the pods tolerate a lost node for too long: set \
             `nodeLossTolerationSeconds` (rule `slow-node-loss`). On AKS, choose the eviction policy `Delete` for Spot pools: \
             deallocated VMs leave their nodes behind (rule `deallocated-spot-nodes`).",
    ignore: "While a node is rebooted or upgraded in place. The alert forgets a node that has been gone for a day.",
    condition: |system| {
        Some(Condition {
            // A node takes its taints and labels along: that it was one of Spot is known by the past.
            expr: format!(
                "count by (cluster, node) (\n  \
                   max by (cluster, namespace, pod, node) (kube_pod_info{{node!=\"\", created_by_kind!~\"DaemonSet|Node\"}})\n  \
                   and on (cluster, namespace, pod) (max by (cluster, namespace, pod) (kube_pod_status_phase{{phase=\"Running\"}}) == 1)\n  \
                   and on (cluster, node) last_over_time(node:spotgen_spot:info[1d])\n  \
                   unless on (cluster, node) ({READY})\n\
                 )"
            ),
            pending: pending(system),
            looks_back: 0,
        })
    },
};

/// Until the control plane counts a silent node as lost.
/// Source: kubernetes/kubernetes pkg/controller/nodelifecycle/config/v1alpha1/defaults.go, `NodeMonitorGracePeriod`.
const NOTICED_SECONDS: i64 = 50;
/// What pods tolerate that say nothing. Source: kubernetes/kubernetes
/// plugin/pkg/admission/defaulttolerationseconds/admission.go.
const TOLERATED_SECONDS: i64 = 300;
/// Until the objects of pods without a node are removed, and new ones have started.
const REPLACED_SECONDS: i64 = 120;

fn pending(system: &System) -> Time {
    let workloads = system.plan.workloads.iter();
    let tolerated = workloads
        .filter_map(|workload| workload.node_loss_toleration_seconds)
        .map(i64::from)
        .fold(TOLERATED_SECONDS, i64::max);
    Time::new(
        whole_minutes(NOTICED_SECONDS + tolerated + REPLACED_SECONDS),
        format!(
            "{NOTICED_SECONDS} s until the node counts as lost, up to {tolerated} s that pods tolerate it, and {REPLACED_SECONDS} s to replace them"
        ),
    )
}
