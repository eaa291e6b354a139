//! Whether the default placeholders apply.

use crate::config::Spec;

/// Whether the configuration enables placeholders but lists none.
pub(super) fn is_left_to_us(spec: &Spec) -> bool {
    spec.overprovisioner
        .as_ref()
        .is_none_or(|declared| declared.enabled != Some(false) && declared.placeholders.is_none())
}
