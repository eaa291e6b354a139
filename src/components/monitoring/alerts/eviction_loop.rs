use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::failback_time::Failback;
use crate::components::monitoring::budgets::PODS;
use crate::components::monitoring::counters::failbacks;
use crate::components::monitoring::times::{GAP, Time, duration, min_pod_age};
use crate::plan::Plan;

pub(super) const ALERT: Alert = Alert {
    name: "SpotEvictionLoop",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "The descheduler keeps evicting pods that come back to on-demand nodes.",
    description: "In its last rounds, the descheduler has evicted pods of namespace {{ $labels.namespace }} \
                  {{ $value | printf \"%.0f\" }} times for nothing: no pod of the same owner has arrived on a Spot node for them.",
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
    ignore: "While evicted pods wait for a Spot node: they have left, and not arrived. Rollouts, a workload that grows, drains and \
             reclaims of Spot nodes do not set it off: each eviction that a pod on Spot of the same owner answers is \
             taken off.\n\nIt may miss a loop whose workload arrives on Spot nodes for another reason as often as it is evicted: \
             the dashboard shows the evictions.",
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

/// For how long an evicted pod may be on no node, while the autoscaler adds one: it has left, and not yet arrived.
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
        format!("the {minutes} min that an evicted pod may wait for another node, {why}"),
    )
}

/// Far more evictions than pods, without those that have sent a pod home. `limited`: or so many as a loop makes under the limits.
///
/// An eviction has sent a pod home if a pod has left on-demand and another of the same owner has arrived on Spot: so many of an
/// owner's as have left, and no more than have arrived. In a failback, after reclaims, drains or rollouts, that is one for each
/// eviction. In a loop, pods leave and none arrives. Each rollout has an owner of its own, its `ReplicaSet`. What arrives without
/// one that has left, as a workload grows or goes from one Spot node to another, counts for nothing. Where the past is not
/// recorded yet, all pods on Spot have arrived.
fn expr(window: &str, limited: Option<i64>) -> String {
    const BY: &str = "on (cluster, namespace)";
    const OWNER: &str = "cluster, namespace, created_by_kind, created_by_name";
    const TO_MOVE: &str = "namespace:spotgen_pods_to_move:count";
    const POD: &str = "pod:spotgen_to_move:info";
    let evictions = failbacks("success", window);
    let left = format!("count by ({OWNER}) (last_over_time({POD}[{window}]) unless {POD})");
    let arrived = format!(
        "count by ({OWNER}) (last_over_time({PODS}[{window}]) unless last_over_time({PODS}[{GAP}] offset {window}))"
    );
    let most = format!("{EACH} * max_over_time({TO_MOVE}[{window}])");
    let enough = match limited {
        Some(limited) => format!("clamp_max({most}, {limited})"),
        None => most,
    };
    format!(
        "{evictions}\n\
         - {BY} (\n  \
           sum by (cluster, namespace) (\n    \
             {left}\n    \
             < {arrived}\n    \
             or {arrived}\n    \
             and {left}\n  \
           )\n  \
           or {TO_MOVE} * 0\n\
         )\n\
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
