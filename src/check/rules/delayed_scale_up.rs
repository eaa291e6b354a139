use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;
use crate::values::Duration;

pub(super) const RULE: Rule = Rule {
    id: "delayed-scale-up",
    level: Severity::Warning,
    summary: "the autoscaler waits before it looks at new pods",
    harm: "`new-pod-scale-up-delay` is added to every failover and to every placeholder that is to come back: \
           pods younger than that bring no node.",
    detection: "Pods are Pending for that long before the event `TriggeredScaleUp`.",
    remedy: "Leave `new-pod-scale-up-delay` out, or set it to `0s`.",
    sources: &[
        "Azure/bicep-types-az ManagedClusterPropertiesAutoScalerProfile, `new-pod-scale-up-delay`",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md, `--new-pod-scale-up-delay`",
    ],
    check: Check::Plan(check),
};

const KEY: &str = "new-pod-scale-up-delay";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(delay) = plan.autoscaler.profile.get(KEY) else {
        return;
    };
    if Duration::parse(delay).is_ok_and(|delay| delay.is_zero()) {
        return;
    }
    let pointer = pointers::spec("autoscaler/profile").child(KEY);
    let location = findings.locate(&pointer);
    let message = format!(
        "every failover takes {delay} longer: the autoscaler waits so long before it looks at a new pod"
    );
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .replace(location, "0s")
            .help("or leave it out, which means the same")
    });
}
