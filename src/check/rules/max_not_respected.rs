use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "max-not-respected",
    levels: &[Severity::Warning],
    summary: "`preventSinglePointFailure` overrides `max: 1` and creates two placeholders",
    harm: "The autoscaler applies `preventSinglePointFailure` after `max`. As soon as there are two nodes, there are \
           two replicas, whatever `max` allows.",
    detection: "`kubectl get deployment` shows two replicas.",
    remedy: "Remove `preventSinglePointFailure`, or set `max: 2`. Placeholders are not a service that needs high \
             availability.",
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
        let message =
            "`preventSinglePointFailure` overrides `max: 1`: with 2 nodes there are 2 placeholders";
        let location = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.replace(location, "false")
        });
    }
}
