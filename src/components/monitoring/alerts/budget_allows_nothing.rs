use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::monitoring::budgets::{BLOCKED, KEY, ON_SPOT, PODS};
use crate::components::monitoring::times::Time;

pub(super) const ALERT: Alert = Alert {
    name: "SpotBudgetAllowsNothing",
    severity: Severity::Warning,
    watches: Watched::Cluster,
    summary: "A PodDisruptionBudget that covers pods on Spot has allowed no eviction for a long time.",
    description: "PodDisruptionBudget {{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} has allowed no eviction for a long \
                  time. A drain of a Spot node is refused for its pods, and they are killed with the VM.",
    meaning: "Either too few pods are ready, or the budget asks for as many as there are. When the cloud takes a Spot node away, \
              the drain cannot evict these pods in time. Failback, upgrades and scale-down wait for it, too.\n\nNo metric tells which \
              pods a budget covers. It is known of the budgets that spotgen makes, and of those in the manifests that \
              `spotgen render --from` has read. Of any other, and of one that selects all pods of its namespace, the alert assumes \
              that it covers pods on Spot if its namespace has such pods that no known budget covers. All pods on Spot count, whatever \
              their class, but for placeholders and the pods of DaemonSets.",
    diagnosis: "\
# ALLOWED DISRUPTIONS 0: compare the current with the desired number of healthy pods.
$ kubectl get poddisruptionbudgets -A
$ kubectl -n NAMESPACE describe poddisruptionbudget NAME
# Which pods does it cover, and are they on Spot?
$ kubectl -n NAMESPACE get poddisruptionbudget NAME -o jsonpath='{.spec.selector}'
# Are its pods ready?
$ kubectl -n NAMESPACE get pods -o wide",
    remedy: "Pods that are not ready: mend the workload. All are ready: the budget can never allow an eviction: raise the replicas, \
             or use `maxUnavailable`. `spotgen check` finds such budgets beforehand (rule `budget-allows-nothing`).",
    ignore: "For a workload that may never be evicted, on on-demand nodes. Give it a class with `spot: Never`. For a budget \
             that spotgen does not know, if none of the pods that it covers is on Spot.",
    condition: |_| {
        Some(Condition {
            expr: format!(
                "{BLOCKED} and on ({KEY}) ({ON_SPOT} > 0)\n\
                 or\n\
                 {BLOCKED} unless on ({KEY}) {ON_SPOT}\n\
                 and on (cluster, namespace) (\n  \
                   count by (cluster, namespace) ({PODS}) - on (cluster, namespace) sum by (cluster, namespace) ({ON_SPOT}) > 0\n  \
                   or count by (cluster, namespace) ({PODS}) unless on (cluster, namespace) {ON_SPOT}\n\
                 )"
            ),
            pending: Time::new(
                3600,
                "a rollout uses up the budget for minutes, not for an hour",
            ),
            looks_back: 0,
        })
    },
};
