use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::config::Spot;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "failback-on-spot",
    levels: &[Severity::Warning],
    summary: "the descheduler, which returns pods to Spot, may itself run on Spot",
    harm: "When Spot is lost, the descheduler is lost too. It then waits for a node among the other pods, and what it \
           has measured is lost. If it is required to run on Spot, nothing is left that could repair anything.",
    detection: "`kubectl get pods -n kube-system -l app.kubernetes.io/name=descheduler -o wide` shows a Spot node.",
    remedy: "Remove `placement`: by default the descheduler stays off Spot.",
    sources: &["A conclusion from what the descheduler is for; not measured in a cluster."],
    check: Check::Descheduler(check),
};

fn check(_: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    let how = match descheduler.placement.spot() {
        Some(Spot::Required) => "must run on Spot: without Spot it does not run at all",
        Some(Spot::Preferred) => {
            "prefers Spot: it is lost with the very nodes that it has to recover from"
        }
        Some(Spot::Tolerated | Spot::Avoided) => {
            "can run on Spot: it is then lost with the very nodes that it has to recover from"
        }
        Some(Spot::Never) | None => return,
    };
    let pointer = pointers::spec("descheduler/placement/spot");
    let origin = findings.origin(&pointer);
    if origin.is_manifest() {
        findings.at(&pointer, format!("the descheduler {how}"), |diagnostic| {
            diagnostic
                .help("remove its toleration of Spot nodes, or require on-demand nodes by node affinity")
                .no_fix(
                    "a toleration, an affinity or a node selector of its pods may be what allows it on Spot",
                )
        });
        return;
    }
    findings.at(&pointer, format!("the descheduler {how}"), |diagnostic| {
        diagnostic
            .replace(origin.span(), "Never")
            .help("or remove `placement`: the default is `spot: Never`")
    });
}
