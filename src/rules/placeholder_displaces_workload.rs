use super::{Check, Findings, Rule};
use crate::diagnostic::Severity;
use crate::manifests::{Found, Manifests, Program};
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
    check: Check::Manifests(check),
};

fn check(_: &Plan, manifests: &Manifests, findings: &mut Findings<'_>) {
    let value = |found: &Found| found.priority.map(|priority| priority.value);
    let others = || {
        manifests
            .workloads
            .iter()
            .filter(|found| found.program.is_none())
    };
    for placeholders in manifests.running(Program::Pause) {
        let Some(own) = placeholders.priority.filter(|priority| priority.preempts) else {
            continue;
        };
        let Some(displaced) =
            others().find(|found| value(found).is_some_and(|value| value < own.value))
        else {
            continue;
        };
        let message = format!(
            "placeholders `{}`, of priority {}, displace `{}`, of priority {}",
            placeholders.name,
            own.value,
            displaced.name,
            value(displaced).unwrap_or_default()
        );
        findings.in_manifest(placeholders.places.name, message, |diagnostic| {
            diagnostic
                .related(displaced.places.name, "it has to go")
                .help("give the placeholders' class `preemptionPolicy: Never`")
        });
    }
}
