//! Taints of nodes.

use serde::Serialize;

/// The taints of a node that is not ready, or that no longer answers.
/// Source: kubernetes/api `core/v1/well_known_taints.go`.
pub(crate) const NODE_NOT_READY: &str = "node.kubernetes.io/not-ready";
pub(crate) const NODE_UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// The keys of the taints that Kubernetes itself sets on nodes.
/// Source: kubernetes/api `core/v1/well_known_taints.go`; kubernetes/cloud-provider `api/well_known_taints.go`.
pub(crate) const NODE_TAINTS: [&str; 10] = [
    NODE_NOT_READY,
    NODE_UNREACHABLE,
    "node.kubernetes.io/unschedulable",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/network-unavailable",
    "node.kubernetes.io/pid-pressure",
    "node.kubernetes.io/out-of-service",
    "node.cloudprovider.kubernetes.io/uninitialized",
    "node.cloudprovider.kubernetes.io/shutdown",
];

/// What a taint does to pods that do not tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Effect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

impl Effect {
    pub const ALL: [Self; 3] = [Self::NoSchedule, Self::PreferNoSchedule, Self::NoExecute];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == text)
    }
}

impl std::fmt::Display for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taint {
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub effect: Effect,
}

impl Taint {
    /// One that is always the same: key, value, effect.
    pub fn known((key, value, effect): (&str, &str, Effect)) -> Self {
        Self {
            key: key.to_owned(),
            value: Some(value.to_owned()),
            effect,
        }
    }

    /// As the configuration writes it: `key=value:Effect`.
    pub fn text(&self) -> String {
        let Self { key, value, effect } = self;
        match value {
            Some(value) => format!("{key}={value}:{effect}"),
            None => format!("{key}:{effect}"),
        }
    }

    /// Whether it keeps no pod away, and only makes the scheduler prefer other nodes.
    pub fn is_soft(&self) -> bool {
        self.effect == Effect::PreferNoSchedule
    }
}

impl std::fmt::Display for Taint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`", self.text())
    }
}
