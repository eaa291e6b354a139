use crate::check::findings::Findings;
use crate::check::fixes::soft_spread;
use crate::check::rule::{Check, Rule};
use crate::config::WhenUnsatisfiable;
use crate::config::pointers;
use crate::diagnostic::{Fix, ManifestEdit, Severity};
use crate::kubernetes::TopologyKey;
use crate::load::Document;
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::hard_spread::{HardSpread, Own};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "zones-in-one-pool",
    levels: &[Severity::Warning],
    summary: "pods that need a certain zone run on a pool with several zones",
    harm: "The autoscaler cannot choose the zone in which it adds a node to a pool with several zones. A pod whose \
           disk is in one zone, or that must be spread over zones, can stay Pending although the pool is scaled up, \
           because the node is added in the wrong zone.",
    detection: "Pods are Pending with `node(s) had volume node affinity conflict` or `didn't match pod topology spread \
                constraints` while the pool has free capacity.",
    remedy: "Create one pool per zone, all in one tier of the expander, and set `balance-similar-node-groups: true`. \
             Or spread with `ScheduleAnyway`, and use disks that are replicated across zones.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: the cluster autoscaler is not \
         zone-aware",
        "Azure/AKS#2849",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "one pool for each zone keeps the spread as it is";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let pools = plan.node_pools.iter().enumerate();
    let mut several = pools.filter(|(_, pool)| pool.is_spot() && pool.zones.len() > 1);
    let Some((at, pool)) = several.next().filter(|_| pods.prefers_spot(plan)) else {
        return;
    };
    let spreads = pods.hard_spreads().into_iter();
    let over_zones: Vec<HardSpread<'_>> = spreads
        .filter(|spread| *spread.key == TopologyKey::Zone)
        .collect();
    let Some(&spread) = over_zones.first() else {
        disk(pods, (at, pool), findings);
        return;
    };
    let message = format!(
        "workload `{}` must be spread over zones, but the autoscaler cannot choose among the {} zones of pool `{}`: a \
         pod can stay Pending",
        pods.name(),
        pool.zones.len(),
        pool.name
    );
    let related = findings.locate(&pointers::pool(at).child("zones"));
    let soft = match spread.own {
        Some(Own::AntiAffinity(_)) => soft_spread::of(pods, &over_zones, findings.document),
        _ => soften(pods, findings.document).filter(|_| over_zones.len() == 1),
    };
    findings.at_spread((pods, spread), message, |diagnostic| {
        let diagnostic = diagnostic
            .related(related, "the autoscaler cannot choose among these zones")
            .help(format!(
                "create one pool per zone, or {}",
                spread.softened()
            ));
        match soft {
            Some(fix) => diagnostic.fix(fix).choice(CHOICE),
            None => {
                diagnostic.no_fix("the spread may be intended, and then needs one pool per zone")
            }
        }
    });
}

/// A disk in one zone needs a node in that zone.
fn disk(pods: WorkloadView<'_>, (at, pool): (usize, &NodePool), findings: &mut Findings<'_>) {
    let is_in_one_zone = |found: &&ManifestWorkload| {
        let mut storage = found.storage.iter();
        storage.any(|storage| storage.is_in_one_zone == Some(true))
    };
    let Some(found) = pods.found.filter(is_in_one_zone) else {
        return;
    };
    let message = format!(
        "each disk of workload `{}` stays in one zone, but the autoscaler cannot choose among the {} zones of pool \
         `{}`: a pod can stay Pending",
        pods.name(),
        pool.zones.len(),
        pool.name
    );
    let related = findings.locate(&pointers::pool(at).child("zones"));
    let location = findings.part_of_claims(found);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .related(related, "the autoscaler cannot choose among these zones")
            .help("create one pool per zone, or use disks that are replicated across zones")
            .no_fix("pools and disks have to be made anew, which only their owner can plan")
    });
}

/// Makes the only hard spread over zones soft; `None` for anti-affinity of a manifest.
fn soften(pods: WorkloadView<'_>, document: &Document<'_>) -> Option<Fix> {
    let declared = pods.setting(document, &["placement", "spread"]);
    let declared = declared.map(|spread| spread.child("zone").child("whenUnsatisfiable"));
    let own = pods.found.and_then(|found| {
        let mut constraints = found.existing.topology_spread.iter();
        let at = constraints.position(|own| {
            own.topology_key == Some(TopologyKey::Zone)
                && own.when_unsatisfiable == Some(WhenUnsatisfiable::DoNotSchedule)
                && pods.is_selected_by(&own.selector)
        })?;
        let constraints = pod_spec_pointer(found.kind).child("topologySpreadConstraints");
        let constraint = &found.existing.topology_spread[at];
        let place = constraints.child(at);
        let edits = soft_spread::soften(&place, constraint);
        let object = found.locations.name;
        let edits = edits.map(|edit| ManifestEdit { object, edit });
        Some(Fix::Manifest(edits.collect()))
    });
    own.or_else(|| {
        let declared = declared?;
        let text = document.node(&declared)?.as_str()?;
        let is_kept = text == WhenUnsatisfiable::DoNotSchedule.as_str();
        is_kept.then(|| Fix::set(declared, WhenUnsatisfiable::ScheduleAnyway.as_str()))
    })
}
