use foldhash::{HashMap, HashMapExt as _};

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::kubernetes::LabelSelector;

pub(super) const RULE: Rule = Rule {
    id: "budget-over-namespace",
    levels: &[Severity::Warning],
    summary: "a PodDisruptionBudget covers every pod of its namespace",
    harm: "An empty selector selects all pods, so all workloads of the namespace share one budget. While pods of one \
           workload are not ready, pods of another cannot be evicted. A pod that a second budget also covers cannot be \
           evicted at all.",
    detection: "`kubectl get poddisruptionbudget NAME -o jsonpath={.status.expectedPods}` prints the number of all \
                pods in the namespace.",
    remedy: "Give each workload its own budget.",
    sources: &[
        "kubernetes/api policy/v1/types.go: an empty selector selects all pods in the namespace",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let mut counts: HashMap<Option<&str>, usize> = HashMap::new();
    for found in &installed.manifests.workloads {
        *counts.entry(found.namespace.as_deref()).or_default() += 1;
    }
    for budget in &installed.manifests.budgets {
        if !budget
            .selector
            .as_ref()
            .is_some_and(LabelSelector::is_empty)
        {
            continue;
        }
        let count = counts.get(&budget.namespace.as_deref());
        let count = count.copied().unwrap_or(0);
        if count < 2 {
            continue;
        }
        let message = format!(
            "budget `{}` has an empty selector: it covers every workload of its namespace ({count}), so \
             unavailable pods of one block evictions of the others",
            budget.name
        );
        let location = findings.part_of_budget(budget, &["selector"]);
        findings.in_manifest(location, message, |diagnostic| {
            diagnostic
                .help("replace it with one budget per workload, each with that workload's selector")
                .no_fix("each workload needs its own budget, and only its owner knows how many pods it can spare")
        });
    }
}
