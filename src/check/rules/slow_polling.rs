use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::termination_handler::TerminationHandler;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::notice;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "slow-polling",
    level: Severity::Warning,
    summary: "the termination handler looks for interruptions too seldom",
    harm: "What passes between two looks is taken from the notice: of 30 seconds, 5 are gone with the handler's own default, \
           and Azure advises to look once a second.\n\n### AKS drains too\n\nBy default AKS cordons and drains a node that is to \
           be preempted, best effort, with no published delay. Whoever cordons the node first drains it. A handler that finds \
           it cordoned returns without draining and stops listening, which leaves the pods to AKS alone, also where the cordon \
           was a person's or that of an upgrade. A handler that looks every second is likely to be first and drains for \
           certain, which is why there is one by default. Nothing is done twice: a pod that is stopping already is not \
           stopped again.",
    detection: "The handler's log shows the event several seconds after Azure has sent it, or `is already Unschedulable` and \
                `Stop reading events`. A node that AKS has cordoned first may have the taint \
                `remediator.kubernetes.azure.com/unschedulable`.",
    remedy: "Leave `period` out: it is 1s by default.",
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
        "the handler looks every {}: pods have {} s of a notice of {} s to stop",
        period.spoken(),
        notice::usable_seconds(plan, Some(&handler.period)),
        plan.provider.interruption.notice_seconds
    );
    let pointer = pointers::spec("terminationHandler/period");
    let location = findings.locate(&pointer);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .replace(location, "1s")
            .help("or leave it out: that is the default")
    });
}
