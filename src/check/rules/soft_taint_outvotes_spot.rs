use foldhash::{HashMap, HashMapExt as _};
use serde_json::json;

use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::on_demand_taint::{not_avoided, taint_all, tainted};
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::pools::pools_of;
use crate::config::PlaceholderSpread;
use crate::defaults::DELETION_CANDIDATE_TAINT;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::manifests::pod_spec_pointer;
use crate::model::WorkloadView;
use crate::model::sides::Sides;
use crate::model::vote::{self, Lead};
use crate::model::voter::Voter;
use crate::plan::Amount;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "soft-taint-outvotes-spot",
    levels: &[Severity::Warning, Severity::Info],
    summary: "the autoscaler's own taint on nearly empty Spot nodes makes the scheduler prefer on-demand",
    harm: "The autoscaler sets the taint `DeletionCandidateOfClusterAutoscaler:PreferNoSchedule` on every node that it \
           considers unneeded, in every loop and even during its cooldown. That means any Spot node that is at most \
           half used and whose pods fit elsewhere, such as one that was just added. The taint costs the node 300 \
           points, and a preference for Spot is worth 200. With two equal empty nodes and the Spot one tainted, \
           on-demand had 463 points and Spot 363; with the taint tolerated, 463 and 663. So the pod that the \
           descheduler evicts to move it to Spot is bound to on-demand again, and the empty Spot node is deleted. A \
           taint on on-demand pools compensates for this, but not for spread as well: with soft anti-affinity over \
           zone and node, Spot had 407 points and on-demand 563.",
    detection: "`kubectl get nodes -o json | jq -r '.items[] | select(.spec.taints[]?.key == \
                \"DeletionCandidateOfClusterAutoscaler\") | .metadata.name'` lists Spot nodes while pods of the \
                workload run on on-demand.",
    remedy: "Taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`, which is the default. \
             Workloads that spotgen patches then tolerate the autoscaler's taint wherever their preference for Spot is \
             not safe without it. To other workloads, add the toleration `{key: DeletionCandidateOfClusterAutoscaler, \
             operator: Exists, effect: PreferNoSchedule}` yourself, but only together with the taint on on-demand \
             pools: unneeded on-demand nodes have the autoscaler's taint too, and there it favors Spot.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/core/scaledown/actuation/softtaint.go, `UpdateSoftDeletionTaints`",
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go: `scale-down-utilization-threshold` 0.5, \
         `max-bulk-soft-taint-count` 10",
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/tainttoleration: any effect of `PreferNoSchedule` counts",
        "The points are those of the scheduler's plugins at Kubernetes 1.36.3. On a control plane of real components \
         (cluster-autoscaler 1.36.1) on-demand nodes were tainted 19 times in one run, and Spot nodes that a placeholder kept \
         from being moved were never deleted.",
    ],
    check: Check::SystemsWithEachWorkload(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    let sides = Sides::of(plan);
    // One finding for all workloads that share a placement setting.
    let mut worst: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<Option<Pointer>, usize> = HashMap::new();
    for pods in all {
        let Some(lead) = lead(plan, sides.as_ref(), *pods) else {
            continue;
        };
        let pointer = pods.setting(findings.document, &["placement", "spot"]);
        let is_planned = pods.planned.is_some();
        let at = match known.get(&pointer) {
            Some(at) if is_planned => Some(*at),
            _ => None,
        };
        if let Some(at) = at {
            let group = &mut worst[at];
            group.all.push(*pods);
            if lead.margin() < group.lead.margin() {
                (group.worst, group.lead) = (*pods, lead);
            }
        } else {
            if is_planned {
                known.insert(pointer, worst.len());
            }
            worst.push(Group {
                worst: *pods,
                lead,
                all: vec![*pods],
            });
        }
    }
    if worst.is_empty() {
        return;
    }
    let tainted = tainted(plan);
    let cure = Cure {
        plan: &tainted,
        sides: Sides::of(&tainted),
    };
    // Likely only if nothing keeps a Spot node that was just added.
    let level = if systems
        .each()
        .all(|(_, system)| are_kept_by_placeholders(system))
    {
        Severity::Info
    } else {
        Severity::Warning
    };
    let avoidable = not_avoided(plan, findings);
    let is_cured =
        |group: &Group<'_>| avoidable.is_some() && group.all.iter().all(|pods| cure.helps(*pods));
    // What spotgen does not patch needs a toleration of its own.
    let is_patched = |group: &Group<'_>| group.all.iter().all(|pods| pods.planned.is_some());
    let (cured, others): (Vec<_>, Vec<_>) = worst
        .into_iter()
        .partition(|group| is_cured(group) && is_patched(group));
    // What a taint on the pools cures is one problem, however many workloads it affects.
    let cured = cured.into_iter().reduce(Group::merge);
    if let (Some((pool, name)), Some(group)) = (&avoidable, &cured) {
        at_pool(plan, level, (pool, name), group, findings);
    }
    for group in others {
        let fix = is_cured(&group).then(|| taint_all(plan));
        at_workload(level, &group, (avoidable.as_ref(), fix), findings);
    }
}

/// Workloads that share a placement setting.
struct Group<'a> {
    worst: WorkloadView<'a>,
    lead: Lead,
    all: Vec<WorkloadView<'a>>,
}

