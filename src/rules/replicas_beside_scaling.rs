use super::{Check, Findings, Rule, places};
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "replicas-beside-scaling",
    level: Severity::Info,
    summary: "a number of placeholders that an autoscaler sets anyway",
    harm: "The number is not rendered, for each apply would undo what the autoscaler has set. It has no effect.",
    detection: "The rendered Deployment has no `replicas`.",
    remedy: "Leave `replicas` out where there is `scaling`.",
    sources: &[
        "argoproj/argo-cd#5105, grafana/helm-charts#3476: replicas that are rendered fight with an autoscaler",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, _) in places::scalings(plan) {
        let pointer = places::placeholder(at).child("replicas");
        if findings.document.node(&pointer).is_some() {
            findings.at(
                &pointer,
                "`scaling` sets the number of placeholders: this has no effect",
                |diagnostic| diagnostic.help("leave it out"),
            );
        }
    }
}
