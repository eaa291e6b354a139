use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::proportional_autoscaler::{InstalledParameters, Scaler};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::suggest::similar;

pub(super) const RULE: Rule = Rule {
    id: "broken-scaling-parameters",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the proportional autoscaler rejects its parameters or ignores some of them",
    harm: "If the autoscaler cannot read its parameters, it keeps running and does nothing: the number of replicas \
           stays as it is. It does the same without its ConfigMap, unless it has `--default-params`. It silently ignores \
           unknown keys, so a misspelled limit sets no limit.",
    detection: "Its log repeats `expected only one entry` or a JSON error. The replicas of the target never change.",
    remedy: "Give the ConfigMap exactly one key, `linear` or `ladder`, with JSON that uses only the autoscaler's own \
             keys. Or let spotgen generate it.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler/controller/plugin/plugin.go, `EnsureController`",
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 \
         pkg/autoscaler/controller/linearcontroller/linear_controller.go, `parseParams`",
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler/autoscaler_server.go, `syncConfigWithServer`",
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
    for scaler in installed.scalers() {
        misspelled(scaler, installed, findings);
    }
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

/// The `ConfigMap` need not be in these manifests. But one that is called nearly so, and that nobody else uses, is probably
/// what is meant. `--default-params` make one that is missing.
/// Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/autoscaler_server.go`, `syncConfigWithServer`.
fn misspelled(scaler: Scaler<'_>, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let Some(program) = scaler.0.program.as_deref() else {
        return;
    };
    let Some(name) = program.argument("configmap") else {
        return;
    };
    let near = || {
        let all = installed.parameters.iter();
        all.filter(|own| scaler.scales_in(own.map.namespace.as_deref()))
    };
    let has_default = program.given_at_all("default-params");
    if has_default || near().any(|own| own.map.name == name) {
        return;
    }
    let is_used = |other: &str| {
        let mut scalers = installed.scalers();
        scalers.any(|own| {
            let program = own.0.program.as_deref();
            program.and_then(|program| program.argument("configmap")) == Some(other)
        })
    };
    let unused = near().map(|own| own.map.name.as_str());
    let meant = similar(name, unused.filter(|other| !is_used(other)));
    let Some(meant) = meant else {
        return;
    };
    let location = program.location("configmap");
    let message = format!(
        "proportional autoscaler `{}` scales nothing: its ConfigMap `{name}` is not in these manifests",
        scaler.0.name
    );
    let place = scaler.0.argument_place("configmap");
    let cure = place
        .ok_or("the argument is part of a script")
        .map(|place| {
            let value = format!("{}{meant}", place.before).into();
            let pointer = place.pointer;
            let object = place.object.unwrap_or(scaler.0.location);
            Fix::manifest(object, Edit::Set { pointer, value })
        });
    findings.in_manifest(
        location.unwrap_or(scaler.0.locations.name),
        message,
        |diagnostic| {
            diagnostic
                .help(format!("did you mean `--configmap={meant}`?"))
                .cure(cure)
                .choice("another ConfigMap may be meant")
        },
    );
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