impl Group<'_> {
    fn merge(mut self, mut other: Self) -> Self {
        self.all.append(&mut other.all);
        if other.lead.margin() < self.lead.margin() {
            other.all = self.all;
            return other;
        }
        self
    }

    /// The other workloads, for the end of a sentence.
    fn others(&self) -> String {
        match self.all.len() - 1 {
            0 => String::new(),
            others => format!(" (and {others} more)"),
        }
    }

    /// Lets all of them tolerate the autoscaler's taint; `None` if one of them is in no manifest.
    fn tolerate(&self) -> Option<Fix> {
        let (key, effect) = DELETION_CANDIDATE_TAINT;
        let edits = self.all.iter().map(|pods| {
            let found = pods.found?;
            let edit = Edit::Append {
                pointer: pod_spec_pointer(found.kind).child("tolerations"),
                value: json!({"key": key, "operator": "Exists", "effect": effect}),
            };
            let object = found.locations.name;
            Some(ManifestEdit { object, edit })
        });
        edits.collect::<Option<_>>().map(Fix::Manifest)
    }
}

/// The plan with the taint on on-demand pools.
struct Cure<'a> {
    plan: &'a Plan,
    sides: Option<Sides<'a>>,
}

impl Cure<'_> {
    /// Whether Spot is then ahead. Placement lets planned pods tolerate the autoscaler's taint.
    fn helps(&self, pods: WorkloadView<'_>) -> bool {
        let is_to_tolerate = |sides: &Sides<'_>| {
            let voter = pods.planned.and_then(Voter::planned);
            voter.is_some_and(|voter| sides.is_to_tolerate_candidates(&voter))
        };
        lead(self.plan, self.sides.as_ref(), pods).is_none()
            || self.sides.as_ref().is_some_and(is_to_tolerate)
    }
}

/// How far Spot is behind because of this taint alone; `None` if it is not, or if something else outvotes Spot already.
fn lead(plan: &Plan, sides: Option<&Sides<'_>>, pods: WorkloadView<'_>) -> Option<Lead> {
    let pods = Some(pods).filter(|pods| pods.has_known_placement())?;
    let vote = if let Some(workload) = pods.planned {
        sides?.vote(&Voter::planned(workload)?)?
    } else {
        let found = pods.found.filter(|_| pods.own_prefers_spot(plan))?;
        let voter = Voter {
            kind: Some(found.kind),
            replicas: Some(pods.most().filter(|replicas| *replicas > 0)?),
            requests: found.requests.as_ref().map(Amount::from),
            placement: None,
            existing: Some(&found.existing),
        };
        let pools = plan.node_pools.iter();
        let pools = pools.filter(|pool| pods.may_be_on(plan, pool));
        Sides::among(plan, pools, &[])?.vote(&voter)?
    };
    let is_by_taint_alone = vote.full.margin() >= 0;
    vote.candidate
        .filter(|candidate| candidate.margin() < 0 && is_by_taint_alone)
}

/// Whether each Spot pool has placeholders that need a node each: a node is then needed as long as it has one.
fn are_kept_by_placeholders(system: &System) -> bool {
    let plan = &system.plan;
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    spot.all(|pool| {
        system.placeholders().any(|(_, placeholder)| {
            placeholder.spread == PlaceholderSpread::OnePerNode
                && pools_of(plan, placeholder).any(|own| own.name == pool.name)
        })
    })
}

const TAINT: &str = "taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`: it adds 300 in favor \
                     of Spot, and pods can still run on on-demand";

/// `pool` is an on-demand pool without the taint: where its taints are declared, and its name.
fn at_pool(
    plan: &Plan,
    level: Severity,
    (pool, name): (&Pointer, &str),
    group: &Group<'_>,
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "the scheduler prefers on-demand pool `{name}` to idle Spot nodes for workload `{}`{}: the autoscaler taints idle \
         nodes, which puts them {} points behind, and no taint on `{name}` makes up for it",
        group.worst.name(),
        group.others(),
        -group.lead.margin()
    );
    findings.at(pool, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(TAINT)
            .help(
                "with that taint, spotgen also adds a toleration for the autoscaler's taint where the preference for \
                 Spot is not safe without it",
            )
            .help(format!(
                "score difference for {}: {}",
                vote::CANDIDATE,
                group.lead
            ))
            .fix(taint_all(plan))
            .choice(EXISTING)
    });
}

/// The configuration only describes the pools.
const EXISTING: &str =
    "existing pools get the taint from the cloud, and the configuration then says so";

/// `avoidable` is an on-demand pool without the taint: where its taints are declared, and its name. `fix` is the taint, if
/// it is enough.
fn at_workload(
    level: Severity,
    group: &Group<'_>,
    (avoidable, fix): (Option<&(Pointer, &str)>, Option<Fix>),
    findings: &mut Findings<'_>,
) {
    let (pods, lead) = (group.worst, group.lead);
    let message = format!(
        "the scheduler can prefer on-demand for workload `{}`{}: the autoscaler's deletion taint makes an idle Spot \
         node score {} below an empty on-demand node",
        pods.name(),
        group.others(),
        -lead.margin()
    );
    let related = avoidable.map(|(pool, name)| (findings.locate(pool), *name));
    let (key, effect) = DELETION_CANDIDATE_TAINT;
    let toleration = format!("{{key: {key}, operator: Exists, effect: {effect}}}");
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        let diagnostic = diagnostic
            .level(level)
            .help(format!("score difference for {}: {lead}", vote::CANDIDATE));
        let Some((location, name)) = related else {
            let diagnostic = diagnostic.help(format!(
                "add a toleration for the autoscaler's taint: `{toleration}`"
            ));
            let fix = group.tolerate();
            return diagnostic.cure(fix.ok_or(
                "the toleration belongs in a manifest that was not passed to spotgen",
            ));
        };
        diagnostic
            .related(
                location,
                format!("no taint makes the scheduler avoid `{name}`"),
            )
            .help(TAINT)
            .help(format!(
                "together with that taint, and not without it, add a toleration for the autoscaler's taint: \
                 `{toleration}`"
            ))
            .cure(fix.ok_or("the fix needs both a taint on the pools and a toleration in the manifest"))
            .choice(EXISTING)
    });
}
