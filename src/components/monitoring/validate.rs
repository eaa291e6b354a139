use crate::validate::{Context, spec};
use crate::yaml::Node;

/// Other keys show that monitoring is wanted, and without `enabled` nothing would be generated.
pub(super) fn validate(context: &mut Context<'_>) {
    let section = spec().child("monitoring");
    let keys = context
        .document
        .node(&section)
        .map_or(&[][..], Node::entries);
    let is_said = keys.iter().any(|entry| entry.key == "enabled");
    if !keys.is_empty() && !is_said {
        context.problem(
            &section.at_key(),
            "`monitoring` has settings, but does not say whether it is on",
            "add `enabled: true`: it is off by default",
        );
    }
}
