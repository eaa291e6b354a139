use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::ManifestWorkload;

pub(super) const RULE: Rule = Rule {
    id: "scaling-without-target",
    level: Severity::Error,
    summary: "the proportional autoscaler is to scale what is not there",
    harm: "The target has to be called as it is, in the namespace of `--namespace`, and be a Deployment, a ReplicaSet or a \
           ReplicationController. A chart makes the name of a placeholder of several parts, and one of them is easily \
           forgotten. The placeholders then stay as many as they were.",
    detection: "The autoscaler ends at its start with `target format error`, or its log repeats `not found`.",
    remedy: "Write the name of the placeholders' Deployment as it is rendered: `<fullname>-<name>` with the chart \
             `cluster-overprovisioner`.",
    sources: &[
        "kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 cmd/cluster-proportional-autoscaler/options/options.go, \
         `isTargetFormatValid`",
        "deliveryhero/helm-charts stable/cluster-overprovisioner templates/deployments.yaml",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    // What it scales need not be in these manifests. But where placeholders are left without, they are meant.
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
                    "`{}` does not start: `{target}` is none of `deployment/NAME`, `replicaset/NAME` and \
                     `replicationcontroller/NAME`",
                    scaler.0.name
                )
            } else if meant.is_some() && !is_there() {
                format!(
                    "`{}` scales nothing: there is no `{target}` in these manifests",
                    scaler.0.name
                )
            } else {
                continue;
            };
            findings.in_manifest(scaler.0.locations.name, message, |diagnostic| match meant {
                Some(meant) => diagnostic
                    .help(format!("did you mean `deployment/{}`?", meant.name))
                    .no_fix("it is one word of a command line, and could mean others too"),
                None => diagnostic.no_fix("nothing tells what it is to scale"),
            });
        }
    }
}

/// Whether two names have a part in common, as those have that a chart makes.
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
