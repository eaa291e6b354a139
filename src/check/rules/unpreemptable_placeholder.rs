use crate::check::findings::Findings;
use crate::check::fixes::placeholders;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::defaults::SPOT_PLACEHOLDER;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::EXPENDABLE_CUTOFF;
use crate::manifests::pod_spec_pointer;

pub(super) const RULE: Rule = Rule {
    id: "unpreemptable-placeholder",
    levels: &[Severity::Error],
    summary: "the workloads that placeholders reserve capacity for cannot preempt them",
    harm: "Only pods of a lower priority are preempted. A pod without a PriorityClass has priority 0, unless a class \
           is the global default. Placeholders at that priority or above keep their capacity for themselves.",
    detection: "Pods are Pending beside running placeholders, with `No preemption victims found`.",
    remedy: "Give placeholders a negative priority, and do not make a PriorityClass with a lower value the global \
             default. The value of an existing class cannot be changed: use a class with another name.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
        "deliveryhero/helm-charts stable/cluster-overprovisioner values.yaml: -1 is the default",
    ],
    check: Check::Placeholder(check),
};

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let workloads = findings.workloads(plan);
    let lowest = workloads
        .iter()
        .filter(|pods| pods.prefers_spot(plan))
        .filter_map(|pods| Some((pods, pods.priority()?)))
        .min_by_key(|(_, priority)| priority.value);
    let Some((workload, priority)) = lowest else {
        return;
    };
    let value = placeholder.priority_class.value;
    if i64::from(value) < priority.value {
        return;
    }
    let message = format!(
        "placeholders `{}` have priority {value}, but workload `{}` has priority {}: it cannot preempt them",
        placeholder.name,
        workload.name(),
        priority.value
    );
    let pointer = placeholders::priority(findings, at);
    let is_manifest = findings.origin(&pointers::placeholder(at)).is_manifest();
    let named = class_to_name(findings, at, priority.value);
    let lower = (priority.value - 1).min(SPOT_PLACEHOLDER.1.into());
    let is_too_low = lower < i64::from(EXPENDABLE_CUTOFF);
    if let (true, None, Some(location)) = (is_too_low, &named, priority.location) {
        let by_default = workload
            .found
            .is_some_and(|found| found.priority_class.is_none());
        let help = if by_default {
            "set `globalDefault: false` in this PriorityClass, or give it a `value` of 0"
        } else {
            "give the workload a PriorityClass with a `value` of 0 or more"
        };
        let kind = (
            "too low".to_owned(),
            ("placeholders", placeholder.name.as_str()),
        );
        findings.once_in_manifests(location, kind, message, |diagnostic| {
            diagnostic.help(help).no_fix(
                "the autoscaler would ignore placeholders with a lower priority than the workload",
            )
        });
        return;
    }
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = match priority.location {
            Some(location) => diagnostic.related(location, "the PriorityClass of the workload, or the global default"),
            None => diagnostic,
        };
        if let Some((fix, class)) = named {
            return diagnostic
                .help(format!(
                    "name the PriorityClass that is there: `priorityClassName: {class}`"
                ))
                .fix(fix);
        }
        let diagnostic = diagnostic.help(
            "give the placeholders a lower priority, and their PriorityClass a new name: the value of an existing \
             class cannot be changed",
        );
        if is_manifest {
            diagnostic.no_fix("it needs another PriorityClass: the value of an existing one cannot be changed")
        } else if is_too_low {
            diagnostic.no_fix("the autoscaler would ignore placeholders with a lower priority than the workload")
        } else {
            let name = &placeholder.priority_class.name;
            diagnostic.fix(another_class(&pointer.parent(), name, lower))
        }
    });
}

/// A class of the manifests that is low enough, where the placeholders name none.
fn class_to_name<'a>(findings: &Findings<'a>, at: usize, above: i64) -> Option<(Fix, &'a str)> {
    let found = placeholders::manifest(findings, at)?;
    let manifests = findings.installed()?.manifests;
    let range = i64::from(EXPENDABLE_CUTOFF)..above;
    let mut classes = manifests.priority_classes.iter();
    let class = classes.find(|class| range.contains(&class.value))?;
    let edit = Edit::Set {
        pointer: pod_spec_pointer(found.kind).child("priorityClassName"),
        value: class.name.as_str().into(),
    };
    let names_none = found.priority_class.is_none();
    names_none.then(|| (Fix::manifest(found.location, edit), class.name.as_str()))
}

fn another_class(class: &Pointer, name: &str, value: i64) -> Fix {
    let name = Edit::Set {
        pointer: class.child("name"),
        value: format!("{name}{value}").into(),
    };
    let value = Edit::Set {
        pointer: class.child("value"),
        value: value.into(),
    };
    Fix::Config(vec![name, value])
}
