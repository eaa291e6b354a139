//! The points of nodes that could take a pod, one file for each plugin.
//! Source: kubernetes/kubernetes `pkg/scheduler/schedule_one.go`, `prioritizeNodes`; plugins named in the files are under
//! pkg/scheduler/framework/plugins.

mod inter_pod_affinity;
mod node_affinity;
mod resources;
mod scoring;
mod taint_toleration;
pub(super) mod topology_spread;

pub(super) use scoring::{Scoring, Scratch};

/// The plugins that give points, with the names of the scheduler.
pub const PLUGINS: [&str; 6] = [
    "TaintToleration",
    "NodeAffinity",
    "NodeResourcesFit",
    "NodeResourcesBalancedAllocation",
    "InterPodAffinity",
    "PodTopologySpread",
];

/// Adds up the points of each node, normalised and weighted, into `scratch.totals`.
pub(super) fn score(scoring: &Scoring<'_>, scratch: &mut Scratch) {
    scratch.totals.clear();
    scratch.totals.resize(scoring.nodes.len(), 0);
    taint_toleration::add(scoring, scratch);
    node_affinity::add(scoring, scratch);
    resources::add_fit(scoring, scratch);
    resources::add_balance(scoring, scratch);
    inter_pod_affinity::add(scoring, scratch);
    topology_spread::add(scoring, scratch);
}

/// The points of each plugin of [`PLUGINS`] for each node.
pub(super) fn by_plugin(scoring: &Scoring<'_>) -> Vec<[i64; 6]> {
    type Add = fn(&Scoring<'_>, &mut Scratch);
    let plugins: [Add; 6] = [
        taint_toleration::add,
        node_affinity::add,
        resources::add_fit,
        resources::add_balance,
        inter_pod_affinity::add,
        topology_spread::add,
    ];
    let mut points = vec![[0; 6]; scoring.nodes.len()];
    let mut scratch = Scratch::default();
    for (at, add) in plugins.into_iter().enumerate() {
        scratch.totals.clear();
        scratch.totals.resize(scoring.nodes.len(), 0);
        add(scoring, &mut scratch);
        for (node, total) in points.iter_mut().zip(&scratch.totals) {
            node[at] = *total;
        }
    }
    points
}
