use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "workload-drift",
    levels: &[Severity::Error],
    summary: "the configuration declares a fact about a workload that its manifest contradicts",
    harm: "The configuration repeats a selector, a replica count or a request that has since changed in the manifest \
           of the workload. Budgets then select no pods, and capacity is calculated for pods of another size.",
    detection: "Pass the manifests with `--from`: spotgen compares everything that is declared twice.",
    remedy: "Remove the fact from the configuration. With `--from`, it is read from the manifest.",
    sources: &["A rule of spotgen's own: facts are not written twice."],
    check: Check::Workload(check),
};

fn check(_: &Plan, workload: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let planned = workload.planned.and_then(|workload| {
        let manifest = workload.manifest.as_ref()?;
        Some((workload, manifest, workload.pointer()?))
    });
    let Some((workload, manifest, pointer)) = planned else {
        return;
    };
    for drift in &manifest.drift {
        let message = format!(
            "`{}` of workload `{}` is `{}` in the configuration but `{}` in its manifest: one of them is stale, so \
             budgets and capacity may be wrong",
            drift.key, workload.name, drift.declared, drift.found
        );
        let declared = pointer.child(drift.key);
        findings.at(&declared, message, |diagnostic| {
            diagnostic
                .related(drift.location, "the value in the manifest")
                .help(format!(
                    "remove `{}` from the configuration: it is read from the manifest",
                    drift.key
                ))
                .fix(Fix::remove(declared.clone()))
        });
    }
}
