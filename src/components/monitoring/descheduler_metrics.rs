//! The metrics of the descheduler, by its version.
//! Source: kubernetes-sigs/descheduler metrics/metrics.go at v0.33.0 and v0.36.0: 0.34 renamed them, and has the old names
//! besides.

use crate::components::descheduler::Descheduler;

/// The release that has the present names.
const RENAMED: (u16, u16) = (0, 34);

/// The counter of evictions. Labels: `result`, `strategy`, `profile`, `namespace` (of the pod), `node` (that it left).
pub(super) fn evictions(descheduler: &Descheduler) -> &'static str {
    if is_renamed(descheduler) {
        "descheduler_pods_evicted_total"
    } else {
        "descheduler_pods_evicted"
    }
}

/// The histogram of the duration of a round, without its suffix. It has no labels, and appears after the first round.
pub(super) fn rounds(descheduler: &Descheduler) -> &'static str {
    if is_renamed(descheduler) {
        "descheduler_loop_duration_seconds"
    } else {
        "descheduler_descheduler_loop_duration_seconds"
    }
}

fn is_renamed(descheduler: &Descheduler) -> bool {
    let (major, minor) = RENAMED;
    descheduler.version.at_least(major, minor)
}
