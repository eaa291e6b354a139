use crate::check::findings::Findings;
use crate::check::fixes::unreachable;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::Control;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "ladder-without-first-step",
    level: Severity::Warning,
    summary: "below its first step a ladder gives what the first step gives",
    harm: "It does not give 0 there. With `[[4, 2]]` there are two placeholders at no node at all.",
    detection: "`kubectl get deployment` shows the replicas of the first step with fewer nodes than it names.",
    remedy: "Begin the ladder with what is meant for none: `[0, 0]` or `[0, 1]`.",
    sources: &["kubernetes-sigs/cluster-proportional-autoscaler \
         pkg/autoscaler/controller/laddercontroller/ladder_controller.go, `getExpectedReplicasFromEntries`"],
    check: Check::Placeholder(check),
};

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
            "below {} there are {} placeholders too: the first step counts there",
            from.get(),
            replicas.get()
        );
        let pointer = pointers::scaling(at).child("ladder").child(key);
        let is_manifest = findings.origin(&pointer).is_manifest();
        findings.at(&pointer, message, |diagnostic| {
            let diagnostic =
                diagnostic.help("begin with what is meant for none: `[0, 0]` or `[0, 1]`");
            if is_manifest {
                return diagnostic.no_fix(unreachable::IN_CONFIG_MAP);
            }
            // It says what holds anyway.
            let written = vec![0, replicas.get()];
            diagnostic.fix(Fix::set(pointer.child(step), written))
        });
    }
}
