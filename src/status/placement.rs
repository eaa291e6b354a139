//! Where the pods are that belong on Spot.

use super::belonging::{belongs, is_barred};
use super::cluster::Cluster;
use super::part::Part;
use super::placeholders::TOO_LONG;
use super::words::{LOST, agreeing, count, full_name, names, on_lost_nodes, short};
use crate::components::ComponentId;
use crate::components::observe::spot;
use crate::config::Spot;
use crate::manifests::ManifestWorkload;
use crate::plan::{Spread, Workload};
use crate::snapshot::{Age, Phase, Pod};

/// A pod that prefers Spot and has been on on-demand for so long does not come back by itself: a few rounds of the
/// descheduler are over.
pub(super) const STUCK: i64 = 2 * 3600;

/// Where the pods of a workload are.
#[derive(Debug, Default)]
struct Places<'a> {
    spot: usize,
    on_demand: usize,
    /// Of these, for too long.
    stuck: usize,
    pending: usize,
    /// On nodes that are lost, where nobody knows whether they still run.
    lost: usize,
    /// Of the pending ones, the one that has waited the longest, if that is too long.
    waiting: Option<&'a Pod>,
}

impl Places<'_> {
    fn all(&self) -> usize {
        self.spot + self.on_demand + self.pending + self.lost
    }
}

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::Placement.name());
    let told = unplaced(&mut part, cluster);
    unspread(&mut part, cluster, &told);
    let workloads = cluster.manifests.workloads.iter();
    let belonging: Vec<&ManifestWorkload> =
        workloads.filter(|found| belongs(cluster, found)).collect();
    if belonging.is_empty() {
        return part;
    }
    part.is_there = true;
    part.fact(format!("{} on Spot", count(belonging.len(), "workload")));
    let is_kept_off = |found: &&ManifestWorkload| is_barred(cluster, found);
    let barred: Vec<&ManifestWorkload> = belonging.iter().copied().filter(is_kept_off).collect();
    untolerating(&mut part, &barred, &told);
    if !cluster.has_pods() || cluster.nodes.is_empty() {
        part.gap("where pods are", cluster.add_places());
        return part;
    }
    let placed: Vec<(&ManifestWorkload, Places<'_>)> = belonging
        .into_iter()
        .map(|found| (found, places(cluster, found)))
        .collect();
    figures(&mut part, &placed);
    // Of those that no Spot node takes, the cause is told.
    let placed: Vec<_> = placed
        .into_iter()
        .filter(|(found, _)| !barred.iter().any(|own| std::ptr::eq(*own, *found)))
        .collect();
    stuck(&mut part, &placed);
    pending(&mut part, cluster, &placed);
    part
}

/// How placement comes into a cluster.
const PLACE: &str = "apply the placement: spotgen patch, or --only placement";

/// Workloads that ask for Spot and that no Spot node takes; those are left out that a missing placement was told of.
fn untolerating(part: &mut Part, barred: &[&ManifestWorkload], told: &[String]) {
    let names_of = barred.iter().map(|found| full_name(found));
    let barred: Vec<String> = names_of.filter(|name| !told.contains(name)).collect();
    part.figure("withoutToleration", barred.len());
    if !barred.is_empty() {
        part.trouble(
            "toleration-missing",
            format!(
                "{} for Spot without a toleration of its taint, so that no pod of {} gets there: {}",
                count(barred.len(), "workload"),
                agreeing(barred.len(), "it", "them"),
                names(&barred)
            ),
            "add the toleration: spotgen explain missing-spot-toleration",
        );
    }
}

/// Workloads of the configuration whose manifests do not ask for Spot, or lack a part of that. Returns their names.
fn unplaced(part: &mut Part, cluster: &Cluster<'_>) -> Vec<String> {
    let Some(system) = cluster.planned else {
        return Vec::new();
    };
    let is_missing = |workload: &&Workload| {
        let found = workload
            .found()
            .and_then(|number| cluster.manifests.workloads.get(number));
        let wanted = workload.placement.spot();
        let is_meant = matches!(wanted, Some(Spot::Preferred | Spot::Required));
        is_meant
            && found.is_some_and(|found| {
                !matches!(spot(cluster.plan, found), Spot::Preferred | Spot::Required)
            })
    };
    let plan = &system.plan;
    let missing = plan
        .workloads
        .iter()
        .chain(&plan.generated)
        .filter(is_missing);
    let missing: Vec<String> = missing
        .map(|workload| format!("{}/{}", workload.namespace, workload.name))
        .collect();
    if !missing.is_empty() {
        part.trouble(
            "placement-missing",
            format!(
                "{} without the placement that the configuration gives: {}",
                count(missing.len(), "workload"),
                names(&missing)
            ),
            PLACE,
        );
    }
    missing
}

/// Workloads of the configuration whose manifests have none of the spread that it gives them. One of their own over the same
/// domains takes its place. A missing placement is told with all that is in it, and of those nothing is told again.
fn unspread(part: &mut Part, cluster: &Cluster<'_>, told: &[String]) {
    let Some(system) = cluster.planned else {
        return;
    };
    let lacks = |workload: &&Workload| {
        let found = workload
            .found()
            .and_then(|number| cluster.manifests.workloads.get(number));
        found.is_some_and(|found| {
            let mut spreads = workload.placement.spread.iter();
            spreads.any(|spread| !has(found, spread))
        })
    };
    let plan = &system.plan;
    let workloads = plan.workloads.iter().chain(&plan.generated);
    let lacking: Vec<String> = workloads
        .filter(lacks)
        .map(|workload| format!("{}/{}", workload.namespace, workload.name))
        .filter(|name| !told.contains(name))
        .collect();
    if !lacking.is_empty() {
        part.trouble(
            "spread-missing",
            format!(
                "{} without the spread that the configuration gives: {}",
                count(lacking.len(), "workload"),
                names(&lacking)
            ),
            PLACE,
        );
    }
}

