//! Pods that have been on on-demand nodes for long, each by itself.
//!
//! Where pods come and go, some are always on on-demand nodes, though each for a few minutes alone: their number tells nothing.
//! And room comes and goes: what counts is whether a pod could have moved most of the time.

use crate::components::descheduler::Descheduler;
use crate::components::monitoring::pods;
use crate::components::monitoring::times::GAP;

/// The number of such pods by namespace, of those that a Spot node had room for more than half of the time, or of the others.
/// A pod is the same if it has the same ID: those of a `StatefulSet` keep their names. Where kube-state-metrics has just gone
/// silent, what it told last still holds, so that the alert does not end and begin anew. Without those whose data are on their node: room elsewhere is no use to them.
pub(super) fn for_long(descheduler: &Descheduler, time: &str, has_room: bool) -> String {
    const TO_MOVE: &str = "pod:spotgen_to_move:info";
    const POD: &str = "on (cluster, namespace, pod)";
    let samples = |series: &str| {
        format!("sum by (cluster, namespace, pod) (count_over_time({series}[{time}]))")
    };
    let stay = pods::on_disk_of_node(descheduler)
        .map(|pods| format!("\n  unless {POD} {}", pods.replace('\n', "\n  ")))
        .unwrap_or_default();
    let last = format!("last_over_time({TO_MOVE}[{GAP}]");
    let join = if has_room { "and" } else { "unless" };
    format!(
        "count by (cluster, namespace) (\n  \
           (\n    \
             {TO_MOVE}\n    \
             or {last}) unless on (cluster) namespace:spotgen_pods_to_move:count\n  \
           )\n  \
           and on (cluster, namespace, pod, uid) {last} offset {time}){stay}\n  \
           {join} {POD} (\n    \
             {} * 2\n    \
             > {POD} {}\n  \
           )\n\
         )",
        samples("pod:spotgen_fits_spot:info"),
        samples(TO_MOVE),
    )
}
