//! How long failback takes, and for each workload whether it returns to Spot.

use foldhash::{HashMap, HashMapExt as _};

use super::figure::Row;
use crate::check::context::RuleContext;
use crate::components::descheduler::Descheduler;
use crate::components::descheduler::failback_time::Failback;
use crate::components::descheduler::reach::{self, reasons};
use crate::components::descheduler::rounds::Idle;
use crate::config::Kind;
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::plan::Workload;
use crate::values::span::span;

/// How long it takes until all pods are back; nothing where no workload comes back.
pub(super) fn rows(context: &RuleContext<'_>) -> Vec<Row> {
    let workloads = of_workloads(context);
    let nothing_returns = workloads.iter().all(|row| row.is_bad);
    let all = of_all(context);
    all.filter(|_| workloads.is_empty() || !nothing_returns)
        .into_iter()
        .chain(workloads)
        .collect()
}

fn of_all(context: &RuleContext<'_>) -> Option<Row> {
    let system = context.systems.in_effect();
    let plan = &system.plan;
    let failback = system.descheduler.as_ref().and_then(|descheduler| {
        let failback = Failback::of(plan, descheduler, &context.workloads.all)?;
        Some((descheduler, failback))
    });
    failback.map(|(descheduler, failback)| Row {
        what: "failback of all pods".to_owned(),
        value: span(failback.seconds),
        how: format!(
            "{} in {}",
            counted(
                failback.pods,
                "pod that returns to Spot",
                "pods that return to Spot"
            ),
            match failback.rounds {
                1 => "1 round".to_owned(),
                rounds => format!("{rounds} rounds, {}", rhythm(descheduler)),
            }
        ),
        is_bad: false,
    })
}

fn rhythm(descheduler: &Descheduler) -> String {
    let rhythm = descheduler.rhythm();
    if rhythm.starts_with("every") {
        format!("one {rhythm}")
    } else {
        rhythm
    }
}

fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A row for each workload that prefers Spot: whether it returns to Spot, and why not.
fn of_workloads(context: &RuleContext<'_>) -> Vec<Row> {
    let system = context.systems.in_effect();
    let descheduler = system.descheduler.as_ref();
    let is_known = |own: &&Descheduler| own.idle != Some(Idle::UnknownPolicy);
    let Some(descheduler) = descheduler.filter(is_known) else {
        return Vec::new();
    };
    let mut budget_of = HashMap::new();
    for budget in context.workloads.budgets() {
        budget_of.extend(budget.pods.iter().map(|pods| (identity(*pods), budget)));
    }
    // A DaemonSet runs on every node that it allows.
    let is_moved = |pods: &&WorkloadView<'_>| {
        pods.kind() != Kind::DaemonSet && pods.prefers_spot(&system.plan)
    };
    let preferring = context.workloads.all.iter().filter(is_moved);
    let row = |pods: &WorkloadView<'_>| {
        let is_selected = || reach::is_selected(descheduler, *pods);
        let left_alone = match pods.kind() {
            _ if pods.kept_off_spot(&system.plan).is_some() => None,
            Kind::Pod => Some("a pod that nothing creates again is not evicted"),
            kind if kind.is_job() && !is_selected() => {
                Some("the pods of a Job are not evicted: the next ones start on Spot")
            }
            _ => None,
        };
        if let Some(why) = left_alone {
            return Row {
                what: format!("failback of workload `{}`", pods.name()),
                value: "no".to_owned(),
                how: why.to_owned(),
                is_bad: true,
            };
        }
        let mut why: Vec<String> = match pods.kept_off_spot(&system.plan) {
            Some(kept_off) => vec![kept_off.why()],
            None => reasons(&system.plan, descheduler, *pods)
                .into_iter()
                .map(|reason| reason.why)
                .collect(),
        };
        why.extend(descheduler.idle.as_ref().map(|idle| idle.why().to_owned()));
        if let Some(key) = descheduler.limits.forbidding() {
            why.push(format!(
                "a limit of 0, `{}`, lets no pod be moved",
                key.in_config()
            ));
        }
        let budget = budget_of.get(&identity(*pods));
        let at_once = budget.and_then(|budget| Some((budget, budget.allowed(budget.most()?))));
        if let Some((budget, 0)) = at_once {
            why.push(format!("budget `{}` allows no eviction", budget.name));
        }
        let how = match at_once {
            _ if !why.is_empty() => why.join("; "),
            Some((budget, count)) => {
                format!("budget `{}` allows evicting {count} at once", budget.name)
            }
            None => "no budget limits how many are evicted at once".to_owned(),
        };
        Row {
            what: format!("failback of workload `{}`", pods.name()),
            value: if why.is_empty() { "yes" } else { "no" }.to_owned(),
            how,
            is_bad: !why.is_empty(),
        }
    };
    preferring.map(row).collect()
}

/// Equal for two views of the same workload.
fn identity(pods: WorkloadView<'_>) -> (Option<*const Workload>, Option<*const ManifestWorkload>) {
    (
        pods.planned.map(std::ptr::from_ref),
        pods.found.map(std::ptr::from_ref),
    )
}
