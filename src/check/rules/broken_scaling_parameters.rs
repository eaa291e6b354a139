use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::proportional_autoscaler::InstalledParameters;
use crate::components::{Installed, System};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "broken-scaling-parameters",
    level: Severity::Error,
    summary: "the proportional autoscaler cannot use its parameters, or passes over some",
    harm: "With parameters that it cannot read the autoscaler does nothing and goes on: the number of replicas stays what it \
           was. Keys that it does not know are passed over without a word, so a limit that is misspelt is none.",
    detection: "Its log repeats `expected only one entry` or an error of JSON; the target's replicas never change.",
    remedy: "Give the ConfigMap one key, `linear` or `ladder`, with JSON of the autoscaler's own keys. Or let spotgen make it.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler/controller/plugin/plugin.go, `EnsureController`",
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go, `parseParams`",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    // `linear` and `ladder` are words that others use too.
    let is_used = |parameters: &&InstalledParameters<'_>| {
        let map = parameters.map;
        installed.scalers().any(|scaler| {
            let program = scaler.0.program.as_deref();
            let used = program.and_then(|program| program.argument("configmap"));
            used == Some(&map.name) && scaler.scales_in(map.namespace.as_deref())
        })
    };
    for parameters in installed.parameters.iter().filter(is_used) {
        for (level, problem) in &parameters.problems {
            let name = &parameters.map.name;
            let message = match level {
                Severity::Error => format!("`{name}` scales nothing: {problem}"),
                _ => format!("`{name}`: {problem}"),
            };
            let location = parameters.text.keys.named_in(problem);
            findings.in_manifest(
                location.unwrap_or(parameters.text.location),
                message,
                |diagnostic| {
                    diagnostic
                        .level(*level)
                        .no_fix("only its author knows what the parameters were meant to say")
                },
            );
        }
    }
}
