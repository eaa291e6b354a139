use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::manifests::{ManifestWorkload, Priority};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-displaces-workload",
    level: Severity::Warning,
    summary: "placeholders take the room of pods that have still less priority",
    harm: "A pending placeholder is a pod like any other: where its class may preempt, it displaces what has a lower priority, \
           batch work for instance, so as to hold room for nobody in particular.",
    detection: "Pods of the workload have the event `Preempted by` with a placeholder.",
    remedy: "Give the placeholders' class `preemptionPolicy: Never`, as spotgen's own have it, or the workload a higher priority.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#non-preempting-priority-class",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let value = |found: &ManifestWorkload| found.priority.map(|priority| priority.value);
    let others = || {
        installed
            .manifests
            .workloads
            .iter()
            .filter(|found| found.program.is_none())
    };
    for placeholders in installed.placeholders() {
        let Some(own) = placeholders.priority.filter(|priority| priority.preempts) else {
            continue;
        };
        let gives_way = |found: &&ManifestWorkload| {
            value(found).is_some_and(|value| value < own.value)
                && may_meet(plan, placeholders, found)
        };
        let Some(displaced) = others().find(gives_way) else {
            continue;
        };
        let message = format!(
            "placeholders `{}`, of priority {}, displace `{}`, of priority {}",
            placeholders.name,
            own.value,
            displaced.name,
            value(displaced).unwrap_or_default()
        );
        findings.in_manifest(placeholders.locations.name, message, |diagnostic| {
            diagnostic
                .related(displaced.locations.name, "it has to go")
                .help("give the placeholders' class `preemptionPolicy: Never`")
                .cure(forbid(placeholders, own))
        });
    }
}

/// Has their class displace nobody.
fn forbid(placeholders: &ManifestWorkload, own: Priority) -> Result<Fix, &'static str> {
    if placeholders.priority_class.is_none() {
        return Err("they name no class, and others that name none may need to displace pods");
    }
    let class = own.location.ok_or("their class is part of Kubernetes")?;
    let edit = Edit::Set {
        pointer: Pointer::parse("/preemptionPolicy"),
        value: "Never".into(),
    };
    Ok(Fix::manifest(class, edit))
}

/// Whether the two can be on one node, as far as the pools that are listed tell.
fn may_meet(plan: &Plan, one: &ManifestWorkload, other: &ManifestWorkload) -> bool {
    let may_be_on = |found, pool| WorkloadView::alone(found).may_be_on(plan, pool);
    let mut pools = plan.node_pools.iter();
    pools.any(|pool| may_be_on(one, pool) && may_be_on(other, pool))
}
