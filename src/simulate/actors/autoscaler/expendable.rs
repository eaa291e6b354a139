//! Pods that the autoscaler does nothing for.

use crate::simulate::world::Template;

/// Whether pods of a priority below the cut-off count for nothing.
/// Source: kubernetes/autoscaler cluster-autoscaler/core/utils/expendable.go, `IsExpendablePod`.
pub fn is_expendable(template: &Template, cutoff: i32) -> bool {
    template.priority < cutoff && !template.never_preempts
}
