use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "linear-never-zero",
    levels: &[Severity::Info],
    summary: "a linear autoscaler keeps one placeholder even with `min: 0`",
    harm: "The autoscaler treats a minimum of 0 as 1. One placeholder on Spot is always running or Pending, so it \
           keeps one Spot node or requests one. That speeds up the return to Spot, at a permanent cost.",
    detection: "`kubectl get deployment` shows one replica although there is no node to count.",
    remedy: "Write `min: 1`, which is the actual behavior, or use a `ladder`, which can reach 0.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go, `parseParams`"],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "a `ladder` allows no placeholders at all";

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
            "`min: 0` acts like `min: 1`: in `linear` mode, the proportional autoscaler always keeps one placeholder",
            |diagnostic| {
                diagnostic
                    .replace(location, "1").choice(CHOICE)
                    .help("to allow 0 placeholders, use a `ladder` instead")
            },
        );
    }
}
