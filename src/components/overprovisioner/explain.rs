//! Why placeholders have these numbers, for who reads their manifests.

use super::plan::{Placeholder, PriorityClass};
use crate::kubernetes::{EXPENDABLE_CUTOFF, Resources};

/// Why a priority is as low as it is, and no lower.
pub(super) fn priority(class: &PriorityClass) -> Option<String> {
    (EXPENDABLE_CUTOFF..0).contains(&class.value).then(|| {
        format!(
            "Below 0, so that any pod preempts them; the autoscaler adds no nodes for pods below {EXPENDABLE_CUTOFF}."
        )
    })
}

/// Why a placeholder is of this size.
pub(super) fn size(placeholder: &Placeholder, largest: Option<&Resources>) -> Option<String> {
    (Some(&placeholder.requests) == largest)
        .then(|| "The largest requests of a pod that prefers Spot.".to_owned())
}
