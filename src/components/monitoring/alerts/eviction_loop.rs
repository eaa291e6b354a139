use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::descheduler::Descheduler;
use crate::components::monitoring::counters::FAILBACK;
use crate::components::monitoring::times::{Time, duration, min_pod_age};

pub(super) const ALERT: Alert = Alert {
    name: "SpotEvictionLoop",
    severity: Severity::Warning,
    watches: Watched::Descheduler,
    summary: "The descheduler keeps evicting pods that come back to on-demand nodes.",
    description: "The descheduler has evicted pods of namespace {{ $labels.namespace }} ({{ $value | printf \"%.0f\" }} times in its last \
                  rounds), and no fewer of them than before run on on-demand nodes.",
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
             interruptions then rise together with the evictions.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        let window = window(descheduler);
        Some(Condition {
            expr: format!(
                "sum by (cluster, namespace) (increase(namespace:spotgen_evictions:sum{{result=\"success\", {FAILBACK}}}[{window}])) > 0\n\
                 and on (cluster, namespace) namespace:spotgen_pods_to_move:count >= namespace:spotgen_pods_to_move:count offset {window}",
                window = window.text()
            ),
            pending: Time::new(
                2 * window.seconds,
                format!(
                    "two windows of {}; {}",
                    duration(window.seconds),
                    window.why
                ),
            ),
        })
    },
};

/// In which each pod that is in a loop is evicted at least once.
fn window(descheduler: &Descheduler) -> Time {
    let interval = descheduler.seconds(1).max(60);
    let age = min_pod_age(descheduler);
    // A pod is old enough in the first round after its minimum age.
    let rounds = (age + interval - 1) / interval + 1;
    let cycle = rounds * interval;
    Time::new(
        2 * cycle,
        format!(
            "a pod in a loop is evicted every {}: its minimum age of {}, and the next round of {}",
            duration(cycle),
            duration(age),
            descheduler.interval.spoken()
        ),
    )
}
