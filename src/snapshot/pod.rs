//! A pod as it is.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Controller, Owner, Time};

/// A pod of the cluster.
#[derive(Clone, Debug)]
pub struct Pod {
    pub namespace: String,
    pub name: String,
    pub labels: BTreeMap<String, String>,
    /// What made it and keeps it.
    pub controller: Option<Controller>,
    /// The node that it is bound to.
    pub node: Option<String>,
    pub phase: Phase,
    pub is_ready: bool,
    /// Whether it is being deleted.
    pub is_terminating: bool,
    /// Why the scheduler finds no node for it.
    pub unschedulable: Option<String>,
    /// Why a container of it waits or has ended, such as `CrashLoopBackOff`.
    pub trouble: Option<String>,
    pub created: Option<Time>,
}

/// Source: kubernetes/api core/v1/types.go, `PodPhase`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Phase {
    Pending,
    Running,
    Succeeded,
    Failed,
    #[default]
    #[serde(other)]
    Unknown,
}

impl Pod {
    /// Whether it runs or still will.
    pub fn is_alive(&self) -> bool {
        matches!(self.phase, Phase::Pending | Phase::Running) && !self.is_terminating
    }

    /// Whether the kubelet of a node made it from a file, of which the API server only has a mirror.
    /// Source: kubernetes/kubernetes `pkg/kubelet/pod/mirror_client.go`: the node owns it.
    pub fn is_of_its_node(&self) -> bool {
        self.controller
            .as_ref()
            .is_some_and(|controller| controller.kind == "Node")
    }
}

/// Source: kubernetes/api core/v1/types.go, `Pod`.
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
    namespace: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    owner_references: Vec<Owner>,
    #[serde(default)]
    creation_timestamp: Option<Time>,
    #[serde(default)]
    deletion_timestamp: Option<Time>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    #[serde(default)]
    node_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    phase: Phase,
    #[serde(default)]
    conditions: Vec<Condition>,
    #[serde(default)]
    container_statuses: Vec<ContainerStatus>,
}

#[derive(Deserialize)]
struct Condition {
    r#type: String,
    status: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

#[derive(Deserialize)]
struct ContainerStatus {
    #[serde(default)]
    state: State,
}

#[derive(Default, Deserialize)]
struct State {
    #[serde(default)]
    waiting: Option<Reason>,
    #[serde(default)]
    terminated: Option<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: Option<String>,
}

impl From<Raw> for Pod {
    fn from(raw: Raw) -> Self {
        let Metadata {
            name,
            namespace,
            labels,
            owner_references,
            creation_timestamp,
            deletion_timestamp,
        } = raw.metadata;
        let namespace = namespace.unwrap_or_else(|| "default".to_owned());
        let has = |kind: &str, status: &str| {
            let mut conditions = raw.status.conditions.iter();
            conditions.find(|condition| condition.r#type == kind && condition.status == status)
        };
        let is_ready = has("Ready", "True").is_some();
        let unschedulable = has("PodScheduled", "False")
            .filter(|condition| condition.reason.as_deref() == Some("Unschedulable"))
            .map(|condition| condition.message.clone().unwrap_or_default());
        let trouble = raw
            .status
            .container_statuses
            .into_iter()
            .find_map(|container| {
                let state = container.state;
                state.waiting.or(state.terminated)?.reason
            });
        Self {
            controller: Owner::controller(owner_references, &namespace),
            namespace,
            name,
            labels,
            node: raw.spec.node_name.filter(|node| !node.is_empty()),
            phase: raw.status.phase,
            is_ready,
            is_terminating: deletion_timestamp.is_some(),
            unschedulable,
            trouble,
            created: creation_timestamp,
        }
    }
}
