//! Parts of pods.

use k8s_openapi::api::core::v1::{
    Capabilities, HTTPGetAction, PodSecurityContext, PodSpec, PodTemplateSpec, Probe,
    SeccompProfile, SecurityContext,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Labels;

/// A pod template with the labels that its controller selects by.
pub(crate) fn pod_template(
    labels: Labels,
    annotations: Option<Labels>,
    spec: PodSpec,
) -> PodTemplateSpec {
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(labels.into()),
            annotations: annotations.map(Into::into),
            ..ObjectMeta::default()
        }),
        spec: Some(spec),
    }
}

/// What the restricted Pod Security Standard asks of a pod.
/// Source: <https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
pub(crate) fn restricted_pod(user: i64) -> PodSecurityContext {
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(user),
        run_as_group: Some(user),
        seccomp_profile: Some(SeccompProfile {
            type_: "RuntimeDefault".to_owned(),
            ..SeccompProfile::default()
        }),
        ..PodSecurityContext::default()
    }
}

/// What the same standard asks of a container, and a root file system that cannot be written to.
pub(crate) fn restricted_container() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities {
            drop: Some(vec!["ALL".to_owned()]),
            ..Capabilities::default()
        }),
        read_only_root_filesystem: Some(true),
        ..SecurityContext::default()
    }
}

pub(crate) fn quantity(value: &crate::values::Quantity) -> Quantity {
    Quantity(value.as_str().to_owned())
}

/// A probe that asks an address over HTTP.
pub(crate) fn http_probe(path: &str, port: i32, scheme: Option<&str>) -> Probe {
    Probe {
        http_get: Some(HTTPGetAction {
            path: Some(path.to_owned()),
            port: IntOrString::Int(port),
            scheme: scheme.map(str::to_owned),
            ..HTTPGetAction::default()
        }),
        initial_delay_seconds: Some(5),
        period_seconds: Some(20),
        timeout_seconds: Some(5),
        ..Probe::default()
    }
}
