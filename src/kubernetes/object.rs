//! Kubernetes objects as data.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Service, ServiceAccount};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::prometheus::{Custom, PodMonitorSpec, RuleGroups, ServiceMonitorSpec};

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
    Service(Box<Service>),
    Deployment(Box<Deployment>),
    DaemonSet(Box<DaemonSet>),
    Copied(Box<Copied>),
    ServiceMonitor(Box<Custom<ServiceMonitorSpec>>),
    PodMonitor(Box<Custom<PodMonitorSpec>>),
    PrometheusRule(Box<Custom<RuleGroups>>),
    PodDisruptionBudget(PodDisruptionBudget),
}

/// A copy of somebody's object, with all of its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Copied {
    pub metadata: ObjectMeta,
    /// The whole object.
    pub object: Json,
}

impl Serialize for Copied {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.object.serialize(serializer)
    }
}

impl Object {
    /// The [`rank`](Self::rank) of the kind that comes last.
    pub const LAST_RANK: u8 = 15;

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
            Self::Service(_) => 8,
            Self::Deployment(_) => 9,
            Self::DaemonSet(_) => 10,
            Self::Copied(_) => 11,
            Self::ServiceMonitor(_) => 12,
            Self::PodMonitor(_) => 13,
            Self::PrometheusRule(_) => 14,
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
            Self::Service(object) => &object.metadata,
            Self::Deployment(object) => &object.metadata,
            Self::DaemonSet(object) => &object.metadata,
            Self::Copied(object) => &object.metadata,
            Self::ServiceMonitor(object) => &object.metadata,
            Self::PodMonitor(object) => &object.metadata,
            Self::PrometheusRule(object) => &object.metadata,
            Self::PodDisruptionBudget(object) => &object.metadata,
        }
    }
}
