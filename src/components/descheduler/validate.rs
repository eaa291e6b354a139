use super::label_selector::requirement;
use crate::config::{DefaultProtection, Descheduler, Evictor, ExtraProtection, PodProtections};
use crate::defaults::DESCHEDULER_VERSION;
use crate::diagnostic::Pointer;
use crate::validate::{Context, placement, spec};
use crate::values::{Limit, Version};

pub(crate) fn validate(context: &mut Context<'_>) {
    let Some(descheduler) = &context.config.spec.descheduler else {
        return;
    };
    let pointer = spec().child("descheduler");
    let version = descheduler.version.unwrap_or(DESCHEDULER_VERSION);
    releases(context, descheduler, version, &pointer);
    if descheduler
        .interval
        .as_ref()
        .is_some_and(crate::values::Duration::is_zero)
    {
        let help = "write a time between two rounds, such as `5m`: with 0 the descheduler runs once and exits";
        context.problem(&pointer.child("interval"), "`interval` is 0", help);
    }
    if let Some(found) = &descheduler.placement {
        placement(context, found, &|| pointer.child("placement"));
    }
    if let Some(namespaces) = &descheduler.namespaces
        && namespaces.include.is_some()
        && namespaces.exclude.is_some()
    {
        let help = "the descheduler allows only one of them: remove one";
        context.problem(
            &pointer.child("namespaces").child("exclude").at_key(),
            "`include` and `exclude` are mutually exclusive",
            help,
        );
    }
    if let Some(found) = &descheduler.evictor {
        evictor(context, found, version, &pointer.child("evictor"));
    }
}

/// Source: kubernetes-sigs/descheduler, the same files at the tags of the releases named.
fn releases(
    context: &mut Context<'_>,
    descheduler: &Descheduler,
    version: Version,
    pointer: &Pointer,
) {
    let at = pointer.child("version");
    if !version.at_least(0, 28) {
        let help = "use 0.28 or newer: older versions do not support preferred node affinity, which failback needs";
        context.problem(&at, format!("descheduler {version} is too old"), help);
    }
    if !version.has_patch() && descheduler.image.is_none() {
        context.problem(
            &at,
            format!("version `{version}` has no patch number"),
            format!("write \"{version}.0\": the image tag is derived from it"),
        );
    }
    let too_early = |written: bool| written && !version.at_least(0, 31);
    let limits = descheduler.limits.as_ref().and_then(|limits| limits.total);
    if too_early(matches!(limits, Some(Limit::AtMost(_)))) {
        needs(
            context,
            &pointer.child("limits").child("total"),
            "limits.total",
            "0.31",
            version,
        );
    }
    let age = descheduler
        .evictor
        .as_ref()
        .and_then(|evictor| evictor.min_pod_age.as_ref());
    if too_early(age.is_some_and(|age| !age.is_zero())) {
        needs(
            context,
            &pointer.child("evictor").child("minPodAge"),
            "minPodAge",
            "0.31",
            version,
        );
    }
}

fn evictor(context: &mut Context<'_>, evictor: &Evictor, version: Version, pointer: &Pointer) {
    if let Some(threshold) = &evictor.priority_threshold {
        let pointer = pointer.child("priorityThreshold");
        match (&threshold.name, threshold.value) {
            (Some(_), Some(_)) => {
                context.problem(
                    &pointer.child("value").at_key(),
                    "`name` and `value` are mutually exclusive",
                    "the descheduler allows only one of them: remove one",
                );
            }
            (None, None) => context.missing(
                &pointer,
                "`priorityThreshold` has neither `name` nor `value`",
                "set `name` or `value`",
            ),
            _ => {}
        }
    }
    let conditions = evictor.label_selector.iter();
    let conditions = conditions.flat_map(|selector| selector.match_expressions.iter().flatten());
    for (at, condition) in conditions.enumerate() {
        if let Err(text) = requirement(condition) {
            let here = pointer.child("labelSelector").child("matchExpressions");
            let message = format!("the condition on `{}` {text}", condition.key);
            let help = "`In` and `NotIn` compare the label with `values`; `Exists` and `DoesNotExist` only ask for it";
            context.problem(&here.child(at).child("operator"), message, help);
        }
    }
    if evictor.min_replicas.is_some_and(|count| count.get() > 0) && !version.at_least(0, 30) {
        needs(
            context,
            &pointer.child("minReplicas"),
            "minReplicas",
            "0.30",
            version,
        );
    }
    no_threshold(context, evictor, pointer);
    if let Some(found) = &evictor.pod_protections {
        protections(context, found, version, &pointer.child("podProtections"));
    }
}

