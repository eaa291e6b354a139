use super::context::{Context, spec};
use crate::config::Kind;
use crate::diagnostic::Pointer;
use crate::kinds::operator_kinds;
use crate::suggest::similar;
use crate::values::KindName;

/// Checks that kinds exist.
pub(super) fn references(context: &mut Context<'_>, kinds: &[KindName], pointer: &Pointer) {
    let custom = &context.config.spec.custom_kinds;
    let own = Kind::ALL.iter().map(|kind| kind.as_str());
    let own: Vec<&str> = own
        .chain(custom.iter().map(|custom| custom.kind.as_str()))
        .collect();
    for (at, kind) in kinds.iter().enumerate() {
        let name = kind.as_str();
        if own.contains(&name) || operator_kinds().any(|known| known.kind == name) {
            continue;
        }
        // Those of operators are too many to list, but one of them may be meant.
        let mut known = own.clone();
        if similar(name, own.iter().copied()).is_none() {
            known.extend(similar(name, operator_kinds().map(|known| known.kind)));
        }
        let section = spec().child("customKinds");
        context.unknown(&pointer.child(at), "kind", name, &known, &section);
    }
}
