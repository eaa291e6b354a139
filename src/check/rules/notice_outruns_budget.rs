use foldhash::{HashMap, HashMapExt as _};

use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::SpreadMethod;
use crate::diagnostic::{Pointer, Severity};
use crate::kubernetes::TopologyKey;
use crate::model::WorkloadView;
use crate::model::budgets::{Covered, covered};
use crate::model::capacity;
use crate::model::notice;
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};
use crate::values::words::some_quoted;

pub(super) const RULE: Rule = Rule {
    id: "notice-outruns-budget",
    levels: &[Severity::Info],
    summary: "one Spot node can run more pods than their budget lets go within the eviction notice",
    harm: "A budget (PodDisruptionBudget) is no shield against the cloud: it only limits the drain. Of the pods on a \
           reclaimed node, as many terminate gracefully as the budget allows. The next one may leave only when a new \
           pod is ready elsewhere, which takes longer than the notice. The rest is killed with the VM.",
    detection: "After an interruption, pods end without a termination signal, and the handler's log shows refused \
                evictions, several per second.",
    remedy: "Allow more pods to leave at once, or keep them apart: required anti-affinity on `kubernetes.io/hostname` \
             allows one pod per node.",
    sources: &[
        "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/: budgets cannot prevent involuntary disruptions",
        "maksim-paskal/aks-node-termination-handler v1.0.19 pkg/api/api.go: the drain asks the eviction API",
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/linux/scheduled-events.md: 30 seconds",
    ],
    check: Check::SystemsWithWorkloads(check),
};

/// At most this many further workloads are named.
const NAMED: usize = 3;

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    let usable = notice::usable_seconds(plan, systems.longest_period());
    let budgets = covered(all);
    // Budgets declared in one place are one finding, and so are those of manifests: the worst is shown, and the others are
    // named. Whoever wrote no budget has made no mistake in it.
    let mut worst: Vec<(Outrun<'_, '_>, Vec<String>)> = Vec::new();
    let mut known: HashMap<Option<Pointer>, usize> = HashMap::new();
    for budget in &budgets {
        let Some(outrun) = outrun(plan, budget) else {
            continue;
        };
        let pointer = budget.setting(findings.document);
        if budget.found.is_none() && pointer.is_none() {
            continue;
        }
        let next = worst.len();
        let at = *known.entry(pointer).or_insert(next);
        if at == next {
            worst.push((outrun, Vec::new()));
            continue;
        }
        let (first, others) = &mut worst[at];
        let milder = if outrun.killed() > first.killed() {
            std::mem::replace(first, outrun)
        } else {
            outrun
        };
        others.push(milder.pods.name().to_owned());
    }
    for (outrun, others) in worst {
        report(usable, &outrun, &others, findings);
    }
}

/// A workload that can have more pods on one node than its budget lets go.
struct Outrun<'b, 'a> {
    budget: &'b Covered<'a>,
    pods: WorkloadView<'a>,
    /// The replica count in that case, if an autoscaler controls it.
    replicas: Option<i64>,
    together: i64,
    allowed: i64,
}

impl Outrun<'_, '_> {
    fn killed(&self) -> i64 {
        self.together - self.allowed
    }
}

fn outrun<'b, 'a>(plan: &Plan, budget: &'b Covered<'a>) -> Option<Outrun<'b, 'a>> {
    let pods = budget.pods.only()?;
    let is_on_spot = pods.has_known_placement() && pods.can_be_on_spot(plan);
    let most = budget.most().filter(|_| is_on_spot)?;
    // With few replicas, more of them fit on one node than a percentage budget allows. With many, fewer may.
    let least = pods.least().unwrap_or(most).min(most);
    let outruns = [least, most].map(|replicas| Outrun {
        budget,
        pods,
        replicas: (least < most).then_some(replicas),
        together: together(plan, pods, replicas),
        allowed: budget.allowed(replicas),
    });
    let worst = outruns.into_iter().max_by_key(Outrun::killed)?;
    // A budget that allows nothing is another rule's finding.
    let is_outrun = worst.allowed > 0 && worst.killed() > 0 && budget.is_countable();
    is_outrun.then_some(worst)
}

fn report(
    usable_seconds: i64,
    outrun: &Outrun<'_, '_>,
    others: &[String],
    findings: &mut Findings<'_>,
) {
    let others = match others {
        [] => String::new(),
        [one] => format!("; likewise workload `{one}`"),
        others => format!("; likewise workloads {}", some_quoted(others, NAMED)),
    };
    let of = outrun
        .replicas
        .map_or_else(String::new, |count| format!(" of {count}"));
    let message = format!(
        "up to {}{of} pods of `{}` can run on one Spot node, but budget `{}` lets only {} go within the eviction \
         notice: the rest can be killed with the VM{others}",
        outrun.together,
        outrun.pods.name(),
        outrun.budget.name,
        outrun.allowed
    );
    let remaining = match outrun.killed() {
        1 => "the remaining pod may be killed with its VM".to_owned(),
        count => format!("the remaining {count} pods may be killed with their VM"),
    };
    findings.at_budget(outrun.budget, message, |diagnostic| {
        diagnostic
            .help(format!(
                "allow more pods to be evicted at once, or keep them on different nodes: otherwise {remaining} \
                 after {usable_seconds} s"
            ))
            .no_fix("a larger budget and pods on different nodes both solve it, and each has its own cost")
    });
}

/// How many pods of a workload one Spot node can run.
fn together(plan: &Plan, pods: WorkloadView<'_>, most: i64) -> i64 {
    let is_apart = pods.hard_spreads().iter().any(|spread| {
        spread.method == SpreadMethod::PodAntiAffinity && *spread.key == TopologyKey::Hostname
    });
    if is_apart {
        return 1;
    }
    let spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let held = spot.map(|pool| held(pool, pods).unwrap_or(most)).max();
    held.unwrap_or(most).min(most)
}

/// How many pods of a workload fit on a node of a pool.
fn held(pool: &NodePool, pods: WorkloadView<'_>) -> Option<i64> {
    capacity::pods_on_node(pool, Amount::from(pods.requests()?))
}
