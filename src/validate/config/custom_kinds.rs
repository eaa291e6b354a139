use foldhash::{HashMap, HashMapExt as _};

use super::classes::reference;
use super::context::{Context, spec};
use crate::config::CustomKind;
use crate::diagnostic::Pointer;
use crate::manifests::workload_kind;

pub(super) fn check(context: &mut Context<'_>) {
    let section = spec().child("customKinds");
    let mut seen = HashMap::new();
    let config = context.config;
    for (at, custom) in config.spec.custom_kinds.iter().enumerate() {
        let pointer = section.child(at);
        let identity = (custom.group.as_str(), custom.kind.as_str());
        if let Some(first) = seen.insert(identity, at) {
            let what = format!("kind `{}` of `{}`", custom.kind, custom.group);
            context.twice(
                &section.child(first).child("kind"),
                &pointer.child("kind"),
                &what,
                "remove one of them",
            );
        }
        pod_specs(context, custom, &pointer);
        let api_version = format!("{}/v1", custom.group);
        if workload_kind(custom.kind.as_str(), Some(&api_version)).is_some() {
            let message = format!("spotgen already knows the kind `{}`", custom.kind);
            context.problem(
                &pointer.child("kind"),
                message,
                "remove it from `customKinds`",
            );
        }
    }
}

/// Checks that there are pod specs, once each, and that their classes exist.
fn pod_specs(context: &mut Context<'_>, custom: &CustomKind, pointer: &Pointer) {
    let help = "set `podSpec` to the path of the pod spec, or `podSpecs` if there are several";
    match (&custom.pod_spec, custom.pod_specs.as_slice()) {
        (None, []) => context.missing(pointer, "this kind has no pod spec", help),
        (Some(_), [_, ..]) => context.problem(
            &pointer.child("podSpec").at_key(),
            "`podSpec` and `podSpecs` are mutually exclusive",
            "move the path to `podSpecs`",
        ),
        _ => {}
    }
    let section = pointer.child("podSpecs");
    let mut seen = HashMap::new();
    for (at, pods) in custom.pod_specs.iter().enumerate() {
        let pointer = section.child(at);
        if let Some(first) = seen.insert(pods.path.as_str(), at) {
            context.twice(
                &section.child(first).child("path"),
                &pointer.child("path"),
                &format!("the pod spec `{}`", pods.path),
                "remove one of them",
            );
        }
        if let Some(class) = &pods.class {
            reference(context, class, &|| pointer.child("class"));
        }
    }
}
