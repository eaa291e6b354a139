use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::model::node_labels;
use crate::plan::Plan;
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    id: "volume-stuck-in-zone",
    levels: &[Severity::Warning],
    summary: "a disk can be in a zone that has only Spot nodes or only on-demand nodes",
    harm: "A disk stays in the zone where it was created, and its pod with it. If only Spot or only on-demand has \
           nodes in that zone, the pod has no failover or no failback: it is Pending although other zones have free \
           capacity.",
    detection: "Pods are Pending with `volume node affinity conflict`.",
    remedy: "Give Spot and on-demand pools the same zones. Or use disks that all zones can reach (ZRS, files) with \
             `volumeBindingMode: WaitForFirstConsumer`, or keep the workload on on-demand.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: node affinity conflicts of volumes",
        "Azure/AKS#2991, kubernetes/autoscaler#6000",
    ],
    check: Check::Workload(check),
};

const CHOICE: &str = "disks that all zones can reach remove it as well";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let may_be_stuck = pods.found.filter(|found| found.may_be_bound_to_zone());
    let Some(found) = may_be_stuck.filter(|_| pods.can_be_on_spot(plan)) else {
        return;
    };
    let (spot, on_demand) = (
        node_labels::zones(plan, true),
        node_labels::zones(plan, false),
    );
    let lone: Vec<&str> = spot.symmetric_difference(&on_demand).copied().collect();
    let is_known = !spot.is_empty() && !on_demand.is_empty();
    immediate(found, spot.union(&on_demand).count(), findings);
    if lone.is_empty() || !is_known {
        return;
    }
    let name = pods.name();
    let message = match &lone[..] {
        [zone] => format!(
            "zone {zone} does not have both Spot and on-demand nodes: a pod of `{name}` with a disk there cannot fail over \
             or cannot fail back"
        ),
        zones => format!(
            "zones {} do not each have both Spot and on-demand nodes: a pod of `{name}` with a disk in one of them cannot \
             fail over or cannot fail back",
            zones.join(" and ")
        ),
    };
    let location = findings.part_of_claims(found);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .help("give Spot and on-demand pools the same zones, or use disks that all zones can reach")
            .fix(Fix::Config(same_zones(plan, &spot, &on_demand))).choice(CHOICE)
    });
}

/// Adds the zones that only the other side has to the first pool of each side that declares its zones.
fn same_zones(plan: &Plan, spot: &BTreeSet<&str>, on_demand: &BTreeSet<&str>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (is_spot, missing) in [(true, on_demand - spot), (false, spot - on_demand)] {
        let first = plan.node_pools.iter().position(|pool| {
            pool.is_spot() == is_spot && plan.lets_workloads_onto(pool) && !pool.zones.is_empty()
        });
        let pointer = first.map(|at| pointers::pool(at).child("zones"));
        edits.extend(pointer.iter().flat_map(|pointer| {
            missing.iter().map(|zone| Edit::Append {
                pointer: pointer.clone(),
                value: (*zone).into(),
            })
        }));
    }
    edits
}

/// A disk that is created before its pod is scheduled can be in any zone.
fn immediate(found: &ManifestWorkload, zones: usize, findings: &mut Findings<'_>) {
    let mut storage = found.storage.iter();
    let early =
        storage.find(|storage| storage.is_immediate && storage.is_in_one_zone == Some(true));
    let Some(class) = early.and_then(|storage| storage.class.as_ref()) else {
        return;
    };
    if zones < 2 {
        return;
    }
    let message = format!(
        "disks of storage class `{class}` are created before the pods of workload `{}` are scheduled: each is in any \
         of {zones} zones, and its pod must run in that zone",
        found.name
    );
    let location = findings.part_of_claims(found);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .help("use a storage class with `volumeBindingMode: WaitForFirstConsumer`")
            .no_fix("the binding mode of a class cannot be changed, and only the cluster knows which other classes \
                     exist")
    });
}
