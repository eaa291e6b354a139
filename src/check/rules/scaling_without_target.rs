use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::proportional_autoscaler::{Scaler, is_target};
use crate::components::{Installed, System};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::ManifestWorkload;

pub(super) const RULE: Rule = Rule {
    id: "scaling-without-target",
    levels: &[Severity::Error, Severity::Warning],
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

const CHOICE: &str = "another target may be meant";

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for scaler in installed.scalers() {
        for target in scaler.targets() {
            if is_there(scaler, target, installed) {
                continue;
            }
            judge(scaler, target, installed, findings);
        }
    }
}

/// The target need not be in these manifests. But what is nearly called so is probably what is meant.
fn judge(scaler: Scaler<'_>, target: &str, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let name = &scaler.0.name;
    let program = scaler.0.program.as_deref();
    let place = |argument: &str| {
        let written = program.and_then(|program| program.location(argument));
        written.unwrap_or(scaler.0.locations.name)
    };
    let meant = meant(scaler, target, installed);
    if !has_form(target) {
        let message = format!(
            "proportional autoscaler `{name}` does not start: its target `{target}` is not of the form \
             `deployment/NAME`, `replicaset/NAME` or `replicationcontroller/NAME`"
        );
        findings.in_manifest(place("target"), message, |diagnostic| {
            match meant.filter(|meant| is_scalable(meant.kind)) {
                Some(meant) => diagnostic
                    .help(did_you_mean(meant))
                    .cure(retarget(scaler, target, meant))
                    .choice(CHOICE),
                None => diagnostic.no_fix("only the owner knows what the autoscaler should scale"),
            }
        });
        return;
    }
    if let Some(meant) = meant {
        let message = format!(
            "proportional autoscaler `{name}` scales nothing: its target `{target}` is not in these manifests"
        );
        findings.in_manifest(place("target"), message, |diagnostic| {
            if is_scalable(meant.kind) {
                diagnostic
                    .help(did_you_mean(meant))
                    .cure(retarget(scaler, target, meant))
                    .choice(CHOICE)
            } else {
                diagnostic
                    .help(format!(
                        "`{}` is a {}, and this autoscaler scales Deployments, ReplicaSets and ReplicationControllers \
                         only",
                        meant.name,
                        meant.kind.as_str()
                    ))
                    .no_fix("it takes another kind of workload, and only the owner knows whether it can be one")
            }
        });
        return;
    }
    // The cluster itself may have one of the same name in the other namespace.
    let mut placeholders = installed.placeholders();
    let elsewhere = placeholders.find(|found| is_target(target, found));
    if let Some((namespace, own)) = elsewhere
        .and_then(|found| found.namespace.as_deref())
        .zip(scaler.namespace())
    {
        let message = format!(
            "proportional autoscaler `{name}` scales nothing: it looks for its target `{target}` in namespace `{own}`, \
             but the target is in `{namespace}`"
        );
        findings.in_manifest(place("namespace"), message, |diagnostic| {
            diagnostic.help(format!("set `--namespace={namespace}`")).no_fix(
                "its ConfigMap and its permissions have to be in the same namespace, and only the owner can move them",
            )
        });
        return;
    }
    // Targets of one list are mostly in one place.
    let mut others = scaler.targets().filter(|own| *own != target);
    if let Some(there) = others.find(|own| is_there(scaler, own, installed)) {
        let message = format!(
            "proportional autoscaler `{name}` may scale only a part of its targets: `{there}` is in these manifests, \
             `{target}` is not"
        );
        findings.in_manifest(place("target"), message, |diagnostic| {
            diagnostic
                .level(Severity::Warning)
                .help(format!(
                    "remove `{target}` from `--target`, or add its manifest"
                ))
                .no_fix("only the owner knows whether the cluster has it")
        });
    }
}

fn is_there(scaler: Scaler<'_>, target: &str, installed: &Installed<'_>) -> bool {
    let mut workloads = installed.manifests.workloads.iter();
    workloads.any(|found| scaler.scales_in(found.namespace.as_deref()) && is_target(target, found))
}

/// The workload that a target means, if that is not its name: one of another kind, one whose name is a letter away, or
/// placeholders that nothing scales and that have a word of it in their name.
fn meant<'m>(
    scaler: Scaler<'m>,
    target: &str,
    installed: &Installed<'m>,
) -> Option<&'m ManifestWorkload> {
    let name = target.rsplit('/').next().unwrap_or_default();
    let is_scaled = |found: &ManifestWorkload| installed.scalers().any(|own| own.scales(found));
    let is_near = |found: &&ManifestWorkload| {
        let is_similar = found.name == name
            || strsim::damerau_levenshtein(name, &found.name) == 1
            || found.placeholder.is_some() && have_a_word(name, &found.name);
        is_similar
            && scaler.scales_in(found.namespace.as_deref())
            && found.location != scaler.0.location
            && !is_scaled(found)
    };
    let near = installed.manifests.workloads.iter().filter(is_near);
    near.min_by_key(|found| strsim::damerau_levenshtein(name, &found.name))
}

fn did_you_mean(meant: &ManifestWorkload) -> String {
    format!("did you mean `--target={}`?", written(meant))
}

fn written(meant: &ManifestWorkload) -> String {
    format!("{}/{}", meant.kind.as_str().to_lowercase(), meant.name)
}

/// Writes the target that is meant in place of the other.
fn retarget(
    scaler: Scaler<'_>,
    target: &str,
    meant: &ManifestWorkload,
) -> Result<Fix, &'static str> {
    let place = scaler.0.argument_place("target");
    let place = place.ok_or("the target is part of a script")?;
    let written = written(meant);
    let targets = scaler.targets();
    let targets: Vec<&str> = targets
        .map(|own| if own == target { &written } else { own })
        .collect();
    let set = Edit::Set {
        value: format!("{}{}", place.before, targets.join(",")).into(),
        pointer: place.pointer,
    };
    let object = place.object.unwrap_or(scaler.0.location);
    Ok(Fix::manifest(object, set))
}

/// Whether two names share a part, as names that a chart composes do.
fn have_a_word(one: &str, other: &str) -> bool {
    let mut words = one.split('-').filter(|word| word.len() > 2);
    words.any(|word| other.split('-').any(|own| own.eq_ignore_ascii_case(word)))
}

fn is_scalable(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController
    )
}

fn has_form(target: &str) -> bool {
    let lower = target.to_lowercase();
    let kind = lower.split_once('/').map(|(kind, _)| kind);
    matches!(
        kind,
        Some("deployment" | "replicaset" | "replicationcontroller")
    )
}
