use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "max-not-respected",
    level: Severity::Warning,
    summary: "the autoscaler makes two placeholders where one is the maximum",
    harm: "`preventSinglePointFailure` comes after `max`: as soon as there are two nodes there are two replicas, \
           whatever `max` says.",
    detection: "`kubectl get deployment` shows two replicas.",
    remedy: "Leave `preventSinglePointFailure` out, or write `max: 2`. Placeholders are no service that must not \
             fail.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go, `getExpectedReplicasFromParams`"],
    check: Check::Placeholder(check),
};

fn check(_: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let Some(scaling) = &placeholder.scaling else {
        return;
    };
    let Control::Linear(linear) = &scaling.control else {
        return;
    };
    let is_one = linear.max.is_some_and(|max| max.get() == 1);
    if is_one && linear.prevent_single_point_failure == Some(true) {
        let pointer = pointers::scaling(at)
            .child("linear")
            .child("preventSinglePointFailure");
        let message = "with two nodes there are two placeholders: this comes after `max: 1`";
        let location = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.replace(location, "false")
        });
    }
}
