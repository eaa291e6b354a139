use super::{Findings, Rule};
use crate::diagnostic::Severity;
use crate::load::Document;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "workload-drift",
    level: Severity::Error,
    summary: "a fact stated of a workload is not what its manifest says",
    check,
};

fn check(plan: &Plan, document: &Document<'_>, findings: &mut Findings<'_>) {
    for workload in plan
        .workloads
        .iter()
        .filter(|workload| !workload.drift.is_empty())
    {
        let Some(pointer) = workload.pointer() else {
            continue;
        };
        for drift in &workload.drift {
            let message = format!(
                "workload `{}`: the configuration says {} {}, its manifest says {}",
                workload.name, drift.key, drift.stated, drift.found
            );
            findings.push(message, |diagnostic| {
                diagnostic
                    .at(document.locate(&pointer.child(drift.key)))
                    .related(drift.place, "the manifest")
                    .help(format!(
                        "leave `{}` out: it is read from the manifest",
                        drift.key
                    ))
            });
        }
    }
}
