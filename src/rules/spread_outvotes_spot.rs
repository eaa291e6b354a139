use std::collections::HashMap;

use super::{Check, Findings, Pods, Rule, places};
use crate::diagnostic::{Pointer, Severity};
use crate::numbers::vote::Vote;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "spread-outvotes-spot",
    level: Severity::Warning,
    summary: "the scheduler can prefer on-demand to Spot though Spot has room",
    harm: "A preference for Spot is one score among several, worth 200. Spread over zones and nodes is worth up to 200 more \
           for either kind, and free resources up to 100, all of which speak for an empty on-demand node. A pod that is \
           evicted to go to Spot is then put on on-demand again, though Spot has room, and is evicted again in the next \
           round: the descheduler looks at the preference alone.",
    detection: "Pods of the workload are on on-demand while Spot nodes have room, and \
                `kubectl get events --field-selector reason=RemovePodsViolatingNodeAffinity` names them round after round.",
    remedy: "Taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`, which is the default: it is worth \
             300 and keeps no pod away. Or give up anti-affinity for topology spread with a `maxSkew` of 3 or more.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/apis/config/v1/default_plugins.go: the weights",
        "kubernetes/kubernetes pkg/scheduler/framework/plugins: tainttoleration, nodeaffinity, interpodaffinity, \
         podtopologyspread, noderesources",
        "kubernetes-sigs/descheduler#211: decided not only by node affinity",
        "The sum is reckoned from these formulas; not measured in a cluster.",
    ],
    check: Check::AllPods(check),
};

fn check(plan: &Plan, all: &[Pods<'_>], findings: &mut Findings<'_>) {
    // One finding for all workloads whose spread is written in one place.
    let mut worst: Vec<(Pods<'_>, Vote, usize)> = Vec::new();
    let mut known: HashMap<Pointer, usize> = HashMap::new();
    for pods in all {
        let vote = pods
            .planned
            .and_then(|workload| Vote::worst(plan, workload));
        let Some(vote) = vote.filter(|vote| vote.margin() < 0) else {
            continue;
        };
        let pointer = pods.setting(findings.document, &["placement", "spread"]);
        let at = pointer.and_then(|pointer| {
            let next = worst.len();
            let at = *known.entry(pointer).or_insert(next);
            (at < next).then_some(at)
        });
        match at {
            Some(at) => {
                let (first, least, count) = &mut worst[at];
                *count += 1;
                if vote.margin() < least.margin() {
                    (*first, *least) = (*pods, vote);
                }
            }
            None => worst.push((*pods, vote, 1)),
        }
    }
    for (pods, vote, count) in worst {
        report(plan, pods, vote, count, findings);
    }
}

fn report(plan: &Plan, pods: Pods<'_>, vote: Vote, count: usize, findings: &mut Findings<'_>) {
    let others = match count - 1 {
        0 => String::new(),
        others => format!(" (and {others} more like it)"),
    };
    let message = format!(
        "an empty on-demand node can score {} more than a Spot node with room, for workload `{}`{others}",
        -vote.margin(),
        pods.name()
    );
    let untainted = plan.node_pools.iter().position(|pool| {
        let is_avoided = pool
            .taints
            .iter()
            .any(|taint| taint.effect == "PreferNoSchedule");
        !pool.is_spot() && plan.lets_workloads_onto(pool) && !is_avoided
    });
    let related = untainted.map(|at| {
        let taints = places::pool(at).child("taints");
        let pointer = match findings.document.node(&taints) {
            Some(_) => taints,
            None => places::pool(at).child("name"),
        };
        (findings.locate(&pointer), plan.node_pools[at].name.as_str())
    });
    pods.report(findings, &["placement", "spread"], message, |diagnostic| {
        let diagnostic = match related {
            Some((place, name)) => diagnostic.related(place, format!("nothing makes the scheduler avoid `{name}`")),
            None => diagnostic,
        };
        diagnostic
            .help(format!("Spot ahead of on-demand, at worst: {}", vote.arithmetic()))
            .help("taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`: worth 300, and it keeps no pod away")
    });
}
