use crate::check::findings::Findings;
use crate::check::fixes::unreachable;
use crate::check::rule::{Check, Rule};
use crate::components::termination_handler::TerminationHandler;
use crate::config::pointers;
use crate::defaults::DRAIN_OVERHEAD_SECONDS;
use crate::diagnostic::{Fix, Severity};
use crate::model::notice;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "drain-outlasts-notice",
    level: Severity::Warning,
    summary: "the termination handler drains longer than the VM lives",
    harm: "The handler waits for pods, and asks again for those that a budget keeps, as long as `nodeGracePeriodSeconds` \
           says: without a pause (`will retry after 0s`), bounded only by the 5 requests a second of its client. The real \
           v1.0.19 was refused 113 times in 25 s. Beyond the notice it waits for a VM that is gone; pods that were given \
           more time than there is are killed in the middle of stopping.",
    detection: "The handler's log ends in the middle of a drain.",
    remedy: "Leave both settings out: by default the drain ends within the notice, and pods have their own grace period.",
    sources: &[
        "maksim-paskal/aks-node-termination-handler v1.0.19 pkg/config/config.go: nodeGracePeriodSeconds 120; pkg/api/api.go, \
            `DrainNode`: no `EvictErrorRetryDelay`, which k8s.io/kubectl pkg/drain takes for 0",
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/linux/scheduled-events.md: 30 seconds",
    ],
    check: Check::TerminationHandler(check),
};

fn check(plan: &Plan, handler: &TerminationHandler, findings: &mut Findings<'_>) {
    let notice = i64::from(plan.provider.interruption.notice_seconds);
    let longest = notice - DRAIN_OVERHEAD_SECONDS;
    let usable = notice::usable_seconds(plan, Some(&handler.period));
    for (key, seconds, most) in [
        (
            "nodeGracePeriodSeconds",
            handler.node_grace_period_seconds,
            longest,
        ),
        (
            "podGracePeriodSeconds",
            handler.pod_grace_period_seconds,
            usable,
        ),
    ] {
        if seconds <= most {
            continue;
        }
        let pointer = pointers::spec("terminationHandler").child(key);
        let message = format!(
            "`{key}: {seconds}`: of a notice of {notice} s no more than {most} s are left for that"
        );
        let origin = findings.origin(&pointer);
        let or = origin.unless_manifest(", or leave it out");
        findings.at(&pointer, message, |diagnostic| {
            let diagnostic = diagnostic.help(format!("write {most} or less{or}"));
            match (origin.is_manifest(), most) {
                (true, _) => diagnostic.no_fix(unreachable::FLAG),
                // Of a notice that is spent already no number is left to write.
                (false, ..1) => diagnostic.fix(Fix::remove(pointer.clone())),
                (false, _) => diagnostic.fix(Fix::set(pointer.clone(), most)),
            }
        });
    }
}
