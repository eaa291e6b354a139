use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::proportional_autoscaler::InstalledParameters;
use crate::components::{Installed, System};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "broken-scaling-parameters",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the proportional autoscaler rejects its parameters or ignores some of them",
    harm: "If the autoscaler cannot read its parameters, it keeps running and does nothing: the number of replicas \
           stays as it is. It silently ignores unknown keys, so a misspelled limit sets no limit.",
    detection: "Its log repeats `expected only one entry` or a JSON error. The replicas of the target never change.",
    remedy: "Give the ConfigMap exactly one key, `linear` or `ladder`, with JSON that uses only the autoscaler's own \
             keys. Or let spotgen generate it.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler/controller/plugin/plugin.go, `EnsureController`",
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go, `parseParams`",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    // Other programs use the keys `linear` and `ladder` too.
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
                Severity::Error => format!(
                    "the proportional autoscaler cannot use ConfigMap `{name}` and scales nothing: {problem}"
                ),
                _ => format!(
                    "the proportional autoscaler ignores a part of ConfigMap `{name}`: {problem}"
                ),
            };
            let location = parameters.text.keys.named_in(problem);
            findings.in_manifest(
                location.unwrap_or(parameters.text.location),
                message,
                |diagnostic| {
                    diagnostic
                        .level(*level)
                        .help(help(problem))
                        .no_fix("only its author knows what the parameters should be")
                },
            );
        }
    }
}

/// What to write instead of what the autoscaler does not understand.
fn help(problem: &str) -> &'static str {
    if problem.contains("must be greater than 0") {
        "set `nodesPerReplica` or `coresPerReplica` to a number above 0"
    } else if problem.contains("is less than `min`") {
        "raise `max`, or lower `min`"
    } else if problem.starts_with("the unknown key") {
        "correct the key, or remove it"
    } else {
        "write one key, `linear` or `ladder`, with a JSON object, such as `linear: '{\"nodesPerReplica\": 4, \"min\": 1}'`"
    }
}
