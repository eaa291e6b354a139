//! What the cluster autoscaler says of itself in the `ConfigMap` `cluster-autoscaler-status`.

use super::Time;
use crate::source::Sources;
use crate::yaml::{self, Node};

/// Name and key of the `ConfigMap`.
/// Source: kubernetes/autoscaler cluster-autoscaler/clusterstate/utils/status.go, `StatusConfigMapName` as the flag
/// `status-config-map-name` has it by default, and `WriteStatusConfigMap`.
pub const CONFIG_MAP: &str = "cluster-autoscaler-status";
pub(super) const KEY: &str = "status";

/// Its report.
#[derive(Clone, Debug)]
pub struct AutoscalerStatus {
    pub namespace: String,
    /// When it was written.
    pub time: Option<Time>,
    /// Whether it says that it runs, and not that it still starts.
    pub is_running: bool,
    pub groups: Vec<GroupStatus>,
}

/// A node group in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupStatus {
    /// The name that the priority expander matches.
    pub name: String,
    pub is_healthy: bool,
    /// Nodes that are ready.
    pub ready: i64,
    /// Nodes that the cloud was asked for.
    pub target: i64,
    pub min: i64,
    pub max: i64,
    pub scale_up: ScaleUp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScaleUp {
    NoActivity,
    InProgress,
    /// It is left alone for a while, for an error of the cloud.
    Backoff {
        code: String,
        message: String,
    },
}

impl AutoscalerStatus {
    /// Reads the report of an autoscaler from 1.30 on.
    /// Source: kubernetes/autoscaler cluster-autoscaler/clusterstate/api/types.go.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn read(text: &str, namespace: &str) -> Result<Self, String> {
        let mut sources = Sources::default();
        let id = sources.add(CONFIG_MAP, "");
        let parsed = yaml::parse_stream(id, text);
        let is_report = |document: &&Node<'_>| document.get("autoscalerStatus").is_some();
        let Some(report) = parsed.documents.iter().find(is_report) else {
            let reason = "it is no YAML with `autoscalerStatus`: cluster-autoscaler before 1.30 wrote free text, which is not read";
            return Err(reason.to_owned());
        };
        let text =
            |node: Option<&Node<'_>>| node.and_then(Node::as_str).unwrap_or_default().to_owned();
        let groups = report.get("nodeGroups").map_or(&[][..], Node::items);
        let group = |group: &Node<'_>| {
            let number = |path: &[&str]| group.at(path).and_then(Node::as_i64).unwrap_or(0);
            let scale_up = match text(group.at(&["scaleUp", "status"])).as_str() {
                "InProgress" => ScaleUp::InProgress,
                "Backoff" => ScaleUp::Backoff {
                    code: text(group.at(&["scaleUp", "backoffInfo", "errorCode"])),
                    message: text(group.at(&["scaleUp", "backoffInfo", "errorMessage"])),
                },
                _ => ScaleUp::NoActivity,
            };
            GroupStatus {
                name: text(group.get("name")),
                is_healthy: text(group.at(&["health", "status"])) != "Unhealthy",
                ready: number(&["health", "nodeCounts", "registered", "ready"]),
                target: number(&["health", "cloudProviderTarget"]),
                min: number(&["health", "minSize"]),
                max: number(&["health", "maxSize"]),
                scale_up,
            }
        };
        Ok(Self {
            namespace: namespace.to_owned(),
            time: Time::parse(&text(report.get("time"))),
            is_running: text(report.get("autoscalerStatus")) == "Running",
            groups: groups.iter().map(group).collect(),
        })
    }
}
