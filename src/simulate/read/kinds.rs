//! Which kinds of objects matter to the model, and which it leaves out knowingly.

/// Kinds that neither make pods nor decide where they run: nothing is lost without them.
const WITHOUT_EFFECT: [&str; 32] = [
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "ControllerRevision",
    "CustomResourceDefinition",
    "EndpointSlice",
    "Endpoints",
    "Event",
    "Gateway",
    "HTTPRoute",
    "Ingress",
    "IngressClass",
    "Lease",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "NetworkPolicy",
    "Node",
    "PersistentVolume",
    "PodMetrics",
    "PodMonitor",
    "PrometheusRule",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "ServiceMonitor",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// Kinds that are read.
const READ: [&str; 15] = [
    "ConfigMap",
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Job",
    "List",
    "Namespace",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "PriorityClass",
    "ReplicaSet",
    "ReplicationController",
    "ScaledObject",
    "StatefulSet",
];

/// Kinds of which pods come.
const MAKE_PODS: [&str; 7] = [
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

/// Whether pods come of objects of this kind, in the model.
pub fn makes_pods(kind: &str) -> bool {
    MAKE_PODS.contains(&kind)
}

/// Why an object of this kind is not in the model; none where it is, or where it changes nothing.
pub(super) fn left_out(kind: &str) -> Option<&'static str> {
    if READ.contains(&kind) || WITHOUT_EFFECT.contains(&kind) {
        return None;
    }
    Some(match kind {
        "CronJob" => "when its Jobs run is not modelled: it makes no pods",
        "LimitRange" => {
            "it is not modelled: pods get no requests from it, so write them into their manifests"
        }
        "ResourceQuota" => "quotas are not modelled: its limits are not kept",
        _ => "the model does not know this kind: it makes no pods",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_out_without_a_word() {
        assert_eq!(left_out("Deployment"), None);
        assert_eq!(left_out("Service"), None);
        assert!(left_out("CronJob").is_some());
        assert!(left_out("LimitRange").is_some());
        assert!(left_out("Kafka").is_some());
    }
}
