//! Pods that have been on on-demand nodes for long, each by itself.
//!
//! Where pods come and go, some are always on on-demand nodes, though each for a few minutes alone: their number tells nothing.
//! And room comes and goes: what counts is whether a pod could have moved most of the time.

/// The number of such pods by namespace, of those that a Spot node had room for more than half of the time, or of the others.
pub(super) fn for_long(time: &str, has_room: bool) -> String {
    const POD: &str = "on (cluster, namespace, pod)";
    let samples = |series: &str| {
        format!("sum by (cluster, namespace, pod) (count_over_time({series}[{time}]))")
    };
    let join = if has_room { "and" } else { "unless" };
    format!(
        "count by (cluster, namespace) (\n  \
           pod:spotgen_to_move:info\n  \
           and {POD} pod:spotgen_to_move:info offset {time}\n  \
           {join} {POD} (\n    \
             {} * 2\n    \
             > {POD} {}\n  \
           )\n\
         )",
        samples("pod:spotgen_fits_spot:info"),
        samples("pod:spotgen_to_move:info"),
    )
}
