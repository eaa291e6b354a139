use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::failback_time::Failback;
use crate::components::monitoring::counters::FAILBACK;
use crate::components::monitoring::times::{Time, duration, min_pod_age};
use crate::plan::Plan;

pub(super) const ALERT: Alert = Alert {
    name: "SpotEvictionLoop",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "The descheduler keeps evicting pods that come back to on-demand nodes.",
    description: "The descheduler has evicted pods of namespace {{ $labels.namespace }} ({{ $value | printf \"%.0f\" }} times in its last \
                  rounds), and several times as many as run on on-demand nodes at once: they come back to these.",
    meaning: "Each eviction restarts a pod, and the scheduler puts it back on an on-demand node. The workload is disturbed for \
              nothing, and this does not end by itself.",
    diagnosis: "\
# Which pods are evicted?
$ kubectl get events -A --field-selector reason=RemovePodsViolatingNodeAffinity
# Why does the scheduler prefer an on-demand node? Compare the taints, and what is free.
$ kubectl describe nodes
# Does spotgen see a reason in the manifests?
$ spotgen check -f spot-config.yaml MANIFESTS",
    remedy: "Stop the loop: `kubectl -n kube-system scale deployment spotgen-descheduler --replicas=0`. Pods then stay where they \
             are.\n\nThen look for the cause. The usual ones: the on-demand nodes have lost their `PreferNoSchedule` taint, so \
             that spreading outweighs the preference for Spot; the pods lack a toleration of the Spot nodes' taint; the policy \
             lacks `nodeFit: true` with a `nodeSelector` for Spot nodes; another controller evicts the same pods. \
             `spotgen check` finds the first three.",
    ignore: "While Spot nodes come and go within minutes, the same pods move many times, and rightly so. The dashboard's \
             interruptions then rise together with the evictions. The same is true while a workload grows for hours, and its new \
             pods start on on-demand nodes.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        let cycle = cycle(descheduler);
        let seconds = CYCLES * cycle.seconds;
        let window = duration(seconds);
        Some(Condition {
            expr: expr(
                &window,
                &cycle.text(),
                most(&system.plan, descheduler, seconds),
            ),
            pending: Time::new(
                cycle.seconds,
                format!(
                    "after {window} that the expression looks back: {CYCLES} times {}",
                    cycle.why
                ),
            ),
            looks_back: seconds,
        })
    },
};

/// So often a pod in a loop is evicted while the expression looks back.
const CYCLES: i64 = 6;
/// So often each pod on on-demand has to have been evicted, reckoned with as many as there were at most. In a failback it is
/// once. In a loop it is `CYCLES` times, so that workloads may grow to twice their size and the loop is still seen.
const EACH: i64 = CYCLES / 2;
/// The share of the time in which a loop may have no pod on on-demand: between an eviction and the new pod. After a failback
/// there is none for long.
const RARELY: &str = "0.1";

/// Far more evictions than pods. `limited`: or so many as a loop makes under the limits, while the pods on on-demand have become
/// fewer by less than half of that.
fn expr(window: &str, cycle: &str, limited: Option<i64>) -> String {
    const BY: &str = "on (cluster, namespace)";
    const TO_MOVE: &str = "namespace:spotgen_pods_to_move:count";
    let evictions = format!(
        "sum by (cluster, namespace) (increase(namespace:spotgen_evictions:sum{{result=\"success\", {FAILBACK}}}[{window}]))"
    );
    let most = format!("max_over_time({TO_MOVE}[{window}])");
    let enough = match limited {
        Some(limited) => format!(
            "clamp_max({EACH} * {most}, {limited})\n\
             and {BY} {evictions} > {BY} 2 * ({most} - max_over_time({TO_MOVE}[{cycle}]))"
        ),
        None => format!("{EACH} * {most}"),
    };
    format!(
        "{evictions} >= {BY} {enough}\n\
         and {BY} quantile_over_time({RARELY}, {TO_MOVE}[{window}]) > 0"
    )
}

/// Half of what the limits allow in so many seconds, where they let the pods of a loop take turns.
fn most(plan: &Plan, descheduler: &Descheduler, seconds: i64) -> Option<i64> {
    let failback = Failback::planned(plan, descheduler)?;
    let in_round = (failback.pods + failback.rounds - 1) / failback.rounds.max(1);
    let rounds = seconds / descheduler.seconds(1).max(60);
    (failback.rounds > 1).then(|| (rounds * in_round / 2).max(CYCLES))
}

/// In which each pod that is in a loop is evicted once, if no limit makes it wait.
fn cycle(descheduler: &Descheduler) -> Time {
    let interval = descheduler.seconds(1).max(60);
    let age = min_pod_age(descheduler);
    // A pod is old enough in the first round after its minimum age.
    let rounds = (age + interval - 1) / interval + 1;
    let cycle = rounds * interval;
    Time::new(
        cycle,
        format!(
            "the {} after which a pod in a loop is evicted again, its minimum age of {} and the next round of {}",
            duration(cycle),
            duration(age),
            descheduler.interval.spoken()
        ),
    )
}
