use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::System;
use crate::components::monitoring::pods;
use crate::components::monitoring::times::{Time, whole_minutes};

pub(super) const ALERT: Alert = Alert {
    name: "SpotPlaceholdersPending",
    severity: Severity::Warning,
    watches: Watched::Overprovisioner,
    summary: "Placeholders have been pending for longer than a node needs to start: headroom is missing.",
    description: "Placeholders are pending ({{ $value }} of them): the room that they should hold for a failover does not exist.",
    meaning: "Pending placeholders make the cluster autoscaler add nodes. That should take minutes. Until then, a failover has less \
              room than planned, and pods may wait for nodes.",
    diagnosis: "\
$ kubectl -n spot-system get pods -o wide
# Which pool would fit, and why is it not scaled up?
$ kubectl -n spot-system describe pods
$ kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml",
    remedy: "Pools in back-off: the cloud has no capacity: wait, or add other VM sizes. Pools at their maximum: raise it, or reserve \
             less. `pod didn't trigger scale-up` with a reason: compare the placeholder's node selector and tolerations with the \
             labels and taints of the pool. `spotgen check` finds placeholders that fit no node (rule `placeholder-never-fits`).",
    ignore: "Just after a failover: workloads have taken the room of the placeholders, as they should, and the autoscaler replaces \
             it. On Spot placeholders during a shortage, SpotCapacityMissing tells the same.",
    condition: |system| {
        let overprovisioner = system.overprovisioner.as_ref()?;
        let started = started(system);
        let matchers = pods::placeholders(overprovisioner);
        let pending = |offset: &str| {
            format!(
                "max by (cluster, namespace, pod) (kube_pod_status_phase{{phase=\"Pending\", {matchers}}}{offset}) == 1"
            )
        };
        Some(Condition {
            // Each by itself: where workloads take their room again and again, some placeholder always waits for a while.
            expr: format!(
                "count by (cluster) (\n  \
                   {}\n  \
                   and on (cluster, namespace, pod) ({})\n\
                 )",
                pending(""),
                pending(&format!(" offset {}", started.text()))
            ),
            pending: Time::new(
                60,
                format!(
                    "after {} that the expression looks back: {}",
                    started.text(),
                    started.why
                ),
            ),
            looks_back: started.seconds,
        })
    },
};

/// The autoscaler's own default. Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md, `max-node-provision-time`.
const PROVISION_SECONDS: i64 = 900;
/// Until a node that has joined is ready and the scheduler has placed a pod.
const START_SECONDS: i64 = 300;

fn started(system: &System) -> Time {
    let provision = system.plan.autoscaler.seconds("max-node-provision-time");
    let provision = provision
        .and_then(|seconds| i64::try_from(seconds).ok())
        .unwrap_or(PROVISION_SECONDS);
    let minutes = provision / 60;
    Time::new(
        whole_minutes(2 * provision + 2 * START_SECONDS),
        format!(
            "twice {minutes} min for a node to be provisioned and {} min to start on it: the second pool is tried when the first has given up",
            START_SECONDS / 60
        ),
    )
}
