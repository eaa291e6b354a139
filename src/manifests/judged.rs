//! Which objects that make no pods are judged, as opposed to passed over or only compared, and by what.

use super::later::Later;
use super::objects::Object;
use super::shape;
use crate::source::Span;
use crate::yaml::Node;

/// Whether an object that makes no pods is judged by its numbers alone.
pub(super) fn is_judged_whole(object: &Object<'_, '_>) -> bool {
    object.is("LimitRange", &[""])
        || object.is("PodDisruptionBudget", &["policy"])
        || object.is("PriorityClass", &["scheduling.k8s.io"])
        || object.is("HorizontalPodAutoscaler", &["autoscaling", "extensions"])
        || object.is("ScaledObject", &["keda.sh"])
}

/// The first number that a tool replaces later.
pub(super) fn unknown<'n>(later: Later, object: &Object<'n, '_>) -> Option<(&'n str, Span)> {
    const NUMBERS: [&str; 7] = [
        "limits",
        "maxReplicaCount",
        "maxReplicas",
        "maxUnavailable",
        "minAvailable",
        "minReplicaCount",
        "minReplicas",
    ];
    let of = |parent: Option<&'n Node<'_>>, keys: &[&str]| {
        let mut keys = keys.iter();
        keys.find_map(|key| later.in_node(parent?.get(key)?))
    };
    let spec = shape::present(Some(object.node), "spec");
    of(Some(object.node), &["value"]).or_else(|| of(spec, &NUMBERS))
}
