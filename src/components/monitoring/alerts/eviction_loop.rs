use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::failback_time::Failback;
use crate::components::monitoring::counters::{FAILBACK, RECLAIMED};
use crate::components::monitoring::times::{Time, duration, min_pod_age};
use crate::plan::Plan;

pub(super) const ALERT: Alert = Alert {
    name: "SpotEvictionLoop",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "The descheduler keeps evicting pods that come back to on-demand nodes.",
    description: "In its last rounds, the descheduler has evicted pods of namespace {{ $labels.namespace }} \
                  {{ $value | printf \"%.0f\" }} times for nothing: as many have come back to on-demand nodes. Failovers from \
                  reclaimed Spot nodes are not counted.",
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
    ignore: "Reclaims of Spot nodes do not set it off by themselves: a pod that is on a Spot node in the last 10 minutes before the \
             node is gone or not ready may be evicted once from an on-demand node. If Spot nodes come and go within that time, the \
             same pods move more often than that, and rightly so: the dashboard's interruptions then rise together with the \
             evictions. The same is true while a workload grows for hours, and its new pods start on on-demand nodes.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        let cycle = cycle(descheduler);
        let seconds = CYCLES * cycle.seconds;
        let window = duration(seconds);
        Some(Condition {
            expr: expr(&window, most(&system.plan, descheduler, seconds)),
            pending: pending(&window, &cycle),
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

/// For how long a pod whose Spot node is reclaimed may be on no node, while the autoscaler adds one: it is counted as reclaimed,
/// and not yet as one that has to move.
/// Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md, `max-node-provision-time`: 15 minutes.
const BETWEEN_NODES: i64 = 900;

fn pending(window: &str, cycle: &Time) -> Time {
    let why = format!(
        "after {window} that the expression looks back: {CYCLES} times {}",
        cycle.why
    );
    if cycle.seconds >= BETWEEN_NODES {
        return Time::new(cycle.seconds, why);
    }
    let minutes = BETWEEN_NODES / 60;
    Time::new(
        BETWEEN_NODES,
        format!("the {minutes} min that a reclaimed pod may wait for another node, {why}"),
    )
}

/// Far more evictions than pods, without those that have sent a pod home. `limited`: or so many as a loop makes under the limits.
///
/// Those that have left on-demand nodes for good are those that were there, and those that have come because their Spot node was
/// reclaimed, less those that are there now. Each eviction beyond these has brought a pod back. In a failback after any number of
/// reclaims there is none. In a loop, a pod is there before and afterwards, and all evictions are beyond: also while other pods
/// fail over and back, which count on both sides. Of the reclaimed pods, those of workloads count that have pods to move: what
/// has found room on another Spot node has not been there. A workload that grows makes the number less that has left, never less
/// than none.
fn expr(window: &str, limited: Option<i64>) -> String {
    const BY: &str = "on (cluster, namespace)";
    const TO_MOVE: &str = "namespace:spotgen_pods_to_move:count";
    let evictions = format!(
        "sum by (cluster, namespace) (increase(namespace:spotgen_evictions:sum{{result=\"success\", {FAILBACK}}}[{window}]))"
    );
    let reclaimed = format!(
        "count by (cluster, namespace) (\n      \
           last_over_time({RECLAIMED}[{window}]) unless {RECLAIMED} offset {window}\n      \
           and on (cluster, namespace, created_by_kind, created_by_name) last_over_time(pod:spotgen_to_move:info[{window}])\n    \
         )"
    );
    let left = format!(
        "(\n    {TO_MOVE} offset {window} or {TO_MOVE} * 0\n  )\n  \
         + {BY}\n  \
         (\n    {reclaimed}\n    or {TO_MOVE} * 0\n  )\n  \
         - {BY} {TO_MOVE}"
    );
    let most = format!("{EACH} * max_over_time({TO_MOVE}[{window}])");
    let enough = match limited {
        Some(limited) => format!("clamp_max({most}, {limited})"),
        None => most,
    };
    format!(
        "{evictions}\n\
         - {BY} clamp_min(\n  {left},\n  0\n)\n\
         >= {BY} {enough}\n\
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
