use foldhash::{HashMap, HashMapExt as _};

use super::classes::{reference, settings};
use super::context::{At, Context, spec};
use crate::config::{DisruptionBudget, Kind, Workload};
use crate::defaults::NAMESPACE;
use crate::distinct::are_distinct;

pub(super) fn check(context: &mut Context<'_>) {
    let config = context.config;
    let workloads = &config.spec.workloads;
    // Which ones they are is of interest in few configurations.
    let is_any_twice = !are_distinct(workloads.iter().map(identity));
    let mut seen: HashMap<(Kind, &str, &str), usize> = HashMap::new();
    for (at, workload) in workloads.iter().enumerate() {
        let pointer = || spec().child("workloads").child(at);
        let first = if is_any_twice {
            *seen.entry(identity(workload)).or_insert(at)
        } else {
            at
        };
        if first != at {
            let first = spec().child("workloads").child(first).child("name");
            context.twice(
                &first,
                &pointer().child("name"),
                &format!("workload `{}`", workload.name),
                "remove one of the two entries",
            );
        }
        settings(
            context,
            workload.placement.as_ref(),
            workload.disruption_budget.as_ref(),
            &pointer,
        );
        if let Some(class) = &workload.class {
            reference(context, class, &|| pointer().child("class"));
        }
        facts(context, workload, &pointer);
    }
}

fn identity(workload: &Workload) -> (Kind, &str, &str) {
    let namespace = workload
        .namespace
        .as_ref()
        .map_or(NAMESPACE, |namespace| namespace.as_str());
    (
        workload.kind.unwrap_or(Kind::Deployment),
        namespace,
        workload.name.as_str(),
    )
}

fn facts(context: &mut Context<'_>, workload: &Workload, at: At<'_>) {
    match &workload.selector {
        Some(selector) if selector.is_empty() => {
            let help = "write the labels in the workload's `spec.selector.matchLabels`";
            let message = "an empty `selector` would match every pod";
            context.missing(&at().child("selector"), message, help);
        }
        None if workload.kind.is_none_or(Kind::has_selector)
            && !context.holes.has_manifests
            && !context.holes.within(context.document, &at()) =>
        {
            let help = "set `selector` to the labels in its `spec.selector.matchLabels`, or pass its manifests with \
                        --from";
            let message = format!("workload `{}` has no `selector`", workload.name);
            context.problem(&at().child("name"), message, help);
        }
        _ => {}
    }
    if let Some(range) = workload.autoscaling
        && range.min.get() > range.max.get()
    {
        let message = format!(
            "`min` {} is greater than `max` {}",
            range.min.get(),
            range.max.get()
        );
        context.problem(
            &at().child("autoscaling").child("min"),
            message,
            "set `min` to at most `max`",
        );
    }
    if let Some(DisruptionBudget::Budget(budget)) = &workload.disruption_budget
        && let Some(kind) = workload.kind
        && let Some((message, help)) = budget.refusal(kind)
    {
        context.problem(&at().child("disruptionBudget"), message, help);
    }
}
