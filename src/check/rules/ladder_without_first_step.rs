use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ladder-without-first-step",
    levels: &[Severity::Warning],
    summary: "below its first step, a ladder gives the replicas of that step instead of 0",
    harm: "A ladder does not give 0 below its first step. With `[[4, 2]]`, two placeholders exist even without a \
           single node.",
    detection: "`kubectl get deployment` shows the replicas of the first step although there are fewer nodes than it \
                names.",
    remedy: "Start the ladder with a step for 0: `[0, 0]` or `[0, 1]`.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/laddercontroller/ladder_controller.go, `getExpectedReplicasFromEntries`"],
    check: Check::Placeholder(check),
};

const CHOICE: &str = "a first step of `[0, 0]` or `[0, 1]` may be meant";

fn check(_: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let Some(scaling) = &placeholder.scaling else {
        return;
    };
    let Control::Ladder(ladder) = &scaling.control else {
        return;
    };
    for (key, steps) in [
        ("coresToReplicas", &ladder.cores_to_replicas),
        ("nodesToReplicas", &ladder.nodes_to_replicas),
    ] {
        let steps = steps.iter().enumerate();
        let first = steps.min_by_key(|(_, [from, _])| from.get());
        let Some((step, [from, replicas])) = first.filter(|(_, [from, _])| from.get() > 0) else {
            continue;
        };
        let message = format!(
            "`{key}` starts at {}: below that, the first step still applies and sets the number of placeholders to {}",
            from.get(),
            replicas.get()
        );
        let pointer = pointers::scaling(at).child("ladder").child(key);
        // This writes out the current behavior.
        let written = vec![0, replicas.get()];
        let cure = findings.wherever(Fix::set(pointer.child(step), written));
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .help("add a first step for 0: `[0, 0]` or `[0, 1]`")
                .cure(cure)
                .choice(CHOICE)
        });
    }
}
