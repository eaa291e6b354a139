use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "linear-never-zero",
    level: Severity::Info,
    summary: "a linear autoscaler always makes one placeholder",
    harm: "It takes a minimum of 0 for 1. One placeholder on Spot is always there or pending, which keeps one \
           Spot node, or asks for it: good for a fast return, and a standing cost.",
    detection: "`kubectl get deployment` shows one replica with no node to count.",
    remedy: "Write `min: 1`, which is what happens, or use a `ladder`, which can reach 0.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go, `parseParams`"],
    check: Check::Placeholder(check),
};

fn check(_: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let Some(scaling) = &placeholder.scaling else {
        return;
    };
    let Control::Linear(linear) = &scaling.control else {
        return;
    };
    if linear.min.is_some_and(|min| min.get() == 0) {
        let pointer = pointers::scaling(at).child("linear").child("min");
        let location = findings.locate(&pointer);
        findings.at(
            &pointer,
            "a linear autoscaler never goes below 1",
            |diagnostic| {
                diagnostic
                    .replace(location, "1")
                    .help("or use a `ladder`, which can reach 0")
            },
        );
    }
}
