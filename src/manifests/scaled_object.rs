//! What KEDA's `HorizontalPodAutoscaler` for a `ScaledObject` goes by.

use super::shape;
use crate::yaml::Node;

/// Whether it goes by the pods that the selector of its target matches: by their CPU or memory, or by a value that is for
/// all of them. It shares out any other value.
///
/// Sources: kedacore/keda `pkg/scalers/cpu_memory_scaler.go` (`GetMetricSpecForScaling`: always a metric of the pods),
/// pkg/scalers/scaler.go (`GetMetricTargetType`: `AverageValue` by default), controllers/keda/hpa.go (`getScaledObjectMetricSpecs`:
/// with modifiers, one metric stands for all but those of the pods); kubernetes/kubernetes
/// `pkg/controller/podautoscaler/replica_calculator.go` (`GetExternalMetricReplicas`: pods by selector).
pub(super) fn counts_pods(spec: Option<&Node<'_>>) -> bool {
    let is_for_all = |parent: Option<&Node<'_>>| {
        let kind = shape::present(parent, "metricType").and_then(Node::as_str);
        kind == Some("Value")
    };
    let advanced = shape::present(spec, "advanced");
    let modifiers = shape::present(advanced, "scalingModifiers");
    let modifiers = modifiers.filter(|modifiers| !modifiers.entries().is_empty());
    let triggers = shape::present(spec, "triggers").map_or(&[][..], Node::items);
    let is_of_pods = |trigger: &Node<'_>| {
        let kind = shape::present(Some(trigger), "type").and_then(Node::as_str);
        matches!(kind, Some("cpu" | "memory"))
    };
    triggers.iter().any(is_of_pods)
        || match modifiers {
            Some(modifiers) => is_for_all(Some(modifiers)),
            None => triggers.iter().any(|trigger| is_for_all(Some(trigger))),
        }
}
