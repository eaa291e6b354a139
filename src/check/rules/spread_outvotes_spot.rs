use foldhash::{HashMap, HashMapExt as _};

use crate::check::findings::Findings;
use crate::check::fixes::on_demand_taint::{not_avoided, taint_all, tainted};
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Pointer, Severity};
use crate::model::alike::Answers;
use crate::model::sides::Sides;
use crate::model::vote::{self, Lead};
use crate::model::voter::Voter;
use crate::model::{SetBy, WorkloadView};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "spread-outvotes-spot",
    levels: &[Severity::Warning],
    summary: "the scheduler can prefer an on-demand node although Spot has free capacity",
    harm: "The preference for Spot is only one of the scheduler's scores, worth 200. Anti-affinity and topology spread \
           are worth up to 200 each, free resources up to 100, and all of them favor an empty on-demand node. A pod \
           that is evicted to move to Spot is then bound to on-demand again, although Spot has free capacity. The \
           descheduler looks only at the preference, so it evicts the pod again in the next round. Measured on \
           Kubernetes 1.36.3, on nodes of 3860m and 14Gi with one to five replicas on the Spot node: Spot was behind \
           by 116 to 181 with soft anti-affinity over zone and node, and by 16 to 48 with topology spread of `maxSkew` \
           1. With `maxSkew` 3 it was ahead by 98, 56, 33 and 11, and behind by 4 with the fifth replica. A negative \
           sum does not always lead to a loop: where many Spot nodes are nearly empty, the spread is satisfied on \
           Spot, and the autoscaler puts its own soft taint on on-demand nodes that it does not need.",
    detection: "Pods of the workload run on on-demand while Spot nodes have free capacity, and `kubectl get events \
                --field-selector reason=RemovePodsViolatingNodeAffinity` lists them in every round.",
    remedy: "Taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`, which is the default. The \
             taint is worth 300 and keeps no pod off the nodes. Or replace anti-affinity with topology spread and a \
             `maxSkew` of 3 or more.",
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
    check: Check::EachWorkload(check),
};

const SPREAD: [&str; 2] = ["placement", "spread"];

const CHOICE: &str = "topology spread in place of anti-affinity removes it as well";

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    // One finding for all workloads that share a spread setting.
    let Some(sides) = Sides::of(plan) else {
        return;
    };
    let mut worst: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<SetBy<'_>, usize> = HashMap::new();
    let mut leads = Answers::default();
    for pods in all {
        let Some(lead) = leads.of(*pods, || lead(&sides, *pods)) else {
            continue;
        };
        let spread = pods.set_by(findings.document, &SPREAD);
        // No other one that prefers Spot has the setting of a listed workload.
        let class = spread.filter(|by| matches!(by, SetBy::Class(_)));
        let at = class.and_then(|class| {
            let next = worst.len();
            let at = *known.entry(class).or_insert(next);
            (at < next).then_some(at)
        });
        match at {
            Some(at) => {
                let group = &mut worst[at];
                group.more.push(pods);
                if lead.margin() < group.lead.margin() {
                    (group.worst, group.lead) = (pods, lead);
                }
            }
            None => worst.push(Group {
                spread,
                worst: pods,
                lead,
                first: pods,
                more: Vec::new(),
            }),
        }
    }
    if worst.is_empty() {
        return;
    }
    let tainted = tainted(plan);
    let sides = Sides::of(&tainted);
    let mut won = Answers::default();
    let mut wins = |pods: WorkloadView<'_>| {
        let sides = sides.as_ref();
        won.of(pods, || {
            sides.is_none_or(|sides| lead(sides, pods).is_none())
        })
    };
    let avoidable = not_avoided(plan, findings);
    let mut is_cured = |group: &mut Group<'_>| avoidable.is_some() && group.all().all(&mut wins);
    // What a taint on the pools cures is one problem, however many workloads it affects.
    let cured = worst.extract_if(.., &mut is_cured).reduce(Group::merge);
    if let (Some((pool, name)), Some(group)) = (&avoidable, &cured) {
        at_pool(plan, (pool, name), group, findings);
    }
    for group in worst {
        if findings.counts_only() {
            continue;
        }
        at_spread(&group, avoidable.as_ref(), findings);
    }
}

