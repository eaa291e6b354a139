use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "workload-drift",
    level: Severity::Error,
    summary: "a fact stated of a workload is not what its manifest says",
    harm: "The configuration repeats a selector, a number of replicas or a request that the workload's manifest has \
           changed since. Budgets then select no pod, and room is reckoned for pods of another size.",
    detection: "Give the manifests with `--from`: what is stated twice is compared.",
    remedy: "Leave the fact out of the configuration. With `--from` it is read from the manifest.",
    sources: &["A rule of spotgen's own: facts are not written twice."],
    check: Check::Workload(check),
};

fn check(_: &Plan, workload: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some((workload, pointer)) = workload
        .planned
        .filter(|workload| !workload.drift.is_empty())
        .and_then(|workload| Some((workload, workload.pointer()?)))
    else {
        return;
    };
    for drift in &workload.drift {
        let message = format!(
            "workload `{}`: the configuration says {} {}, its manifest says {}",
            workload.name, drift.key, drift.declared, drift.found
        );
        let declared = pointer.child(drift.key);
        findings.at(&declared, message, |diagnostic| {
            diagnostic
                .related(drift.location, "the manifest")
                .help(format!(
                    "leave `{}` out: it is read from the manifest",
                    drift.key
                ))
                .fix(Fix::remove(declared.clone()))
        });
    }
}
