use std::collections::HashMap;

use crate::check::findings::Findings;
use crate::check::fixes::on_demand_taint::{not_avoided, taint_all, tainted};
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Fix, Pointer, Severity};
use crate::model::WorkloadView;
use crate::model::sides::Sides;
use crate::model::vote::{self, Lead};
use crate::model::voter::Voter;
use crate::plan::Plan;
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: "spread-outvotes-spot",
    level: Severity::Warning,
    summary: "the scheduler can prefer on-demand to Spot though Spot has room",
    harm: "A preference for Spot is one score among several, worth 200. Anti-affinity and topology spread are worth up to 200 \
           each, and free resources up to 100, and all of them favour an empty on-demand node. A pod that is evicted to go \
           to Spot is then bound to on-demand again, though Spot has room, and is evicted again in the next round: the \
           descheduler looks at the preference alone. On Kubernetes 1.36.3, on nodes of 3860m and 14Gi with one to five \
           replicas on the Spot node, Spot was behind by 116 to 181 with soft anti-affinity over zone and node, and by 16 to \
           48 with topology spread of `maxSkew` 1; with `maxSkew` 3 it was ahead by 98, 56, 33 and 11, and behind by 4 with \
           the fifth replica. A negative sum need not end in a loop: where many Spot nodes are nearly empty, the spread is \
           satisfied on Spot, and on-demand nodes that the autoscaler does not need get its own soft taint.",
    detection: "Pods of the workload are on on-demand while Spot nodes have room, and \
                `kubectl get events --field-selector reason=RemovePodsViolatingNodeAffinity` names them round after round.",
    remedy: "Taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`, which is the default: it is worth \
             300 and keeps no pod away. Or replace anti-affinity by topology spread with a `maxSkew` of 3 or more.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/apis/config/v1/default_plugins.go: the weights",
        "kubernetes/kubernetes pkg/scheduler/framework/plugins: tainttoleration, nodeaffinity, interpodaffinity, \
         podtopologyspread, noderesources",
        "kubernetes/kubernetes#135573: since 1.36 NodeResourcesBalancedAllocation compares the node with the pod and without \
         it; Spot against on-demand, the same placement had 708 v 886 until 1.35 and has 707 v 863 since",
        "kubernetes-sigs/descheduler#211: decided not only by node affinity",
        "The figures are from the log of the scheduler, on a control plane of real components (Kubernetes 1.36.3); with the \
         taint each of them was 300 higher.",
    ],
    check: Check::Workloads(check),
};

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // One finding for all workloads whose spread is written in one place.
    let Some(sides) = Sides::of(plan) else {
        return;
    };
    let mut worst: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<Pointer, usize> = HashMap::new();
    for pods in all {
        let Some(lead) = lead(&sides, *pods) else {
            continue;
        };
        let pointer = pods.setting(findings.document, &["placement", "spread"]);
        let at = pointer.clone().and_then(|pointer| {
            let next = worst.len();
            let at = *known.entry(pointer).or_insert(next);
            (at < next).then_some(at)
        });
        match at {
            Some(at) => {
                let group = &mut worst[at];
                group.all.push(*pods);
                if lead.margin() < group.lead.margin() {
                    (group.worst, group.lead) = (*pods, lead);
                }
            }
            None => worst.push(Group {
                spread: pointer,
                worst: *pods,
                lead,
                all: vec![*pods],
            }),
        }
    }
    if worst.is_empty() {
        return;
    }
    let tainted = tainted(plan);
    let sides = Sides::of(&tainted);
    let wins = |pods: &WorkloadView<'_>| {
        let sides = sides.as_ref();
        sides.is_none_or(|sides| lead(sides, *pods).is_none())
    };
    let related = not_avoided(plan, findings);
    for group in worst {
        let cure = || {
            let is_enough = group.all.iter().all(wins);
            is_enough
                .then(|| taint_all(plan))
                .ok_or("the taint is not enough, and how far pods may crowd only their owner knows")
        };
        report(&group, related, cure, findings);
    }
}

/// Workloads whose spread is written in one place.
struct Group<'a> {
    /// Where that is.
    spread: Option<Pointer>,
    worst: WorkloadView<'a>,
    lead: Lead,
    all: Vec<WorkloadView<'a>>,
}

/// How far Spot is behind; none where it is not.
fn lead(sides: &Sides<'_>, pods: WorkloadView<'_>) -> Option<Lead> {
    let voter = pods.planned.and_then(Voter::planned)?;
    let full = sides.vote(&voter)?.full;
    (full.margin() < 0).then_some(full)
}

/// `not_avoided` is an on-demand pool without the taint, and where that is written.
fn report(
    group: &Group<'_>,
    not_avoided: Option<(Span, &str)>,
    cure: impl Fn() -> Result<Fix, &'static str>,
    findings: &mut Findings<'_>,
) {
    let (pods, lead) = (group.worst, group.lead);
    let others = match group.all.len() - 1 {
        0 => String::new(),
        others => format!(" (and {others} more like it)"),
    };
    let message = format!(
        "an empty on-demand node can score {} more than a Spot node with room, for workload `{}`{others}",
        -lead.margin(),
        pods.name()
    );
    findings.at_workload_setting(pods, group.spread.clone(), message, |diagnostic| {
        diagnostic.in_full(|diagnostic| {
            let diagnostic = match not_avoided {
                Some((location, name)) => diagnostic.related(
                    location,
                    format!("nothing makes the scheduler avoid `{name}`"),
                ),
                None => diagnostic,
            };
            diagnostic
                .help(format!("{}: {lead}", vote::FULL))
                .help("taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`: worth 300, and it keeps no pod away")
                .cure(cure())
        })
    });
}
