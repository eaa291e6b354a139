//! How many pods a round may evict: as it is decided, and how that is in the policy.

use serde::{Deserialize, Serialize};

use super::evictor::Evictor;
use super::moved::moved;
use super::pace::hourly;
use crate::config::{self, pointers};
use crate::diagnostic::Pointer;
use crate::plan::Workload;
use crate::values::{Duration, Limit, Version};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub total: Limit,
    pub per_node: Limit,
    pub per_namespace: Limit,
}

/// What a limit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitKey {
    Total,
    PerNode,
    PerNamespace,
}

impl LimitKey {
    pub(crate) const ALL: [Self; 3] = [Self::Total, Self::PerNode, Self::PerNamespace];

    /// As the configuration calls it.
    pub(crate) fn in_config(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::PerNode => "perNode",
            Self::PerNamespace => "perNamespace",
        }
    }

    /// As a policy calls it.
    pub(crate) fn in_policy(self) -> &'static str {
        match self {
            Self::Total => "maxNoOfPodsToEvictTotal",
            Self::PerNode => "maxNoOfPodsToEvictPerNode",
            Self::PerNamespace => "maxNoOfPodsToEvictPerNamespace",
        }
    }

    pub(crate) fn pointer(self) -> Pointer {
        pointers::spec("descheduler/limits").child(self.in_config())
    }
}

impl Limits {
    /// What is declared, and the defaults of the rest.
    pub(super) fn resolve(
        declared: &config::Limits,
        version: Version,
        interval: &Duration,
        workloads: &[Workload],
        evictor: &Evictor,
    ) -> Self {
        let replicas: i64 = moved(workloads, evictor)
            .filter_map(Workload::usual_replicas)
            .sum();
        // Of what autoscalers add the share would be larger than the room that a round finds, and what does not find room
        // goes back to on-demand (docs/evidence.md).
        let total = hourly(replicas, interval).max(1);
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        let default = if version.at_least(0, 31) {
            Limit::AtMost(total)
        } else {
            Limit::Unlimited
        };
        Self {
            total: declared.total.unwrap_or(default),
            per_node: declared.per_node.unwrap_or(Limit::Unlimited),
            per_namespace: declared.per_namespace.unwrap_or(Limit::Unlimited),
        }
    }

    /// The limit that lets no pod be moved, if one does.
    pub(crate) fn forbidding(&self) -> Option<LimitKey> {
        let mut keys = LimitKey::ALL.into_iter();
        keys.find(|key| self.get(*key) == Limit::AtMost(0))
    }

    pub(crate) fn get(&self, key: LimitKey) -> Limit {
        match key {
            LimitKey::Total => self.total,
            LimitKey::PerNode => self.per_node,
            LimitKey::PerNamespace => self.per_namespace,
        }
    }
}

/// The limits of a policy; one without a number is none.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct PolicyLimits {
    #[serde(
        rename = "maxNoOfPodsToEvictPerNode",
        skip_serializing_if = "Option::is_none"
    )]
    per_node: Option<u32>,
    #[serde(
        rename = "maxNoOfPodsToEvictPerNamespace",
        skip_serializing_if = "Option::is_none"
    )]
    per_namespace: Option<u32>,
    #[serde(
        rename = "maxNoOfPodsToEvictTotal",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) total: Option<u32>,
}

impl From<PolicyLimits> for Limits {
    fn from(limits: PolicyLimits) -> Self {
        let limit = |number: Option<u32>| number.map_or(Limit::Unlimited, Limit::AtMost);
        Self {
            total: limit(limits.total),
            per_node: limit(limits.per_node),
            per_namespace: limit(limits.per_namespace),
        }
    }
}

impl From<&Limits> for PolicyLimits {
    fn from(limits: &Limits) -> Self {
        let number = |limit| match limit {
            Limit::Unlimited => None,
            Limit::AtMost(number) => Some(number),
        };
        Self {
            per_node: number(limits.per_node),
            per_namespace: number(limits.per_namespace),
            total: number(limits.total),
        }
    }
}
