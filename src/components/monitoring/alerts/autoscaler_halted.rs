use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::monitoring::autoscaler_metrics::has_autoscaler;
use crate::components::monitoring::times::{REMEMBERED, Time};

pub(super) const ALERT: Alert = Alert {
    name: "SpotAutoscalerHalted",
    severity: Severity::Critical,
    watches: Watched::Autoscaler,
    summary: "The cluster autoscaler does nothing: too many nodes are not ready, or it does not run.",
    description: "The cluster autoscaler adds and removes no nodes: too many nodes are not ready, or its loop has stopped, or its \
                  metrics are gone. Pods that fail over may find no room.",
    meaning: "The autoscaler stops altogether when more nodes are unready than it is told to accept. Evicted Spot VMs that leave \
              their nodes behind count as unready, so a large eviction can stop it at the very time when it is needed.",
    diagnosis: "\
$ kubectl get nodes
# health: Unhealthy?
$ kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml
# Where you run it yourself:
$ kubectl -n kube-system logs deployment/cluster-autoscaler --since=15m",
    remedy: "Delete the nodes whose VMs are gone: `kubectl delete node NODE`. Then raise `max-total-unready-percentage` and \
             `ok-total-unready-count` in the autoscaler's profile (rule `unready-nodes-halt-autoscaler`).\n\nIf the loop has \
             stopped without unready nodes, the autoscaler cannot reach the cloud or the API server: its log says which.\n\nIf the \
             nodes and the log are fine, Prometheus no longer scrapes it: look at its target. Until that is mended, nobody is \
             told when it stops.",
    ignore: "Never for longer than a minute, unless you have switched its metrics off on purpose: the alert remembers them for \
             a week.",
    condition: |system| {
        has_autoscaler(system).then(|| Condition {
            expr: format!(
                "max by (cluster) (cluster_autoscaler_cluster_safe_to_autoscale) == 0\n\
                 or (\n  \
                   time() - max by (cluster) (last_over_time(cluster_autoscaler_last_activity{{activity=\"main\"}}[{REMEMBERED}])) > 600\n  \
                   and on (cluster) kube_node_info\n\
                 )"
            ),
            pending: Time::new(
                300,
                "its loop runs every 10 s; 5 min are longer than a restart",
            ),
            looks_back: 0,
        })
    },
};
