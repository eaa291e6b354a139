use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::termination_handler::TerminationHandler;
use crate::config::pointers;
use crate::defaults::DRAIN_OVERHEAD_SECONDS;
use crate::diagnostic::{Fix, Severity};
use crate::model::notice;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "drain-outlasts-notice",
    levels: &[Severity::Warning],
    summary: "the termination handler drains a node for longer than its VM exists",
    harm: "For `nodeGracePeriodSeconds` the handler waits for pods and retries evictions that a PodDisruptionBudget \
           refuses. It retries without a pause (`will retry after 0s`), limited only by the 5 requests per second of \
           its client: the real v1.0.19 was refused 113 times in 25 s. When the notice has expired, it waits for a VM \
           that no longer exists. Pods that were given more time than is left are killed while they are still \
           stopping.",
    detection: "The handler's log ends in the middle of a drain.",
    remedy: "Remove both settings: by default the drain ends within the notice, and pods keep their own grace period.",
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
            "`{key}: {seconds}` is too long: the eviction notice of {notice} s leaves at most {most} s for it"
        );
        let origin = findings.origin(&pointer);
        let or = origin.unless_manifest(", or remove it: the default fits the notice");
        let cure = match (origin.is_manifest(), most) {
            // If nothing is left of the notice, no number is valid.
            (true, ..1) => Err("nothing is left of the notice, so that no number of seconds fits"),
            (false, ..1) => Ok(Fix::remove(pointer.clone())),
            (_, _) => findings.wherever(Fix::set(pointer.clone(), most)),
        };
        findings.at(&pointer, message, |diagnostic| {
            let help = format!("set `{key}: {most}` or less{or}");
            diagnostic.help(help).cure(cure)
        });
    }
}