/// Workloads that share a spread setting.
struct Group<'a> {
    /// What has that setting.
    spread: Option<SetBy<'a>>,
    worst: &'a WorkloadView<'a>,
    lead: Lead,
    first: &'a WorkloadView<'a>,
    more: Vec<&'a WorkloadView<'a>>,
}

impl<'a> Group<'a> {
    fn all(&self) -> impl Iterator<Item = WorkloadView<'a>> {
        std::iter::once(self.first)
            .chain(self.more.iter().copied())
            .copied()
    }

    fn merge(mut self, mut other: Self) -> Self {
        self.more.push(other.first);
        self.more.append(&mut other.more);
        if other.lead.margin() < self.lead.margin() {
            (other.first, other.more) = (self.first, self.more);
            return other;
        }
        self
    }

    /// The other workloads, for the end of a sentence.
    fn others(&self) -> String {
        match self.more.len() {
            0 => String::new(),
            others => format!(" (and {others} more)"),
        }
    }
}

/// How far Spot is behind; `None` if it is not.
fn lead(sides: &Sides<'_>, pods: WorkloadView<'_>) -> Option<Lead> {
    let voter = pods.planned.and_then(Voter::planned)?;
    let full = sides.vote(&voter)?.full;
    (full.margin() < 0).then_some(full)
}

const TAINT: &str = "taint on-demand pools with `spotgen.dev/capacity=on-demand:PreferNoSchedule`: it adds 300 in favor \
                     of Spot, and pods can still run on on-demand";

/// `pool` is an on-demand pool without the taint: where its taints are declared, and its name.
fn at_pool(
    plan: &Plan,
    (pool, name): (&Pointer, &str),
    group: &Group<'_>,
    findings: &mut Findings<'_>,
) {
    let (pods, lead) = (group.worst, group.lead);
    let message = format!(
        "the scheduler can prefer on-demand pool `{name}` to Spot for workload `{}`{}: its spread puts a Spot node with \
         free capacity {} points behind an empty on-demand node, and no taint on `{name}` makes up for it",
        pods.name(),
        group.others(),
        -lead.margin()
    );
    let spread = group.spread.map(|by| findings.locate(&by.pointer(&SPREAD)));
    findings.at(pool, message, |diagnostic| {
        let diagnostic = match spread {
            Some(spread) => diagnostic.related(spread, "this spread favors empty nodes"),
            None => diagnostic,
        };
        diagnostic
            .help(TAINT)
            .help(format!("score difference for {}: {lead}", vote::FULL))
            .fix(taint_all(plan))
            .choice(CHOICE)
    });
}

/// `avoidable` is an on-demand pool without the taint: where its taints are declared, and its name.
fn at_spread(group: &Group<'_>, avoidable: Option<&(Pointer, &str)>, findings: &mut Findings<'_>) {
    let (pods, lead) = (*group.worst, group.lead);
    let message = format!(
        "the scheduler can prefer on-demand for workload `{}`{}: an empty on-demand node can outscore a Spot node with \
         free capacity by {}",
        pods.name(),
        group.others(),
        -lead.margin()
    );
    let related = avoidable.map(|(pool, name)| (findings.locate(pool), *name));
    let spread = group.spread.map(|by| by.pointer(&SPREAD));
    findings.at_workload_setting(pods, spread, message, |diagnostic| {
        diagnostic.in_full(|diagnostic| {
            let diagnostic = match related {
                Some((location, name)) => diagnostic
                    .related(location, format!("no taint makes the scheduler avoid `{name}`"))
                    .help(TAINT),
                None => diagnostic,
            };
            diagnostic
                .help("replace anti-affinity by topology spread with a `maxSkew` of 3 or more")
                .help(format!("score difference for {}: {lead}", vote::FULL))
                .no_fix(
                    "a taint alone is not enough, and only the owner knows how densely pods may be packed",
                )
        })
    });
}
