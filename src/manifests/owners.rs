//! Objects of operators that may make pods: pods that are in none of the manifests.

use super::objects::Object;
use crate::yaml::Node;

/// An object whose operator may make pods.
#[derive(Debug)]
pub struct ManifestOwner {
    pub kind: String,
    /// None if whoever applies it decides, or if it belongs to no namespace.
    pub namespace: Option<String>,
}

/// API groups, and kinds of others, whose objects make no pods.
///
/// Sources: the custom resources of cert-manager/cert-manager, istio/istio, traefik/traefik,
/// external-secrets/external-secrets, bitnami-labs/sealed-secrets, cilium/cilium, projectcalico/calico, kyverno/kyverno,
/// prometheus-operator/prometheus-operator and kedacore/keda.
const WITHOUT_PODS: [&str; 16] = [
    "cert-manager.io",
    "istio.io",
    "traefik.io",
    "traefik.containo.us",
    "external-secrets.io",
    "bitnami.com",
    "cilium.io",
    "projectcalico.org",
    "kyverno.io",
    "ServiceMonitor",
    "PodMonitor",
    "PrometheusRule",
    "ScaledObject",
    "TriggerAuthentication",
    "ClusterTriggerAuthentication",
    "Rollout",
];

/// None if it is an object of Kubernetes itself, or makes no pods.
pub(super) fn read(object: &Object<'_, '_>) -> Option<ManifestOwner> {
    let (group, _) = object.api_version.as_deref()?.split_once('/')?;
    // Groups without a dot are those of Kubernetes; `x-k8s.io` is for projects beside it.
    let is_of_kubernetes = !group.contains('.') || group.ends_with(".k8s.io");
    let is_without_pods = |known: &str| {
        let rest = group.strip_suffix(known);
        object.kind == known || rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if is_of_kubernetes || WITHOUT_PODS.into_iter().any(is_without_pods) {
        return None;
    }
    let namespace = object.node.at(&["metadata", "namespace"]);
    Some(ManifestOwner {
        kind: object.kind.clone(),
        namespace: namespace.and_then(Node::as_str).map(str::to_owned),
    })
}
