use super::alert::{Alert, Condition, Severity, Watched};
use crate::components::descheduler::Descheduler;
use crate::components::monitoring::times::{Time, whole_minutes};

pub(super) const ALERT: Alert = Alert {
    name: "SpotCapacityMissing",
    severity: Severity::Info,
    watches: Watched::Descheduler,
    summary: "Pods run on on-demand nodes because no Spot node has room for them.",
    description: "Pods of namespace {{ $labels.namespace }} that belong on Spot run on on-demand nodes ({{ $value }} of them), and no \
                  Spot node has room: the cloud has no Spot capacity, or the Spot pools are at their maximum.",
    meaning: "This is failover at work: the cluster autoscaler cannot add Spot nodes, so the pods run on on-demand nodes. While a \
              node group is in back-off, the autoscaler does not even try. They move back when Spot returns. Until then they \
              cost more.",
    diagnosis: "\
# Which node groups are in back-off, with the error of the cloud, or at their maximum?
$ kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml
# Why was a node group not scaled up?
$ kubectl get events -A --field-selector reason=NotTriggerScaleUp
# Which placeholders wait for Spot nodes?
$ kubectl get pods -n spot-system -o wide",
    remedy: "Wait, if it is a shortage of the cloud. If it lasts for days, add Spot pools of other VM sizes or zones: capacity is \
             lost and returns for each of them separately.\n\nIf the status shows a node group at its maximum, raise the maximum \
             of the pool. If it shows a quota error, ask the cloud for more quota of Spot VMs.",
    ignore: "During a known shortage. It is an info: no one has to act at night.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        Some(Condition {
            expr: "namespace:spotgen_pods_to_move:count > 0\n\
                   unless on (cluster) cluster:spotgen_spot_nodes_with_room:count > 0"
                .to_owned(),
            pending: pending(descheduler),
        })
    },
};

const HOUR: i64 = 3600;

fn pending(descheduler: &Descheduler) -> Time {
    let round = whole_minutes(descheduler.seconds(1));
    if round > HOUR {
        return Time::new(
            round,
            format!(
                "one round of {}: until it is over, nothing has tried to move the pods",
                descheduler.interval.spoken()
            ),
        );
    }
    Time::new(
        HOUR,
        "shortages of less than an hour are common, and need nobody",
    )
}