/// Source: kubernetes-sigs/descheduler `pkg/framework/plugins/defaultevictor/constraints.go`.
fn no_threshold(context: &mut Context<'_>, evictor: &Evictor, pointer: &Pointer) {
    let disabled = evictor
        .pod_protections
        .as_ref()
        .and_then(|found| found.default_disabled.as_deref())
        .unwrap_or_default();
    if evictor.priority_threshold.is_some()
        && disabled.contains(&DefaultProtection::SystemCriticalPods)
    {
        let message =
            "`priorityThreshold` has no effect while `defaultDisabled` lists `SystemCriticalPods`";
        let help =
            "remove `SystemCriticalPods` from `defaultDisabled`, or remove `priorityThreshold`";
        context.problem(&pointer.child("priorityThreshold").at_key(), message, help);
    }
}

fn protections(
    context: &mut Context<'_>,
    protections: &PodProtections,
    version: Version,
    pointer: &Pointer,
) {
    duplicates(
        context,
        protections.default_disabled.as_deref().unwrap_or_default(),
        &pointer.child("defaultDisabled"),
    );
    let disabled = protections.default_disabled.as_deref().unwrap_or_default();
    for (at, protection) in disabled.iter().enumerate() {
        if *protection == DefaultProtection::DaemonSetPods && !version.at_least(0, 30) {
            let here = pointer.child("defaultDisabled").child(at);
            needs(context, &here, "DaemonSetPods", "0.30", version);
        }
    }
    let extra = protections.extra_enabled.as_deref().unwrap_or_default();
    duplicates(context, extra, &pointer.child("extraEnabled"));
    for (at, protection) in extra.iter().enumerate() {
        let here = pointer.child("extraEnabled").child(at);
        if *protection == ExtraProtection::PodsWithoutPdb {
            // kubernetes-sigs/descheduler#1882: its informer of budgets is never started.
            let help = "remove it: from 0.32 on it protects every pod, so nothing is ever evicted \
                        (kubernetes-sigs/descheduler#1882)";
            let message = if version.at_least(0, 32) {
                format!("`PodsWithoutPDB` is broken in descheduler {version}")
            } else {
                format!("descheduler {version} does not support `PodsWithoutPDB`")
            };
            context.problem(&here, message, help);
        }
        if *protection == ExtraProtection::PodsWithResourceClaims && !version.at_least(0, 34) {
            needs(context, &here, "PodsWithResourceClaims", "0.34", version);
        }
    }
    let config = protections.config.as_ref();
    let is_for_claims = config.is_some_and(|config| config.pods_with_pvc.is_some());
    let declared = protections.extra_enabled.as_ref();
    if is_for_claims
        && declared.is_some_and(|declared| !declared.contains(&ExtraProtection::PodsWithPvc))
    {
        let message = "this has no effect: `PodsWithPVC` is not in `extraEnabled`";
        let here = pointer.child("config").child("PodsWithPVC").at_key();
        context.problem(&here, message, "add `PodsWithPVC` to `extraEnabled`");
    }
    if protections.config.is_some() && !version.at_least(0, 35) {
        needs(
            context,
            &pointer.child("config"),
            "podProtections.config",
            "0.35",
            version,
        );
    }
}

/// Reports a setting that needs a later release of the descheduler.
fn needs(
    context: &mut Context<'_>,
    pointer: &Pointer,
    setting: &str,
    since: &str,
    version: Version,
) {
    let message = format!("`{setting}` needs descheduler {since} or newer");
    let help = format!("remove it, or set `version` to a newer one than {version}");
    context.problem(&pointer.clone().at_key(), message, help);
}

/// Reports duplicates: the descheduler refuses a policy that lists a protection twice.
fn duplicates<T: PartialEq>(context: &mut Context<'_>, list: &[T], pointer: &Pointer) {
    for (at, item) in list.iter().enumerate() {
        if let Some(first) = list[..at].iter().position(|other| other == item) {
            let (first, again) = (pointer.child(first), pointer.child(at));
            context.twice(&first, &again, "this protection", "remove one of them");
        }
    }
}
