//! Which parts of an object are judged, as opposed to passed over or only compared.
//!
//! Names and labels with a value that is replaced later are still the same where they are written the same.

use super::later::Later;
use super::objects::Object;
use super::shape;
use crate::config::Kind;
use crate::source::Span;
use crate::yaml::Node;

/// Of the object that makes the pods.
const OF_OBJECT: [&str; 6] = [
    "completions",
    "parallelism",
    "replicas",
    "schedule",
    "strategy",
    "suspend",
];
/// Of the pods.
const OF_PODS: [&str; 6] = [
    "affinity",
    "nodeSelector",
    "priorityClassName",
    "terminationGracePeriodSeconds",
    "tolerations",
    "topologySpreadConstraints",
];

/// Whether an object that makes no pods is judged by its numbers alone.
pub(super) fn is_judged_whole(object: &Object<'_, '_>) -> bool {
    object.is("LimitRange", &[""])
        || object.is("PodDisruptionBudget", &["policy"])
        || object.is("PriorityClass", &["scheduling.k8s.io"])
        || object.is("HorizontalPodAutoscaler", &["autoscaling", "extensions"])
        || object.is("ScaledObject", &["keda.sh"])
}

/// The first value in a part that is judged which a tool replaces later.
pub(super) fn unknown<'n>(later: Later, object: &Object<'n, '_>) -> Option<(&'n str, Span)> {
    let spec = shape::present(Some(object.node), "spec");
    let of = |parent: Option<&'n Node<'_>>, keys: &[&str]| {
        let mut keys = keys.iter();
        keys.find_map(|key| later.in_node(parent?.get(key)?))
    };
    let Some(kind) = object.workload_kind() else {
        const NUMBERS: [&str; 7] = [
            "limits",
            "maxReplicaCount",
            "maxReplicas",
            "maxUnavailable",
            "minAvailable",
            "minReplicaCount",
            "minReplicas",
        ];
        return of(Some(object.node), &["value"]).or_else(|| of(spec, &NUMBERS));
    };
    let template = |spec: Option<&'n Node<'_>>| spec?.at(&["template", "spec"]);
    let (inner, pod) = match kind {
        Kind::Pod => (None, spec),
        Kind::CronJob => {
            let inner = spec.and_then(|spec| spec.at(&["jobTemplate", "spec"]));
            (inner, template(inner))
        }
        _ => (None, template(spec)),
    };
    let containers = ["containers", "initContainers"].into_iter();
    let containers = containers.flat_map(|key| {
        let list = shape::present(pod, key);
        list.map_or(&[][..], Node::items)
    });
    of(spec, &OF_OBJECT)
        .or_else(|| of(inner, &OF_OBJECT))
        .or_else(|| of(pod, &OF_PODS))
        .or_else(|| {
            let mut resources = containers.filter_map(|container| container.get("resources"));
            resources.find_map(|resources| later.in_node(resources))
        })
}
