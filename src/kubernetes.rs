//! Kubernetes objects as data, and what all of ours have in common.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment};
use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMap, Container, Namespace, PodSecurityContext, PodSpec, PodTemplateSpec,
    Probe, ResourceRequirements, SeccompProfile, SecurityContext, ServiceAccount,
};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Serialize;

use crate::defaults::UNHEALTHY_POLICY_SINCE;
use crate::plan::{
    ContainerResources, INSTANCE_LABEL, Labels, MANAGED_BY_LABEL, NAME_LABEL, PART_OF_LABEL, Plan,
};
use crate::sha256;

/// The two lists of an affinity, whatever it is about.
/// Source: kubernetes/api core/v1/types.go, `NodeAffinity` and `PodAntiAffinity`.
pub const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
pub const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

/// An object of any kind that we make, in the order in which kinds are applied. The few that are large are boxed, for
/// the many budgets are handed on by value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Object {
    Namespace(Namespace),
    PriorityClass(PriorityClass),
    ServiceAccount(ServiceAccount),
    ClusterRole(ClusterRole),
    ClusterRoleBinding(ClusterRoleBinding),
    Role(Role),
    RoleBinding(RoleBinding),
    ConfigMap(ConfigMap),
    Deployment(Box<Deployment>),
    DaemonSet(Box<DaemonSet>),
    PodDisruptionBudget(PodDisruptionBudget),
}

impl Object {
    /// The [`rank`](Self::rank) of the kind that comes last.
    pub const LAST_RANK: u8 = 10;

    /// Where its kind stands in a stream: whatever others refer to comes first.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Namespace(_) => 0,
            Self::PriorityClass(_) => 1,
            Self::ServiceAccount(_) => 2,
            Self::ClusterRole(_) => 3,
            Self::ClusterRoleBinding(_) => 4,
            Self::Role(_) => 5,
            Self::RoleBinding(_) => 6,
            Self::ConfigMap(_) => 7,
            Self::Deployment(_) => 8,
            Self::DaemonSet(_) => 9,
            Self::PodDisruptionBudget(_) => Self::LAST_RANK,
        }
    }

    pub fn metadata(&self) -> &ObjectMeta {
        match self {
            Self::Namespace(object) => &object.metadata,
            Self::PriorityClass(object) => &object.metadata,
            Self::ServiceAccount(object) => &object.metadata,
            Self::ClusterRole(object) => &object.metadata,
            Self::ClusterRoleBinding(object) => &object.metadata,
            Self::Role(object) => &object.metadata,
            Self::RoleBinding(object) => &object.metadata,
            Self::ConfigMap(object) => &object.metadata,
            Self::Deployment(object) => &object.metadata,
            Self::DaemonSet(object) => &object.metadata,
            Self::PodDisruptionBudget(object) => &object.metadata,
        }
    }
}

