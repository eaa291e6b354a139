//! Which workloads belong on Spot: those that ask for it, also if its taint keeps them off.

use super::assumed::is_passing;
use super::cluster::Cluster;
use super::nodes::Place;
use crate::components::observe::spot;
use crate::config::{Kind, Spot};
use crate::kubernetes::Taint;
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;

/// Whether a workload asks for Spot by its own manifest.
pub(super) fn belongs(cluster: &Cluster<'_>, found: &ManifestWorkload) -> bool {
    if found.is_of_the_system() || found.kind == Kind::DaemonSet {
        return false;
    }
    matches!(spot(cluster.plan, found), Spot::Preferred | Spot::Required)
        || is_barred(cluster, found)
}

/// Whether it asks for Spot and no Spot node takes it, for want of a toleration. Where there are nodes, they tell their
/// taints; those that come and go are no matter of the manifest.
pub(super) fn is_barred(cluster: &Cluster<'_>, found: &ManifestWorkload) -> bool {
    let plan = cluster.plan;
    let pods = WorkloadView::alone(found);
    let asks = pods.own_prefers_spot(plan) || pods.own_requires_spot(plan);
    if !asks || pods.own_excludes_spot(plan) {
        return false;
    }
    let is_kept_off =
        |taint: &Taint| !taint.is_soft() && !is_passing(&taint.key) && !pods.tolerates(plan, taint);
    let keeps_off = |place: &Place<'_>| place.node.taints.iter().any(is_kept_off);
    let mut nodes = cluster.nodes.spot().peekable();
    if nodes.peek().is_none() {
        return !pods.tolerates_spot(plan);
    }
    nodes.all(keeps_off)
}
