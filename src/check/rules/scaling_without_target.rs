use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::ManifestWorkload;

pub(super) const RULE: Rule = Rule {
    id: "scaling-without-target",
    levels: &[Severity::Error],
    summary: "the target of the proportional autoscaler does not exist, or has an invalid format",
    harm: "The target must have the exact name of the object, be in the namespace of `--namespace`, and be a \
           Deployment, a ReplicaSet or a ReplicationController. A chart composes the name of a placeholder from \
           several parts, and one of them is easily forgotten. The number of placeholders then never changes.",
    detection: "The autoscaler exits at startup with `target format error`, or its log repeats `not found`.",
    remedy: "Use the rendered name of the placeholders' Deployment: `<fullname>-<name>` with the chart \
             `cluster-overprovisioner`.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 cmd/cluster-proportional-autoscaler/options/options.go, \
         `isTargetFormatValid`",
        "deliveryhero/helm-charts stable/cluster-overprovisioner templates/deployments.yaml",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    // The target need not be in these manifests. But placeholders that nothing scales are probably what is meant.
    let left: Vec<&ManifestWorkload> = installed
        .placeholders()
        .filter(|placeholders| {
            !installed
                .scalers()
                .any(|scaler| scaler.scales(placeholders))
        })
        .collect();
    for scaler in installed.scalers() {
        for target in scaler.targets() {
            let name = target.rsplit('/').next().unwrap_or_default();
            let meant = left.iter().find(|placeholders| {
                let namespace = placeholders.namespace.as_deref();
                scaler.scales_in(namespace) && have_a_word(name, &placeholders.name)
            });
            let is_there = || {
                installed
                    .manifests
                    .workloads
                    .iter()
                    .any(|other| scaler.scales(other))
            };
            let message = if !is_target(target) {
                format!(
                    "proportional autoscaler `{}` does not start: its target `{target}` is not of the form \
                     `deployment/NAME`, `replicaset/NAME` or `replicationcontroller/NAME`",
                    scaler.0.name
                )
            } else if meant.is_some() && !is_there() {
                format!(
                    "proportional autoscaler `{}` scales nothing: its target `{target}` is not in these manifests",
                    scaler.0.name
                )
            } else {
                continue;
            };
            findings.in_manifest(scaler.0.locations.name, message, |diagnostic| match meant {
                Some(meant) => diagnostic
                    .help(format!(
                        "did you mean `--target=deployment/{}`?",
                        meant.name
                    ))
                    .no_fix("the target is part of a command line, and other targets are possible"),
                None => diagnostic.no_fix("only the owner knows what the autoscaler should scale"),
            });
        }
    }
}

/// Whether two names share a part, as names that a chart composes do.
fn have_a_word(one: &str, other: &str) -> bool {
    let mut words = one.split('-').filter(|word| word.len() > 2);
    words.any(|word| other.split('-').any(|own| own.eq_ignore_ascii_case(word)))
}

fn is_target(target: &str) -> bool {
    let lower = target.to_lowercase();
    let kind = lower.split_once('/').map(|(kind, _)| kind);
    matches!(
        kind,
        Some("deployment" | "replicaset" | "replicationcontroller")
    )
}
