//! Pods that have been on on-demand nodes for long, each by itself.
//!
//! Where pods come and go, some are always on on-demand nodes, though each for a few minutes alone: their number tells nothing.
//! And room comes and goes: what counts is whether a pod could have moved most of the time.

use crate::components::descheduler::Descheduler;
use crate::components::monitoring::pods;

/// The number of such pods by namespace, of those that a Spot node had room for more than half of the time, or of the others.
/// Without those whose data are on their node: room elsewhere is no use to them.
pub(super) fn for_long(descheduler: &Descheduler, time: &str, has_room: bool) -> String {
    const POD: &str = "on (cluster, namespace, pod)";
    let samples = |series: &str| {
        format!("sum by (cluster, namespace, pod) (count_over_time({series}[{time}]))")
    };
    let stay = pods::on_disk_of_node(descheduler)
        .map(|pods| format!("\n  unless {POD} {}", pods.replace('\n', "\n  ")))
        .unwrap_or_default();
    let join = if has_room { "and" } else { "unless" };
    format!(
        "count by (cluster, namespace) (\n  \
           pod:spotgen_to_move:info\n  \
           and {POD} pod:spotgen_to_move:info offset {time}{stay}\n  \
           {join} {POD} (\n    \
             {} * 2\n    \
             > {POD} {}\n  \
           )\n\
         )",
        samples("pod:spotgen_fits_spot:info"),
        samples("pod:spotgen_to_move:info"),
    )
}
