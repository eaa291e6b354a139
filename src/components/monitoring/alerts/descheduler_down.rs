use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::descheduler::{Descheduler, objects::NAME};
use crate::components::monitoring::descheduler_metrics::rounds;
use crate::components::monitoring::nodes::quoted;
use crate::components::monitoring::times::{Time, duration, whole_minutes};

pub(super) const ALERT: Alert = Alert {
    name: "SpotDeschedulerDown",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "The descheduler does not run, or makes no rounds.",
    description: "The descheduler is not available, or has finished no round for a while: pods do not return to Spot.",
    meaning: "Without the descheduler, pods that have failed over stay on on-demand nodes until something else restarts them. \
              Nothing breaks, but the bill grows.",
    diagnosis: "\
$ kubectl -n kube-system get deployment spotgen-descheduler
$ kubectl -n kube-system describe pods -l app.kubernetes.io/name=descheduler
# A policy that it cannot read ends it at once, with the reason in its log.
$ kubectl -n kube-system logs deployment/spotgen-descheduler --previous",
    remedy: "Pending: an on-demand node has no room for it, or is missing. `CrashLoopBackOff`: the log names the key of the policy \
             that it refuses; `spotgen check` finds such policies beforehand (rule `broken-descheduler-policy`). Running, but \
             without rounds: it cannot reach the API server, or Prometheus cannot scrape it: look at the target in Prometheus.",
    ignore: "After it was scaled to zero on purpose, to stop an eviction loop.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        Some(Condition {
            expr: expr(descheduler),
            pending: pending(descheduler),
        })
    },
};

/// Rounds that may be missed: a node that is drained takes it along.
const MISSED: i64 = 3;

fn expr(descheduler: &Descheduler) -> String {
    let window = duration(whole_minutes(descheduler.seconds(MISSED)).max(600));
    format!(
        "(\n  \
           count by (cluster) (node:spotgen_spot:info)\n  \
           unless on (cluster) max by (cluster) (kube_deployment_status_replicas_available{{namespace={}, deployment={}}}) > 0\n\
         )\n\
         or sum by (cluster) (increase({}_count[{window}])) == 0",
        quoted(&descheduler.namespace),
        quoted(NAME),
        rounds(descheduler)
    )
}

fn pending(descheduler: &Descheduler) -> Time {
    Time::new(
        whole_minutes(descheduler.seconds(MISSED)).max(900),
        format!(
            "{MISSED} rounds of {}, and at least 15 min to start it elsewhere",
            descheduler.interval.spoken()
        ),
    )
}
