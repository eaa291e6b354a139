use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::config::Spot;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "failback-on-spot",
    level: Severity::Warning,
    summary: "what brings pods back to Spot may itself run on Spot",
    harm: "When Spot goes, the descheduler goes with it, and while pods wait for nodes it waits among them. What it has \
           measured is lost, and when it must be on Spot, nothing runs that could repair anything.",
    detection: "`kubectl get pods -n kube-system -l app.kubernetes.io/name=descheduler -o wide` shows a Spot node.",
    remedy: "Leave `placement` out: by default the descheduler keeps off Spot.",
    sources: &["A conclusion from what the descheduler is for; not measured in a cluster."],
    check: Check::Descheduler(check),
};

fn check(_: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    let how = match descheduler.placement.spot() {
        Some(Spot::Required) => "must run on Spot: without Spot there is none",
        Some(Spot::Preferred) => {
            "prefers Spot: it goes down with the nodes whose loss it is to repair"
        }
        Some(Spot::Tolerated) => {
            "can be put on Spot: it then goes down with the nodes whose loss it is to repair"
        }
        Some(Spot::Never) | None => return,
    };
    let pointer = pointers::spec("descheduler/placement/spot");
    let origin = findings.origin(&pointer);
    if origin.is_manifest() {
        findings.at(&pointer, format!("the descheduler {how}"), |diagnostic| {
            diagnostic
                .help("let it tolerate no Spot node, or require others by node affinity")
                .no_fix(
                    "a toleration, an affinity or a selector of its pods can be what lets it there",
                )
        });
        return;
    }
    findings.at(&pointer, format!("the descheduler {how}"), |diagnostic| {
        diagnostic
            .replace(origin.span(), "Never")
            .help("or leave the placement out: that is the default")
    });
}
