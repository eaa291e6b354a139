use crate::check::findings::Findings;
use crate::check::reported::Reported;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::{Kind, Spot};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;

pub(super) const RULE: Rule = Rule {
    id: "stateful-on-spot",
    level: Severity::Warning,
    summary: "a StatefulSet runs on Spot",
    harm: "A pod of a StatefulSet is made anew only when the old one is gone for certain. On a node that was lost without a \
           drain that takes minutes, and its disk has to be detached from there first. Info where no volume is known.",
    detection: "After an interruption the pod is Terminating or Unknown for minutes, then ContainerCreating with `Multi-Attach \
                error for volume`.",
    remedy: "Keep it on on-demand (`spot: Never`), or be sure that the rest of the set does without the pod meanwhile.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/",
        "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/",
    ],
    check: Check::Workloads(check),
};

fn check(system: &System, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let plan = &system.plan;
    // What is written in one place is said once.
    let mut said = (Reported::default(), Reported::default());
    for pods in all {
        let is_wanted = matches!(pods.spot(), Some(Spot::Preferred | Spot::Required))
            || pods.own_prefers_spot(plan)
            || pods.own_requires_spot(plan);
        if pods.kind() != Kind::StatefulSet || !is_wanted || !pods.can_be_on_spot(plan) {
            continue;
        }
        let has_claims = pods.found.is_some_and(crate::manifests::Found::has_claims);
        let level = if has_claims {
            Severity::Warning
        } else {
            Severity::Info
        };
        let pointer = pods.setting(findings.document, &["placement", "spot"]);
        let said = if has_claims { &mut said.0 } else { &mut said.1 };
        if pointer.is_some_and(|pointer| !said.is_first(&pointer)) {
            continue;
        }
        let disk = if has_claims {
            " and its disk is free"
        } else {
            ""
        };
        let message = format!(
            "a pod of StatefulSet `{}` on a lost Spot node comes again only when the node is gone{disk}",
            pods.name()
        );
        findings.at_workload(*pods, &["placement", "spot"], message, |diagnostic| {
            diagnostic
                .level(level)
                .help("keep it on on-demand, `spot: Never`, unless the set does without the pod for minutes")
        });
    }
}
