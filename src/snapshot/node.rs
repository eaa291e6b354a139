//! A node as it is.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Time;
use crate::kubernetes::{Effect, Taint};
use crate::values::Quantity;

/// A node of the cluster.
#[derive(Clone, Debug)]
pub struct Node {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    /// Those with an effect that Kubernetes knows.
    pub taints: Vec<Taint>,
    /// What its pods can request, by resource.
    pub allocatable: BTreeMap<String, Quantity>,
    /// Whether it is cordoned.
    pub is_cordoned: bool,
    pub is_ready: bool,
    pub created: Option<Time>,
    /// The version of its kubelet, such as `v1.36.3`.
    pub kubelet_version: String,
    /// What the cloud calls it, such as `aws:///eu-west-1a/i-0123`.
    pub provider_id: String,
    /// The last time that its kubelet reported a condition.
    pub heartbeat: Option<Time>,
}

impl Node {
    /// Whether the control plane runs on it.
    /// Source: kubernetes/kubernetes cmd/kubeadm/app/constants/constants.go, `LabelNodeRoleControlPlane`; `master` before 1.24.
    pub fn is_of_control_plane(&self) -> bool {
        let roles = [
            "node-role.kubernetes.io/control-plane",
            "node-role.kubernetes.io/master",
        ];
        roles.iter().any(|role| self.labels.contains_key(*role))
    }
}

/// Source: kubernetes/api core/v1/types.go, `Node`.
#[derive(Deserialize)]
pub(super) struct Raw {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    creation_timestamp: Option<Time>,
}

#[derive(Default, Deserialize)]
struct Spec {
    #[serde(default)]
    taints: Vec<RawTaint>,
    #[serde(default)]
    unschedulable: bool,
    #[serde(default, rename = "providerID")]
    provider_id: String,
}

#[derive(Deserialize)]
struct RawTaint {
    key: String,
    #[serde(default)]
    value: Option<String>,
    effect: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    allocatable: BTreeMap<String, Quantity>,
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    node_info: NodeInfo,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodeInfo {
    #[serde(default)]
    kubelet_version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    r#type: String,
    status: String,
    #[serde(default)]
    last_heartbeat_time: Option<Time>,
}

impl From<Raw> for Node {
    fn from(raw: Raw) -> Self {
        let taint = |raw: RawTaint| {
            Some(Taint {
                effect: Effect::parse(&raw.effect)?,
                key: raw.key,
                value: raw.value.filter(|value| !value.is_empty()),
            })
        };
        let conditions = &raw.status.conditions;
        Self {
            is_ready: conditions
                .iter()
                .any(|condition| condition.r#type == "Ready" && condition.status == "True"),
            heartbeat: conditions
                .iter()
                .filter_map(|condition| condition.last_heartbeat_time)
                .max(),
            name: raw.metadata.name,
            labels: raw.metadata.labels,
            taints: raw.spec.taints.into_iter().filter_map(taint).collect(),
            allocatable: raw.status.allocatable,
            is_cordoned: raw.spec.unschedulable,
            provider_id: raw.spec.provider_id,
            kubelet_version: raw.status.node_info.kubelet_version,
            created: raw.metadata.creation_timestamp,
        }
    }
}
