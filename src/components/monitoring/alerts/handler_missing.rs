use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::monitoring::nodes::{OF_WINDOWS, READY, quoted};
use crate::components::monitoring::times::Time;
use crate::components::termination_handler::objects::NAME;

pub(super) const ALERT: Alert = Alert {
    name: "SpotHandlerMissing",
    severity: Severity::Warning,
    watches: Watched::TerminationHandler,
    summary: "A Spot node runs without the termination handler.",
    description: "No ready pod of the termination handler runs on Spot node {{ $labels.node }}: nothing drains the node for certain \
                  when the cloud takes it away.",
    meaning: "The handler drains a node in the seconds of notice before its eviction. Without it, pods may be killed with the VM, \
              and are replaced only when Kubernetes notices that the node is lost.",
    diagnosis: "\
$ kubectl -n spot-system get daemonset spotgen-termination-handler
# Its own chart labels the pods otherwise than spotgen does.
$ kubectl -n spot-system get pods -o wide -l 'app.kubernetes.io/name in (termination-handler, aks-node-termination-handler)'
$ kubectl describe node NODE",
    remedy: "No pod on the node: the node lacks the label or has a taint that the handler does not know: declare the taint in \
             `spec.nodePools` and render again. A pod that is not ready: its log says whether it reaches the metadata service; \
             with a network policy or a network plugin that blocks it, set `terminationHandler.hostNetwork: true`.",
    ignore: "For a node that is being removed. Nodes that are not ready, and those of Windows, are left out.",
    condition: |system| {
        let handler = system.termination_handler.as_ref()?;
        Some(Condition {
            expr: format!(
                // It is a program for Linux.
                "node:spotgen_spot:info\n\
                 and on (cluster, node) ({READY})\n\
                 unless on (cluster, node) {OF_WINDOWS}\n\
                 unless on (cluster, node) (\n  \
                   max by (cluster, namespace, pod, node) (kube_pod_info{{namespace={}, created_by_kind=\"DaemonSet\", created_by_name={}}})\n  \
                   and on (cluster, namespace, pod) (max by (cluster, namespace, pod) (kube_pod_status_ready{{condition=\"true\"}}) == 1)\n\
                 )",
                quoted(&handler.namespace),
                quoted(NAME)
            ),
            pending: Time::new(
                600,
                "a node that has become ready has 10 min to pull the image and to start the handler",
            ),
            looks_back: 0,
        })
    },
};
