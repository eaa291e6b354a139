use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::descheduler::{Descheduler, objects::NAME};
use crate::components::monitoring::descheduler_metrics::rounds;
use crate::components::monitoring::nodes::quoted;
use crate::components::monitoring::times::{REMEMBERED, Time, duration, whole_minutes};

pub(super) const ALERT: Alert = Alert {
    name: "SpotDeschedulerDown",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "The descheduler does not run, or makes no rounds.",
    description: "The descheduler has finished no round for a while, or Prometheus sees none: pods do not return to Spot.",
    meaning: "Without the descheduler, pods that have failed over stay on on-demand nodes until something else restarts them. \
              Nothing breaks, but the bill grows.",
    diagnosis: "\
$ kubectl -n kube-system get deployment spotgen-descheduler
$ kubectl -n kube-system describe pods -l app.kubernetes.io/name=descheduler
# A policy that it cannot read ends it at once, with the reason in its log.
$ kubectl -n kube-system logs deployment/spotgen-descheduler --previous",
    remedy: "Pending: an on-demand node has no room for it, or is missing. `CrashLoopBackOff`: the log names the key of the policy \
             that it refuses; `spotgen check` finds such policies beforehand (rule `broken-descheduler-policy`). Running, but \
             without rounds: it cannot reach the API server, or Prometheus cannot scrape it: look at the target in \
             Prometheus.\n\nNo Deployment: somebody has deleted it. Apply it again, or remove the alert with the component: \
             the alert remembers it for a week.",
    ignore: "After it was scaled to zero on purpose, to stop an eviction loop.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        Some(Condition {
            expr: expr(descheduler),
            pending: pending(descheduler),
            looks_back: 0,
        })
    },
};

/// Rounds that may be missed: a node that is drained takes it along.
const MISSED: i64 = 3;

/// The expression looks back over all of them but one, and has to hold for the last: together, that is as long as `MISSED`.
fn looked_back(descheduler: &Descheduler) -> i64 {
    whole_minutes(descheduler.seconds(MISSED - 1)).max(600)
}

/// Where the descheduler is, or was within a week, and no round was counted: by a new value, or by a new series. Its
/// Deployment and its metrics may both be gone.
fn expr(descheduler: &Descheduler) -> String {
    let window = duration(looked_back(descheduler));
    let rounds = format!("{}_count", rounds(descheduler));
    let deployment = format!(
        "kube_deployment_status_replicas_available{{namespace={}, deployment={}}}",
        quoted(&descheduler.namespace),
        quoted(NAME)
    );
    let known = |series: &str| format!("last_over_time({series}[{REMEMBERED}] offset {window})");
    format!(
        "max by (cluster) (\n  \
           {}\n  \
           or {}\n\
         )\n\
         and on (cluster) kube_node_info\n\
         unless on (cluster) sum by (cluster) (increase({rounds}[{window}])) > 0\n\
         unless on (cluster) ({rounds} unless {rounds} offset {window})",
        known(&deployment),
        known(&rounds)
    )
}

fn pending(descheduler: &Descheduler) -> Time {
    Time::new(
        whole_minutes(descheduler.seconds(1)).max(300),
        format!(
            "after {} that the expression looks back: {MISSED} rounds of {}, and at least 15 min to start it elsewhere",
            duration(looked_back(descheduler)),
            descheduler.interval.spoken()
        ),
    )
}
