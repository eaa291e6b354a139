use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::monitoring::times::Time;

pub(super) const ALERT: Alert = Alert {
    name: "SpotBudgetAllowsNothing",
    severity: Severity::Warning,
    watches: Watched::Cluster,
    summary: "A PodDisruptionBudget has allowed no eviction for a long time, in a namespace with pods on Spot.",
    description: "PodDisruptionBudget {{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} has allowed no eviction for a long \
                  time. A drain of a Spot node is refused for its pods, and they are killed with the VM.",
    meaning: "Either too few pods are ready, or the budget asks for as many as there are. When the cloud takes a Spot node away, \
              the drain cannot evict these pods in time. Failback, upgrades and scale-down wait for it, too.",
    diagnosis: "\
# ALLOWED DISRUPTIONS 0: compare the current with the desired number of healthy pods.
$ kubectl get poddisruptionbudgets -A
$ kubectl -n NAMESPACE describe poddisruptionbudget NAME
# Are its pods ready?
$ kubectl -n NAMESPACE get pods -o wide",
    remedy: "Pods that are not ready: mend the workload. All are ready: the budget can never allow an eviction: raise the replicas, \
             or use `maxUnavailable`. `spotgen check` finds such budgets beforehand (rule `budget-allows-nothing`).",
    ignore: "For a workload that may never be evicted, on on-demand nodes. Give it a class with `spot: Never`.",
    condition: |_| {
        Some(Condition {
            expr: "max by (cluster, namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_pod_disruptions_allowed) == 0\n\
                   and on (cluster, namespace, poddisruptionbudget) (max by (cluster, namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_expected_pods) > 0)\n\
                   and on (cluster, namespace) namespace:spotgen_pods_on_spot:count > 0"
                .to_owned(),
            pending: Time::new(3600, "a rollout uses up the budget for minutes, not for an hour"),
        })
    },
};