fn has(found: &ManifestWorkload, spread: &Spread) -> bool {
    let existing = &found.existing;
    let key = Some(spread.topology_key());
    match spread {
        Spread::TopologySpread { .. } => {
            let mut own = existing.topology_spread.iter();
            own.any(|own| own.topology_key.as_ref() == key)
        }
        Spread::PodAntiAffinity { .. } => {
            let required = existing.required_anti_affinity.iter();
            let preferred = existing.preferred_anti_affinity.iter();
            let preferred = preferred.filter_map(|own| own.term.as_ref());
            let mut own = required.chain(preferred);
            own.any(|own| own.topology_key.as_ref() == key)
        }
    }
}

fn places<'a>(cluster: &Cluster<'a>, found: &ManifestWorkload) -> Places<'a> {
    let mut places = Places::default();
    for pod in cluster.pods_of(found).iter().filter(|pod| pod.is_alive()) {
        match cluster.nodes.of(pod) {
            Some(place) if !place.node.is_ready => places.lost += 1,
            Some(place) if place.is_spot => places.spot += 1,
            Some(_) => {
                places.on_demand += 1;
                if cluster.is_older(pod.created, STUCK) {
                    places.stuck += 1;
                }
            }
            None if pod.phase == Phase::Pending => {
                places.pending += 1;
                let is_first = places
                    .waiting
                    .is_none_or(|other| pod.created < other.created);
                if is_first && cluster.is_older(pod.created, TOO_LONG) {
                    places.waiting = Some(pod);
                }
            }
            None => places.lost += 1,
        }
    }
    places
}

fn figures(part: &mut Part, placed: &[(&ManifestWorkload, Places<'_>)]) {
    let sum = |of: fn(&Places<'_>) -> usize| placed.iter().map(|(_, own)| of(own)).sum::<usize>();
    let (spot, on_demand) = (sum(|own| own.spot), sum(|own| own.on_demand));
    let (pending, lost) = (sum(|own| own.pending), sum(|own| own.lost));
    let all = spot + on_demand + pending + lost;
    part.figure("pods", all);
    part.figure("onSpot", spot);
    part.figure("onDemand", on_demand);
    part.figure("pending", pending);
    part.figure("onLostNodes", lost);
    if lost > 0 {
        part.gap(on_lost_nodes(lost, "pod", ("runs", "run")), LOST);
    }
    if let Some(share) = (spot * 100).checked_div(all) {
        part.figure("spotPercent", share);
        part.fact(format!(
            "{spot} of {} on Spot nodes ({share} %)",
            count(all, "pod")
        ));
    }
    if on_demand > 0 {
        part.fact(format!("{on_demand} on on-demand"));
    }
    if pending > 0 {
        part.fact(format!("{pending} pending"));
    }
    let mut off: Vec<_> = placed
        .iter()
        .filter(|(_, own)| own.on_demand + own.pending > 0)
        .collect();
    off.sort_by_key(|(found, own)| {
        (
            std::cmp::Reverse(own.on_demand + own.pending),
            full_name(found),
        )
    });
    let worst = off.iter().map(|(found, own)| {
        serde_json::json!({
            "workload": full_name(found),
            "kind": found.kind.as_str(),
            "pods": own.all(),
            "onSpot": own.spot,
            "onDemand": own.on_demand,
            "pending": own.pending,
        })
    });
    part.figure("offSpot", worst.collect::<Vec<_>>());
}

fn stuck(part: &mut Part, placed: &[(&ManifestWorkload, Places<'_>)]) {
    let mut stuck: Vec<_> = placed.iter().filter(|(_, own)| own.stuck > 0).collect();
    stuck.sort_by_key(|(found, own)| (std::cmp::Reverse(own.stuck), full_name(found)));
    let sum: usize = stuck.iter().map(|(_, own)| own.stuck).sum();
    if sum > 0 {
        let worst: Vec<String> = stuck
            .iter()
            .map(|(found, own)| format!("{} ({} of {})", full_name(found), own.stuck, own.all()))
            .collect();
        part.trouble(
            "pods-on-on-demand",
            format!(
                "{} kept on on-demand for 2h or more: {}",
                count(sum, "pod"),
                names(&worst)
            ),
            "spotgen explain SpotFailbackStuck",
        );
    }
}

fn pending(part: &mut Part, cluster: &Cluster<'_>, placed: &[(&ManifestWorkload, Places<'_>)]) {
    let waiting = placed
        .iter()
        .filter_map(|(found, own)| Some((found, own.waiting?)));
    if let Some((found, pod)) = waiting.min_by_key(|(_, pod)| pod.created) {
        let number: usize = placed.iter().map(|(_, own)| own.pending).sum();
        let age = cluster.age(pod.created).map_or(0, |age| age);
        let why = pod
            .unschedulable
            .as_deref()
            .map(|why| format!(": {}", short(why)));
        part.trouble(
            "pods-pending",
            format!(
                "{} for Spot pending, {} for {}{}",
                count(number, "pod"),
                full_name(found),
                Age(age),
                why.unwrap_or_default()
            ),
            "spotgen explain SpotCapacityMissing",
        );
    }
}
