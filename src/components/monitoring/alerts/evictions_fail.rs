use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::monitoring::counters::failbacks;
use crate::components::monitoring::times::{Time, duration};

/// Rounds in which no eviction succeeds.
const ROUNDS: i64 = 6;

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
        let window = duration(descheduler.seconds(ROUNDS).max(600));
        Some(Condition {
            expr: format!(
                "{} > 0\nunless on (cluster, namespace) {} > 0",
                failbacks("error", &window),
                failbacks("success", &window)
            ),
            pending: Time::new(
                descheduler.seconds(ROUNDS).max(600),
                format!(
                    "{ROUNDS} rounds of {}",
                    descheduler.interval.spoken()
                ),
            ),
            looks_back: 0,
        })
    },
};
