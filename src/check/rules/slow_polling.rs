use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::termination_handler::TerminationHandler;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::notice;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "slow-polling",
    levels: &[Severity::Warning],
    summary: "the termination handler polls for interruptions too rarely",
    harm: "The time between two polls is lost from the notice. With the handler's own default, that is 5 of 30 \
           seconds; Azure recommends polling once a second.\n\n### AKS drains too\n\nBy default, AKS cordons and \
           drains a node that is about to be preempted: best effort, with no published delay. Whoever cordons the node \
           first drains it. A handler that finds the node cordoned returns without draining and stops listening. The \
           pods are then left to AKS alone, even if a person or an upgrade cordoned the node. A handler that polls \
           every second is likely to be first, and its drain is certain, which is why spotgen installs one by default. \
           Nothing is done twice: a pod that is already terminating is not stopped again.",
    detection: "The handler's log shows the event several seconds after Azure sent it, or `is already Unschedulable` \
                and `Stop reading events`. A node that AKS cordoned first may have the taint \
                `remediator.kubernetes.azure.com/unschedulable`.",
    remedy: "Remove `period` from the configuration: spotgen's default is 1s.",
    sources: &[
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/linux/scheduled-events.md: poll once per second",
        "maksim-paskal/aks-node-termination-handler v1.0.19 pkg/config/config.go: period 5s; pkg/api/api.go, `DrainNode`, and \
            internal/internal.go, `startReadingEvents`: a cordoned node counts as drained",
        "MicrosoftDocs/azure-aks-docs articles/aks/node-auto-drain.md: Preempt, cordon and drain, best effort",
        "Azure/AKS#3528, Azure/karpenter-provider-azure#1594: pods that AKS did not stop before their VM was gone",
    ],
    check: Check::TerminationHandler(check),
};

fn check(plan: &Plan, handler: &TerminationHandler, findings: &mut Findings<'_>) {
    let period = &handler.period;
    if period.seconds() <= 1 {
        return;
    }
    let message = format!(
        "the termination handler polls only every {}, which leaves pods {} s of the {} s eviction notice to stop",
        period.spoken(),
        notice::usable_seconds(plan, Some(&handler.period)),
        plan.provider.interruption.notice_seconds
    );
    let pointer = pointers::spec("terminationHandler/period");
    let location = findings.locate(&pointer);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .replace(location, "1s")
            .help("`1s` is also spotgen's default")
    });
}
