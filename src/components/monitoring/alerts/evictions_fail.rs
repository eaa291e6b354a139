use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::monitoring::counters::failbacks;
use crate::components::monitoring::times::{Time, duration};
use crate::values::span::span;

/// Rounds in which no eviction succeeds, and how long that has to be at least: a budget may refuse until nodes have come
/// and pods are ready.
const ROUNDS: i64 = 6;
const LEAST_SECONDS: i64 = 1800;

pub(super) const ALERT: Alert = Alert {
    name: "SpotEvictionsFail",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "The descheduler tries to move pods back to Spot, and every eviction fails.",
    description: "Evictions in namespace {{ $labels.namespace }} have failed ({{ $value | printf \"%.0f\" }} times in the last rounds of the \
                  descheduler), and none has succeeded.",
    meaning: "Pods run on on-demand nodes, Spot nodes have room, and the API server refuses the evictions, most often because of a \
              budget. There is no failback in this namespace.",
    diagnosis: "\
# What does the API server answer?
$ kubectl -n kube-system logs deployment/spotgen-descheduler --since=30m
# ALLOWED DISRUPTIONS 0?
$ kubectl get poddisruptionbudgets -A
# May its account evict?
$ kubectl auth can-i create pods/eviction -A --as=system:serviceaccount:kube-system:spotgen-descheduler",
    remedy: "\"Cannot evict pod as it would violate the pod's disruption budget\": see \
             [SpotBudgetAllowsNothing](spotbudgetallowsnothing.md). \"forbidden\": apply the descheduler's `ClusterRole` and \
             its binding again. \"This pod has more than one PodDisruptionBudget\": remove one of the two budgets.",
    ignore: "While the workload rolls out a version that does not become ready: the rollout has its own alerts.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        let seconds = descheduler.seconds(ROUNDS).max(LEAST_SECONDS);
        let window = duration(seconds);
        Some(Condition {
            expr: format!(
                "{} > 0\nunless on (cluster, namespace) {} > 0",
                failbacks("error", &window),
                failbacks("success", &window)
            ),
            pending: Time::new(
                seconds,
                format!(
                    "{ROUNDS} rounds of {}, and at least {} for nodes to come and pods to be ready",
                    descheduler.interval.spoken(),
                    span(LEAST_SECONDS)
                ),
            ),
            looks_back: 0,
        })
    },
};
