use foldhash::{HashSet, HashSetExt as _};
use smol_str::SmolStr;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::defaults;
use crate::diagnostic::Severity;
use crate::distinct::are_distinct;
use crate::kubernetes::Labels;
use crate::manifests::{BudgetIndex, Covers, ManifestBudget, ManifestWorkload, may_be_one};
use crate::model::WorkloadView;
use crate::plan::{Plan, Workload};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: "overlapping-budgets",
    levels: &[Severity::Error],
    summary: "two budgets cover the same pods, so these pods cannot be evicted",
    harm: "The API server refuses to evict a pod that has more than one budget (PodDisruptionBudget), whatever the \
           budgets allow. Drains, failback and scale-down all fail for these pods. This often happens when a chart \
           installs a budget and somebody adds another.",
    detection: "Evictions fail with `This pod has more than one PodDisruptionBudget, which the eviction subresource \
                does not support`.",
    remedy: "Keep one budget per pod: remove the other, or make their selectors distinct.",
    sources: &[
        "kubernetes/kubernetes pkg/registry/core/pod/storage/eviction.go",
        "kubernetes/kubernetes#113891, #117065",
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/: selectors must not overlap",
    ],
    check: Check::Workloads(check),
};

fn check(_: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let made = || all.iter().filter_map(|pods| Generated::of(*pods));
    // As in most configurations: each of the pods has one label at most, and each of the budgets selects another one.
    let has_one_at_most =
        |pods: &WorkloadView<'_>| pods.budget.is_none() && pods.labels().iter().nth(1).is_none();
    if all.iter().all(has_one_at_most)
        && made().all(|made| !made.workload.selector.is_empty())
        && are_distinct(made().map(|made| made.workload.selector.iter().next()))
    {
        return;
    }
    let made: Vec<Generated<'_>> = made().collect();
    let index = BudgetIndex::new(&made);
    let mut said = HashSet::new();
    for pods in all {
        let namespace = pods.namespace().unwrap_or(defaults::NAMESPACE);
        let found = pods.budget.into_iter().chain(pods.other_budget);
        let made = index.over(namespace, pods.labels()).map(Budget::Generated);
        let mut over = found.map(Budget::Found).chain(made);
        let (Some(first), Some(second)) = (over.next(), over.next()) else {
            continue;
        };
        if !said.insert((first.address(), second.address())) {
            continue;
        }
        let message = format!(
            "budgets `{}` and `{}` both cover the pods of `{}`: the API server refuses every eviction of these pods",
            first.name(),
            second.name(),
            pods.name()
        );
        let (location, other) = (second.location(findings), first.location(findings));
        findings.in_manifest(location, message, |diagnostic| {
            let diagnostic = diagnostic.related(other, "the other budget");
            let diagnostic = match pods.found {
                Some(found) => {
                    diagnostic.related(found.locations.name, "the workload that both cover")
                }
                None => diagnostic,
            };
            let help = if first.is_generated() && second.is_generated() {
                "spotgen would make both: set `disruptionBudget: None` on one of the workloads, or give them distinct \
                 selectors"
            } else {
                "remove one of the two budgets, or make their selectors distinct"
            };
            diagnostic
                .help(help)
                .no_fix("only the author knows which of the two budgets is meant for these pods")
        });
    }
}

/// The budget that spotgen generates for a workload.
struct Generated<'a> {
    workload: &'a Workload,
    budget: &'a crate::plan::Budget,
    found: Option<&'a ManifestWorkload>,
}

impl<'a> Generated<'a> {
    fn of(pods: WorkloadView<'a>) -> Option<Self> {
        let workload = pods.planned?;
        Some(Self {
            workload,
            budget: workload.disruption_budget.as_ref()?,
            found: pods.found,
        })
    }
}

impl Covers for Generated<'_> {
    fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.workload.selector.iter();
        labels.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn covers(&self, namespace: Option<&str>, pod_labels: &Labels) -> bool {
        may_be_one(Some(&self.workload.namespace), namespace)
            && self
                .labels()
                .all(|(key, value)| pod_labels.get(key).map(SmolStr::as_str) == Some(value))
    }
}

/// A budget, from a manifest or generated.
#[derive(Clone, Copy)]
enum Budget<'a> {
    Found(&'a ManifestBudget),
    Generated(&'a Generated<'a>),
}

impl Budget<'_> {
    fn is_generated(&self) -> bool {
        matches!(self, Self::Generated(_))
    }

    fn name(&self) -> &str {
        match self {
            Self::Found(found) => &found.name,
            Self::Generated(made) => &made.budget.name,
        }
    }

    /// Where it is declared. A generated one is where its workload is listed, else at the manifest's name.
    fn location(&self, findings: &Findings<'_>) -> Span {
        let made = match self {
            Self::Found(found) => return found.location,
            Self::Generated(made) => made,
        };
        match (made.workload.pointer(), made.found) {
            (None, Some(found)) => found.locations.name,
            (pointer, _) => findings.locate(&pointer.unwrap_or_default().child("name")),
        }
    }

    /// Identifies the budget: two are the same if their addresses are equal.
    fn address(&self) -> *const () {
        match self {
            Self::Found(found) => std::ptr::from_ref(*found).cast(),
            Self::Generated(made) => std::ptr::from_ref(*made).cast(),
        }
    }
}