/// Metadata of an object of ours: `app` says which part of the system it is.
pub fn metadata(plan: &Plan, app: &str, name: &str, namespace: Option<&str>) -> ObjectMeta {
    let own = [
        (NAME_LABEL, app),
        (PART_OF_LABEL, plan.name.as_str()),
        (MANAGED_BY_LABEL, "spotgen"),
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

/// The labels that select a controller's pods. They can never be changed, so nothing of the user's is in them.
pub fn pod_labels(app: &str, instance: &str) -> Labels {
    Labels::from([
        (NAME_LABEL.to_owned(), app.to_owned()),
        (INSTANCE_LABEL.to_owned(), instance.to_owned()),
    ])
}

pub fn match_labels(labels: Labels) -> LabelSelector {
    LabelSelector {
        match_labels: Some(labels.into()),
        ..LabelSelector::default()
    }
}

/// A pod template with the labels that its controller selects by.
pub fn pod_template(labels: Labels, annotations: Option<Labels>, spec: PodSpec) -> PodTemplateSpec {
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
pub fn restricted_pod(user: i64) -> PodSecurityContext {
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
pub fn restricted_container() -> SecurityContext {
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

/// A container that is hardened and otherwise empty.
pub fn container(name: &str, image: &str, resources: &ContainerResources) -> Container {
    Container {
        name: name.to_owned(),
        image: Some(image.to_owned()),
        // Tags are pinned: what a node has, it has.
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

pub fn quantity(value: &crate::values::Quantity) -> Quantity {
    Quantity(value.as_str().to_owned())
}

/// A probe that asks an address over HTTP.
pub fn http_probe(path: &str, port: i32, scheme: Option<&str>) -> Probe {
    use k8s_openapi::api::core::v1::HTTPGetAction;
    use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
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

/// The account of a controller. Pods ask for its token themselves, where they need one.
pub fn service_account(plan: &Plan, app: &str, name: &str, namespace: &str) -> Object {
    Object::ServiceAccount(ServiceAccount {
        metadata: metadata(plan, app, name, Some(namespace)),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    })
}

/// Selects Linux nodes that have these labels besides: our images and their hardening are Linux's.
pub fn linux_nodes<const N: usize>(labels: [(&str, &str); N]) -> BTreeMap<String, String> {
    labels
        .into_iter()
        .chain([("kubernetes.io/os", "linux")])
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// A rule over resources of one API group.
pub fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> PolicyRule {
    let owned = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    PolicyRule {
        api_groups: Some(vec![group.to_owned()]),
        resources: Some(owned(resources)),
        verbs: owned(verbs),
        ..PolicyRule::default()
    }
}

/// The same rule for one object alone.
pub fn rule_for(group: &str, resource: &str, name: &str, verbs: &[&str]) -> PolicyRule {
    PolicyRule {
        resource_names: Some(vec![name.to_owned()]),
        ..rule(group, &[resource], verbs)
    }
}

/// A cluster role and its binding to an account.
pub fn cluster_role(
    plan: &Plan,
    app: &str,
    name: &str,
    account: (&str, &str),
    rules: Vec<PolicyRule>,
) -> [Object; 2] {
    [
        Object::ClusterRole(ClusterRole {
            metadata: metadata(plan, app, name, None),
            rules: Some(rules),
            ..ClusterRole::default()
        }),
        Object::ClusterRoleBinding(ClusterRoleBinding {
            metadata: metadata(plan, app, name, None),
            role_ref: role_ref("ClusterRole", name),
            subjects: Some(vec![subject(account)]),
        }),
    ]
}

/// A role in a namespace and its binding to an account, which may live in another one.
pub fn role(
    plan: &Plan,
    app: &str,
    (name, namespace): (&str, &str),
    account: (&str, &str),
    rules: Vec<PolicyRule>,
) -> [Object; 2] {
    [
        Object::Role(Role {
            metadata: metadata(plan, app, name, Some(namespace)),
            rules: Some(rules),
        }),
        Object::RoleBinding(RoleBinding {
            metadata: metadata(plan, app, name, Some(namespace)),
            role_ref: role_ref("Role", name),
            subjects: Some(vec![subject(account)]),
        }),
    ]
}

fn role_ref(kind: &str, name: &str) -> RoleRef {
    RoleRef {
        api_group: Some("rbac.authorization.k8s.io".to_owned()),
        kind: kind.to_owned(),
        name: name.to_owned(),
    }
}

fn subject((name, namespace): (&str, &str)) -> Subject {
    Subject {
        kind: "ServiceAccount".to_owned(),
        name: name.to_owned(),
        namespace: Some(namespace.to_owned()),
        ..Subject::default()
    }
}

/// The budget of a controller with one replica: without one, the cluster autoscaler never removes the node of a pod
/// in kube-system.
/// Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md, "How to set PDBs to enable CA to move kube-system pods?"
///
/// A pod that is not ready uses up the one that may be gone: it must be evictable in any case, or its node could never
/// be drained.
pub fn controller_budget(
    plan: &Plan,
    app: &str,
    (name, namespace): (&str, &str),
    labels: Labels,
) -> Object {
    use k8s_openapi::api::policy::v1::PodDisruptionBudgetSpec;
    use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
    let (major, minor) = UNHEALTHY_POLICY_SINCE;
    Object::PodDisruptionBudget(PodDisruptionBudget {
        metadata: metadata(plan, app, name, Some(namespace)),
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

/// The namespace that holds spotgen's own controllers, admitting only pods that are hardened as ours are.
/// Source: <https://kubernetes.io/docs/concepts/security/pod-security-admission/>
pub fn system_namespace(plan: &Plan, name: &str) -> Object {
    let mut metadata = metadata(plan, name, name, None);
    if let Some(labels) = &mut metadata.labels {
        let level = level_of(plan, name).to_owned();
        labels.insert(ENFORCED_LABEL.to_owned(), level);
    }
    Object::Namespace(Namespace {
        metadata,
        ..Namespace::default()
    })
}

/// The label by which a namespace says what pods it admits.
pub const ENFORCED_LABEL: &str = "pod-security.kubernetes.io/enforce";

/// The Pod Security Standard that a namespace of ours can enforce.
pub fn level_of(plan: &Plan, namespace: &str) -> &'static str {
    let handler = plan.termination_handler.as_ref();
    let is_there = handler.is_some_and(|handler| handler.namespace == namespace);
    enforced_level(plan, is_there)
}

/// Hardened as all our pods are.
pub const RESTRICTED: &str = "restricted";

/// The Pod Security Standard that a namespace of ours can enforce, with the termination handler in it or without.
pub fn enforced_level(plan: &Plan, with_handler: bool) -> &'static str {
    let handler = plan.termination_handler.as_ref();
    if with_handler && handler.is_some_and(|handler| handler.host_network) {
        "privileged"
    } else {
        RESTRICTED
    }
}

/// A fingerprint of a text, to restart pods when what they read only once has changed.
pub fn fingerprint(text: &str) -> String {
    let mut digest = sha256::hex(text.as_bytes());
    digest.truncate(16);
    digest
}
