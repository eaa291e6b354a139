use super::alert::{Alert, Condition, Severity, Watched};
use super::off_spot::for_long;
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::failback_time::Failback;
use crate::components::monitoring::counters::failbacks;
use crate::components::monitoring::times::{Time, duration, min_pod_age, whole_minutes};
use crate::plan::Plan;
use crate::values::Limit;
use crate::values::span::span;

pub(super) const ALERT: Alert = Alert {
    name: "SpotFailbackStuck",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "Pods stay on on-demand nodes although a Spot node has room.",
    description: "Pods of namespace {{ $labels.namespace }} that belong on Spot run on on-demand nodes ({{ $value }} of them), although \
                  a Spot node has had room for each of them most of the time.",
    meaning: "After a failover, the descheduler evicts pods from on-demand nodes, and they start on Spot nodes. It has had more \
              than enough time for that. The pods run, but on nodes that cost several times as much.",
    diagnosis: "\
# Which pods, and on which nodes?
$ kubectl get pods -A -o wide
# What did the descheduler do in its last rounds?
$ kubectl -n kube-system logs deployment/spotgen-descheduler --since=30m
# Its evictions are events of the pods, with the name of the strategy as the reason.
$ kubectl get events -A --field-selector reason=RemovePodsViolatingNodeAffinity
# Which budgets allow no eviction?
$ kubectl get poddisruptionbudgets -A",
    remedy: "Read the log for the pods' names. `429` or \"would violate the pod's disruption budget\" means that a budget refuses \
             the eviction: see [SpotBudgetAllowsNothing](spotbudgetallowsnothing.md). \"does not fit\" means that no Spot node \
             that `nodeSelector` allows takes the pod: compare the pod's affinity, tolerations and requests with \
             `kubectl describe node`.\n\nIf the log does not name the pods, they are outside the descheduler's reach: their \
             namespace is not in the policy, they are younger than `minPodAge`, or their priority is above the threshold. \
             `spotgen check -f spot-config.yaml MANIFESTS` names such workloads (rule `never-fails-back`).",
    ignore: "If the pods are of a workload that is not in the manifests that `spotgen render --from` has read: it may only tolerate \
             Spot, and then nothing moves its pods, or the descheduler's settings may keep them where they are (`minReplicas`, \
             `priorityThreshold`, `labelSelector`, a protection). Render again with its manifest: workloads for which that is known \
             are left out.\n\nIf the pod needs more than the alert knows of: a zone, for itself or for its volume, a label of the node, its hugepages or GPUs, the overhead of its \
             runtime class, more for its init containers than for the others, or room on a node that is neither the one with the \
             most free CPU, nor the one with the most free memory, nor the one with the most of both: the alert compares pods \
             with these three nodes alone.\n\nIf the pod may share its node with no other of its workload (required `podAntiAffinity` or spread over \
             `kubernetes.io/hostname`) and each Spot node has one: the alert sees room where the pod may not go. It \
             returns when there is one more Spot node.\n\nWhile somebody upgrades node pools or has cordoned Spot nodes on purpose. \
             While the descheduler evicts as many pods of the namespace as `limits` allow, in two thirds of its last rounds (three \
             or more, and at least 15 min), the alert is silent: the others wait for their turn. Rollouts in the namespace that keep it as busy also hide a pod that \
             is stuck.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        let needed = needed(&system.plan, descheduler);
        Some(Condition {
            expr: for_long(descheduler, &needed.text(), true)
                + &unless_busy(&system.plan, descheduler),
            pending: Time::new(
                whole_minutes(descheduler.seconds(1)).max(PENDING_SECONDS),
                format!(
                    "a round of {}, at least {}, after {} that the expression looks back: {}",
                    descheduler.interval.spoken(),
                    span(PENDING_SECONDS),
                    needed.text(),
                    needed.why
                ),
            ),
            looks_back: needed.seconds,
        })
    },
};

const HOUR: i64 = 3600;
/// What a failback may take longer than reckoned, and how long that is at least: nodes have to come, and pods to start.
const SPARE_ROUNDS: i64 = 3;
const SPARE_SECONDS: i64 = 900;

/// The rounds by which a failback that goes on is known, at least as many as the spare time has, and the share of them that
/// has to use the limit.
const BUSY_ROUNDS: i64 = 3;
const BUSY: (i64, i64) = (2, 3);

/// For how long the condition has to hold at least.
const PENDING_SECONDS: i64 = 300;

/// Where the descheduler evicts as many pods of a namespace as its limit allows, the others wait for their turn. Nothing where no
/// limit makes them wait.
fn unless_busy(plan: &Plan, descheduler: &Descheduler) -> String {
    let planned = Failback::planned(plan, descheduler);
    let Some(Limit::AtMost(limit)) = planned.map(|failback| failback.by.limit) else {
        return String::new();
    };
    let (share, of) = BUSY;
    let round = descheduler.seconds(1).max(1);
    let rounds = ((SPARE_SECONDS + round - 1) / round).max(BUSY_ROUNDS);
    let busy = rounds * share / of;
    let evictions = failbacks("success", &duration(descheduler.seconds(rounds)));
    // `increase` reckons with the edges of its window: it need not be whole.
    let most = format!("{}.5", busy * i64::from(limit) - 1);
    format!("\nunless on (cluster, namespace) {evictions} > {most}")
}

/// What a pod may need until it is back.
fn needed(plan: &Plan, descheduler: &Descheduler) -> Time {
    let age = min_pod_age(descheduler);
    let spare_rounds = descheduler.seconds(SPARE_ROUNDS);
    let spare = spare_rounds.max(SPARE_SECONDS);
    let spared = if spare > spare_rounds {
        format!("{} to spare", span(spare))
    } else {
        format!(
            "{SPARE_ROUNDS} spare rounds of {}",
            descheduler.interval.spoken()
        )
    };
    // A pod that has failed over is new: it is left alone at first.
    let young = if age > 0 {
        format!(
            "{} (`minPodAge`) until the pods may be evicted, ",
            span(age)
        )
    } else {
        String::new()
    };
    let (failback, why) = match Failback::planned(plan, descheduler) {
        Some(failback) => (
            failback.seconds,
            format!(
                "{young}{} rounds ({}) for the failback of all pods, and {spared}",
                failback.rounds,
                span(failback.seconds)
            ),
        ),
        None => (0, format!("{young}and {spared}")),
    };
    let needed = age + failback + spare;
    if needed > HOUR {
        Time::new(whole_minutes(needed), why)
    } else {
        Time::new(HOUR, format!("an hour, which is longer than {why}"))
    }
}
