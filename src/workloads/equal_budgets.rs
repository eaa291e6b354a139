//! Budgets of the same name, of which one would overwrite the other.

use foldhash::{HashMap, HashMapExt as _};

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::distinct::are_distinct;
use crate::load::Document;
use crate::plan::Workload;

/// Reports them. What the configuration lists has to be mended there; a workload that class rules chose goes without a
/// budget, as `spotgen patch --add-budgets` leaves it: the manifests are not to blame.
pub(super) fn settle(workloads: &mut [Workload], document: &Document<'_>, report: &mut Report) {
    if are_distinct(workloads.iter().filter_map(identity)) {
        return;
    }
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    let mut without = Vec::new();
    for (at, workload) in workloads.iter().enumerate() {
        let Some(identity) = identity(workload) else {
            continue;
        };
        let first = *known.entry(identity).or_insert(at);
        if first == at {
            continue;
        }
        let diagnostic = diagnostic(workload, identity.1);
        let diagnostic = diagnostic
            .at(document.locate(&workload.location()))
            .related(
                document.locate(&workloads[first].location()),
                "the first budget belongs to this workload",
            );
        if workload.listed.is_none() {
            without.push(at);
        }
        report.push(diagnostic);
    }
    for at in without {
        workloads[at].disruption_budget = None;
    }
}

/// The namespace and the name of a workload's budget.
fn identity(workload: &Workload) -> Option<(&str, &str)> {
    let budget = workload.disruption_budget.as_ref()?;
    Some((&workload.namespace, &budget.name))
}

fn diagnostic(workload: &Workload, budget: &str) -> Diagnostic {
    let namespace = &workload.namespace;
    if workload.listed.is_some() {
        let message = format!(
            "two PodDisruptionBudgets would be called `{budget}` in namespace `{namespace}`"
        );
        return Diagnostic::error("config", message)
            .help("set another name for one of them: `disruptionBudget: {name: …}`");
    }
    let message = format!(
        "{} `{}` gets no budget: another budget in namespace `{namespace}` has the name `{budget}` already",
        workload.kind.as_str(),
        workload.name
    );
    Diagnostic::error("config", message)
        .level(Severity::Warning)
        .help(
            "list the workload under `spec.workloads` with another budget name: `disruptionBudget: {name: …}`",
        )
}
