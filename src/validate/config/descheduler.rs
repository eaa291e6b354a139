use super::classes::placement;
use super::{Context, spec};
use crate::config::{DefaultProtection, Descheduler, Evictor, ExtraProtection, PodProtections};
use crate::defaults::DESCHEDULER_VERSION;
use crate::diagnostic::Pointer;
use crate::values::{Limit, Version};

pub(super) fn check(context: &mut Context<'_>) {
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
        let help = "with 0 it would run once and end: write a time between rounds, such as 5m";
        context.fault(
            &pointer.child("interval"),
            "the descheduler needs an interval",
            help,
        );
    }
    if let Some(found) = &descheduler.placement {
        placement(context, found, &pointer.child("placement"));
    }
    if let Some(namespaces) = &descheduler.namespaces
        && namespaces.include.is_some()
        && namespaces.exclude.is_some()
    {
        let help = "the descheduler takes one of the two: keep one";
        context.fault(
            &pointer.child("namespaces").child("exclude").at_key(),
            "`include` and `exclude` exclude each other",
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
        let help = "preferred node affinity, on which failback rests, is known since 0.28";
        context.fault(&at, format!("descheduler {version} is too old"), help);
    }
    if !version.has_patch() && descheduler.image.is_none() {
        context.fault(
            &at,
            format!("`{version}` is not a whole version"),
            format!("the image's tag is made from it: write \"{version}.0\""),
        );
    }
    let too_early = |written: bool| written && !version.at_least(0, 31);
    let help = format!("descheduler {version} does not know it, 0.31 does");
    let limits = descheduler.limits.as_ref().and_then(|limits| limits.total);
    if too_early(matches!(limits, Some(Limit::AtMost(_)))) {
        context.fault(
            &pointer.child("limits").child("total").at_key(),
            "there is no limit in all yet",
            help.clone(),
        );
    }
    let age = descheduler
        .evictor
        .as_ref()
        .and_then(|evictor| evictor.min_pod_age.as_ref());
    if too_early(age.is_some_and(|age| !age.is_zero())) {
        context.fault(
            &pointer.child("evictor").child("minPodAge").at_key(),
            "there is no least age yet",
            help,
        );
    }
}

fn evictor(context: &mut Context<'_>, evictor: &Evictor, version: Version, pointer: &Pointer) {
    if let Some(threshold) = &evictor.priority_threshold {
        let pointer = pointer.child("priorityThreshold");
        match (&threshold.name, threshold.value) {
            (Some(_), Some(_)) => {
                context.fault(
                    &pointer.child("value").at_key(),
                    "`name` and `value` exclude each other",
                    "the descheduler takes one: keep one",
                );
            }
            (None, None) => context.missing(
                &pointer,
                "this threshold has no height",
                "write `name` or `value`",
            ),
            _ => {}
        }
    }
    if evictor.min_replicas.is_some_and(|count| count.get() > 0) && !version.at_least(0, 30) {
        let help = format!("descheduler {version} does not know it, 0.30 does");
        context.fault(
            &pointer.child("minReplicas").at_key(),
            "there is no least number of replicas yet",
            help,
        );
    }
    if let Some(found) = &evictor.pod_protections {
        protections(context, found, version, &pointer.child("podProtections"));
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
            let help = format!("descheduler {version} never evicts pods of a DaemonSet, 0.30 can");
            let here = pointer.child("defaultDisabled").child(at);
            context.fault(&here, "this protection cannot be taken off yet", help);
        }
    }
    let extra = protections.extra_enabled.as_deref().unwrap_or_default();
    duplicates(context, extra, &pointer.child("extraEnabled"));
    for (at, protection) in extra.iter().enumerate() {
        let here = pointer.child("extraEnabled").child(at);
        if *protection == ExtraProtection::PodsWithoutPdb {
            // kubernetes-sigs/descheduler#1882: its informer of budgets is never started.
            let help = "known since 0.32, it protects every pod from then on, and nothing is ever evicted (kubernetes-sigs/descheduler#1882): leave it out";
            let message = if version.at_least(0, 32) {
                format!("`PodsWithoutPDB` is broken in descheduler {version}")
            } else {
                format!("descheduler {version} does not know `PodsWithoutPDB`")
            };
            context.fault(&here, message, help);
        }
        if *protection == ExtraProtection::PodsWithResourceClaims && !version.at_least(0, 34) {
            let help = format!("descheduler {version} does not know it, 0.34 does");
            context.fault(&here, "there is no such protection yet", help);
        }
    }
    if protections.config.is_some() && !version.at_least(0, 35) {
        let help = format!("descheduler {version} does not know it, 0.35 does");
        context.fault(
            &pointer.child("config").at_key(),
            "protections cannot be configured yet",
            help,
        );
    }
}

/// The descheduler refuses a policy that names a protection twice.
fn duplicates<T: PartialEq>(context: &mut Context<'_>, list: &[T], pointer: &Pointer) {
    for (at, item) in list.iter().enumerate() {
        if let Some(first) = list[..at].iter().position(|other| other == item) {
            let (first, again) = (pointer.child(first), pointer.child(at));
            context.twice(&first, &again, "this protection", "name it once");
        }
    }
}
