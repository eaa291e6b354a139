use super::alert::{Alert, Condition, Severity, Watched};
use super::off_spot::for_long;
use crate::components::descheduler::Descheduler;
use crate::components::monitoring::times::{Time, whole_minutes};

pub(super) const ALERT: Alert = Alert {
    name: "SpotCapacityMissing",
    severity: Severity::Info,
    watches: Watched::Descheduler,
    summary: "Pods run on on-demand nodes because no Spot node has room for them.",
    description: "Pods of namespace {{ $labels.namespace }} that belong on Spot run on on-demand nodes ({{ $value }} of them), and no \
                  Spot node has room for them: the cloud has no Spot capacity, the Spot pools are at their maximum, placeholders \
                  hold the room, or Prometheus does not know the Spot nodes.",
    meaning: "This is failover at work: the cluster autoscaler cannot add Spot nodes, so the pods run on on-demand nodes. While a \
              node group is in back-off, the autoscaler does not even try. They move back when Spot returns. Until then they \
              cost more.",
    diagnosis: "\
# Which node groups are in back-off, with the error of the cloud, or at their maximum?
$ kubectl -n kube-system get configmap cluster-autoscaler-status -o yaml
# Why was a node group not scaled up?
$ kubectl get events -A --field-selector reason=NotTriggerScaleUp
# Which placeholders wait for Spot nodes, and which hold room on them?
$ kubectl get pods -n spot-system -o wide
# Does Prometheus know the Spot nodes? Without a taint of their own, it needs their labels.
$ kubectl get nodes -L kubernetes.azure.com/scalesetpriority,eks.amazonaws.com/capacityType,cloud.google.com/gke-spot",
    remedy: "First look at what Prometheus knows: if `node:spotgen_spot:info` has fewer nodes than there are Spot nodes, \
             kube-state-metrics does not publish the labels of nodes by which they are known. Start it with \
             `--metric-labels-allowlist=nodes=[…]`, as `spotgen render` prints it. Where Spot nodes are known by their taint, no \
             flag is needed: the taint is missing on the nodes.\n\nWait, if it is a shortage of the cloud. If it lasts for days, add Spot pools of other VM sizes or zones: capacity is \
             lost and returns for each of them separately.\n\nIf the status shows a node group at its maximum, raise the maximum \
             of the pool. If it shows a quota error, ask the cloud for more quota of Spot VMs.\n\n\
             If placeholders run on the Spot nodes, they hold the room on purpose, and count as taken. Pods that come back push \
             them out, but the descheduler evicts none that does not fit beside them: the autoscaler has to add a Spot node \
             first. If it does not, reserve less on Spot.",
    ignore: "During a known shortage. It is an info: no one has to act at night.",
    condition: |system| {
        let descheduler = system.descheduler.as_ref()?;
        let lasting = lasting(descheduler);
        Some(Condition {
            expr: for_long(descheduler, &lasting.text(), false),
            pending: Time::new(
                300,
                format!(
                    "after {} that the expression looks back: {}",
                    lasting.text(),
                    lasting.why
                ),
            ),
            looks_back: lasting.seconds,
        })
    },
};

const HOUR: i64 = 3600;

fn lasting(descheduler: &Descheduler) -> Time {
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
