//! The order in which people write the fields of Kubernetes objects. The API's own types have them by the alphabet.

/// The most fields that come first in an object.
pub(super) const MOST_FIRST: usize = 6;

/// Fields that come first, in this order; the others follow as they are.
pub(super) fn first_fields(name: &str) -> &'static [&'static str] {
    match name {
        "ObjectMeta" => &["name", "namespace", "labels", "annotations"],
        "Container" => &["name", "image", "imagePullPolicy", "command", "args", "env"],
        "Toleration" | "NodeSelectorRequirement" | "LabelSelectorRequirement" => {
            &["key", "operator", "value", "values", "effect"]
        }
        "TopologySpreadConstraint" => &["maxSkew", "topologyKey", "whenUnsatisfiable"],
        "PreferredSchedulingTerm" | "WeightedPodAffinityTerm" => &["weight"],
        "ContainerPort" | "EnvVar" | "MatchCondition" | "Variable" | "Volume" | "VolumeMount" => {
            &["name"]
        }
        // Objects are called by their kind.
        _ => &["apiVersion", "kind", "metadata"],
    }
}
