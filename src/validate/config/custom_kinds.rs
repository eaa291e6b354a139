use std::collections::HashMap;

use super::context::{Context, spec};
use crate::config::Kind;
use crate::diagnostic::Pointer;
use crate::manifests::workload_kind;
use crate::values::KindName;

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

/// Checks that kinds exist.
pub(super) fn references(context: &mut Context<'_>, kinds: &[KindName], pointer: &Pointer) {
    let custom = &context.config.spec.custom_kinds;
    let built_in = Kind::ALL.iter().map(|kind| kind.as_str());
    let known: Vec<&str> = built_in
        .chain(custom.iter().map(|custom| custom.kind.as_str()))
        .collect();
    for (at, kind) in kinds.iter().enumerate() {
        if !known.contains(&kind.as_str()) {
            let section = spec().child("customKinds");
            context.unknown(&pointer.child(at), "kind", kind.as_str(), &known, &section);
        }
    }
}
