#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kinds of workloads that spotgen can patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum Kind {
    Deployment,
    StatefulSet,
    ReplicaSet,
    ReplicationController,
    DaemonSet,
    Job,
    CronJob,
    Pod,
    /// A `Rollout` of Argo Rollouts.
    Rollout,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Deployment,
        Self::StatefulSet,
        Self::ReplicaSet,
        Self::ReplicationController,
        Self::DaemonSet,
        Self::Job,
        Self::CronJob,
        Self::Pod,
        Self::Rollout,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::ReplicaSet => "ReplicaSet",
            Self::ReplicationController => "ReplicationController",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::Pod => "Pod",
            Self::Rollout => "Rollout",
        }
    }

    /// Whether its manifests name the pods that belong to it. Nobody writes a selector for a `Job`, whose pods get a label
    /// of its own, for a `CronJob`, which makes `Job`s, or for a `Pod`.
    pub fn has_selector(self) -> bool {
        !matches!(self, Self::Job | Self::CronJob | Self::Pod)
    }

    /// Whether its pods end by themselves.
    pub const fn is_job(self) -> bool {
        matches!(self, Self::Job | Self::CronJob)
    }

    /// Whether Kubernetes knows the expected number of pods, and can calculate a percentage of it. It does for these
    /// kinds and for whatever has the subresource `scale`.
    /// Source: kubernetes/kubernetes pkg/controller/disruption/disruption.go, `finders`.
    pub fn is_counted(self) -> bool {
        matches!(
            self,
            Self::Deployment
                | Self::StatefulSet
                | Self::ReplicaSet
                | Self::ReplicationController
                | Self::Rollout
        )
    }
}
