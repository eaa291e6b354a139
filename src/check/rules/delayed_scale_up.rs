use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;
use crate::values::Duration;

pub(super) const RULE: Rule = Rule {
    id: "delayed-scale-up",
    levels: &[Severity::Warning],
    summary: "the autoscaler ignores new pods for a while before it scales up",
    harm: "`new-pod-scale-up-delay` delays every failover and every placeholder that is rescheduled: pods younger than \
           that trigger no scale-up.",
    detection: "Pods are Pending for that long before the event `TriggeredScaleUp`.",
    remedy: "Remove `new-pod-scale-up-delay`, or set it to `0s`.",
    sources: &[
        "Azure/bicep-types-az ManagedClusterPropertiesAutoScalerProfile, `new-pod-scale-up-delay`",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md, `--new-pod-scale-up-delay`",
    ],
    check: Check::Autoscaler(check),
};

const KEY: &str = "new-pod-scale-up-delay";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(delay) = plan.autoscaler.profile.get(KEY) else {
        return;
    };
    if Duration::parse(delay).is_ok_and(|delay| delay.is_zero()) {
        return;
    }
    let pointer = pointers::autoscaler_setting(KEY);
    let location = findings.locate(&pointer);
    let message = format!(
        "`{}` delays every failover: the autoscaler ignores pods younger than that",
        plan.autoscaler.written(KEY, delay)
    );
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.replace(location, "0s")
    });
}
