//! Common parts of the objects that spotgen generates.

use crate::components::{ComponentId, System};
use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, Namespace, ResourceRequirements, ServiceAccount};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::controller::ContainerResources;
use crate::defaults::UNHEALTHY_POLICY_SINCE;
use crate::kubernetes::{
    COMPONENT_LABEL, ENFORCED_LABEL, GENERATOR, INSTANCE_LABEL, Labels, MANAGED_BY_LABEL,
    NAME_LABEL, Object, PART_OF_LABEL, RESTRICTED, match_labels, quantity, restricted_container,
    role_ref, subject,
};
use crate::plan::Plan;
use crate::sha256;

/// Metadata of an object of a component.
pub(crate) fn metadata(
    plan: &Plan,
    id: ComponentId,
    name: &str,
    namespace: Option<&str>,
) -> ObjectMeta {
    // The cluster autoscaler is run by others: only what it reads is made.
    let runs = id.component().image.is_some() && id != ComponentId::PriorityExpander;
    let app = if runs { id.name() } else { GENERATOR };
    let mut made = metadata_of(plan, app, name, namespace);
    if let Some(labels) = &mut made.labels {
        let component = || id.name().to_owned();
        labels
            .entry(COMPONENT_LABEL.to_owned())
            .or_insert_with(component);
    }
    made
}

/// Metadata of an object of this application.
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>
fn metadata_of(plan: &Plan, app: &str, name: &str, namespace: Option<&str>) -> ObjectMeta {
    let own = [
        (NAME_LABEL, app),
        (PART_OF_LABEL, plan.name.as_str()),
        (MANAGED_BY_LABEL, GENERATOR),
    ];
    let mut labels = plan.common_labels.clone();
    labels.extend(own.map(|(key, value)| (key.to_owned(), value.to_owned())));
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: namespace.map(str::to_owned),
        labels: Some(labels.into()),
        annotations: Some(plan.common_annotations.clone())
            .filter(|annotations| !annotations.is_empty())
            .map(Into::into),
        ..ObjectMeta::default()
    }
}

/// The labels that select a controller's pods. Selectors are immutable, so they contain no labels of the user.
pub(crate) fn pod_labels(id: ComponentId, instance: &str) -> Labels {
    Labels::from([
        (NAME_LABEL.to_owned(), id.name().to_owned()),
        (INSTANCE_LABEL.to_owned(), instance.to_owned()),
    ])
}

/// A hardened container with no other settings.
pub(crate) fn container(name: &str, image: &str, resources: &ContainerResources) -> Container {
    Container {
        name: name.to_owned(),
        image: Some(image.to_owned()),
        // Tags are pinned, so a cached image is always right.
        image_pull_policy: Some("IfNotPresent".to_owned()),
        resources: Some(ResourceRequirements {
            requests: quantities(&resources.requests),
            limits: quantities(&resources.limits),
            ..ResourceRequirements::default()
        }),
        security_context: Some(restricted_container()),
        ..Container::default()
    }
}

fn quantities(
    list: &indexmap::IndexMap<&'static str, crate::values::Quantity>,
) -> Option<BTreeMap<String, Quantity>> {
    let list: BTreeMap<_, _> = list
        .iter()
        .map(|(name, value)| ((*name).to_owned(), quantity(value)))
        .collect();
    Some(list).filter(|list| !list.is_empty())
}

/// The service account of a controller. Pods that need its token mount it explicitly.
pub(crate) fn service_account(plan: &Plan, id: ComponentId, name: &str, namespace: &str) -> Object {
    Object::ServiceAccount(ServiceAccount {
        metadata: metadata(plan, id, name, Some(namespace)),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    })
}

/// A cluster role and its binding to a service account.
pub(crate) fn cluster_role(
    plan: &Plan,
    id: ComponentId,
    name: &str,
    account: (&str, &str),
    rules: Vec<PolicyRule>,
) -> [Object; 2] {
    [
        Object::ClusterRole(ClusterRole {
            metadata: metadata(plan, id, name, None),
            rules: Some(rules),
            ..ClusterRole::default()
        }),
        Object::ClusterRoleBinding(ClusterRoleBinding {
            metadata: metadata(plan, id, name, None),
            role_ref: role_ref("ClusterRole", name),
            subjects: Some(vec![subject(account)]),
        }),
    ]
}

/// A role in a namespace and its binding to a service account, which may be in another namespace.
pub(crate) fn role(
    plan: &Plan,
    id: ComponentId,
    (name, namespace): (&str, &str),
    account: (&str, &str),
    rules: Vec<PolicyRule>,
) -> [Object; 2] {
    [
        Object::Role(Role {
            metadata: metadata(plan, id, name, Some(namespace)),
            rules: Some(rules),
        }),
        Object::RoleBinding(RoleBinding {
            metadata: metadata(plan, id, name, Some(namespace)),
            role_ref: role_ref("Role", name),
            subjects: Some(vec![subject(account)]),
        }),
    ]
}

/// The budget of a controller with one replica: without one, the cluster autoscaler never removes a node that runs a
/// pod in kube-system.
/// Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md, "How to set PDBs to enable CA to move kube-system pods?"
///
/// A pod that is not ready already uses up the single allowed disruption. It must be evictable anyway, or its node
/// could never be drained.
pub(crate) fn controller_budget(
    plan: &Plan,
    id: ComponentId,
    (name, namespace): (&str, &str),
    labels: Labels,
) -> Object {
    let (major, minor) = UNHEALTHY_POLICY_SINCE;
    Object::PodDisruptionBudget(PodDisruptionBudget {
        metadata: metadata(plan, id, name, Some(namespace)),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(1)),
            selector: Some(match_labels(labels)),
            unhealthy_pod_eviction_policy: plan
                .cluster
                .kubernetes_version
                .at_least(major, minor)
                .then(|| "AlwaysAllow".to_owned()),
            ..PodDisruptionBudgetSpec::default()
        }),
        ..PodDisruptionBudget::default()
    })
}

/// The namespace of spotgen's own controllers, which admits only pods that are as hardened as they are.
/// Source: <https://kubernetes.io/docs/concepts/security/pod-security-admission/>
pub(crate) fn system_namespace(system: &System, name: &str) -> Object {
    let plan = &system.plan;
    let mut metadata = metadata_of(plan, GENERATOR, name, None);
    if let Some(labels) = &mut metadata.labels {
        let level = level_of(system, name).to_owned();
        labels.insert(ENFORCED_LABEL.to_owned(), level);
    }
    Object::Namespace(Namespace {
        metadata,
        ..Namespace::default()
    })
}

/// The Pod Security Standard that a generated namespace can enforce.
pub(crate) fn level_of(system: &System, namespace: &str) -> &'static str {
    let handler = system.termination_handler.as_ref();
    let is_there = handler.is_some_and(|handler| handler.namespace == namespace);
    enforced_level(system, is_there)
}

/// The Pod Security Standard that a generated namespace can enforce, with or without the termination handler.
pub(crate) fn enforced_level(system: &System, with_handler: bool) -> &'static str {
    let handler = system.termination_handler.as_ref();
    if with_handler && handler.is_some_and(|handler| handler.host_network) {
        "privileged"
    } else {
        RESTRICTED
    }
}

/// A fingerprint of a text, to restart pods when a file that they read only once has changed.
pub(crate) fn fingerprint(text: &str) -> String {
    let mut digest = sha256::hex(text.as_bytes());
    digest.truncate(16);
    digest
}
