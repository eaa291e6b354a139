//! The plugins that a descheduler has built in. They are the same from 0.27 to 0.36.
//!
//! Source: kubernetes-sigs/descheduler pkg/descheduler/setupplugins.go and pkg/framework/plugins/*/types.go at the tags
//! v0.27.1 to v0.36.0.

use super::types::{EVICTOR, NODE_AFFINITY, NODE_TAINTS};
use crate::suggest;

pub(in crate::components) const TOPOLOGY_SPREAD: &str =
    "RemovePodsViolatingTopologySpreadConstraint";
pub(in crate::components) const DUPLICATES: &str = "RemoveDuplicates";
pub(in crate::components) const LOW_UTILIZATION: &str = "LowNodeUtilization";
pub(in crate::components) const HIGH_UTILIZATION: &str = "HighNodeUtilization";

/// What plugins are enabled for.
pub(super) const DESCHEDULE: &str = "deschedule";
pub(super) const BALANCE: &str = "balance";
pub(super) const FILTER: &str = "filter";
pub(super) const PRE_EVICTION_FILTER: &str = "preevictionfilter";

/// A plugin.
#[derive(Debug)]
pub(super) struct Plugin {
    pub(super) name: &'static str,
    /// What it can be enabled for.
    pub(super) points: &'static [&'static str],
    /// Its arguments, each with the minor release that brought it; 0: they are older than the format of the policy.
    pub(super) arguments: &'static [(&'static str, u16)],
}

pub(super) const PLUGINS: [Plugin; 11] = [
    Plugin {
        name: EVICTOR,
        points: &[FILTER, PRE_EVICTION_FILTER],
        arguments: &[
            ("evictDaemonSetPods", 30),
            ("evictFailedBarePods", 0),
            ("evictLocalStoragePods", 0),
            ("evictSystemCriticalPods", 0),
            ("ignorePodsWithoutPDB", 32),
            ("ignorePvcPods", 0),
            ("labelSelector", 0),
            ("minPodAge", 31),
            ("minReplicas", 30),
            ("namespaceLabelSelector", 35),
            ("noEvictionPolicy", 34),
            ("nodeFit", 0),
            ("nodeSelector", 0),
            ("podProtections", 34),
            ("priorityThreshold", 0),
        ],
    },
    Plugin {
        name: HIGH_UTILIZATION,
        points: &[BALANCE],
        arguments: &[
            ("evictableNamespaces", 0),
            ("evictionModes", 33),
            ("numberOfNodes", 0),
            ("thresholds", 0),
        ],
    },
    Plugin {
        name: LOW_UTILIZATION,
        points: &[BALANCE],
        arguments: &[
            ("evictableNamespaces", 0),
            ("evictionLimits", 33),
            ("metricsUtilization", 32),
            ("numberOfNodes", 0),
            ("targetThresholds", 0),
            ("thresholds", 0),
            ("useDeviationThresholds", 0),
        ],
    },
    Plugin {
        name: "PodLifeTime",
        points: &[DESCHEDULE],
        arguments: &[
            ("conditions", 35),
            ("exitCodes", 35),
            ("includingEphemeralContainers", 31),
            ("includingInitContainers", 31),
            ("labelSelector", 0),
            ("maxPodLifeTimeSeconds", 0),
            ("namespaces", 0),
            ("ownerKinds", 35),
            ("states", 0),
        ],
    },
    Plugin {
        name: DUPLICATES,
        points: &[BALANCE],
        arguments: &[("excludeOwnerKinds", 0), ("namespaces", 0)],
    },
    Plugin {
        name: "RemoveFailedPods",
        points: &[DESCHEDULE],
        arguments: &[
            ("excludeOwnerKinds", 0),
            ("exitCodes", 30),
            ("includingInitContainers", 0),
            ("labelSelector", 0),
            ("minPodLifetimeSeconds", 0),
            ("namespaces", 0),
            ("reasons", 0),
        ],
    },
    Plugin {
        name: "RemovePodsHavingTooManyRestarts",
        points: &[DESCHEDULE],
        arguments: &[
            ("includingInitContainers", 0),
            ("labelSelector", 0),
            ("namespaces", 0),
            ("podRestartThreshold", 0),
            ("states", 28),
        ],
    },
    Plugin {
        name: "RemovePodsViolatingInterPodAntiAffinity",
        points: &[DESCHEDULE],
        arguments: &[("labelSelector", 0), ("namespaces", 0)],
    },
    Plugin {
        name: NODE_AFFINITY,
        points: &[DESCHEDULE],
        arguments: &[
            ("labelSelector", 0),
            ("namespaces", 0),
            ("nodeAffinityType", 0),
        ],
    },
    Plugin {
        name: NODE_TAINTS,
        points: &[DESCHEDULE],
        arguments: &[
            ("excludedTaints", 0),
            ("includePreferNoSchedule", 0),
            ("includedTaints", 30),
            ("labelSelector", 0),
            ("namespaces", 0),
        ],
    },
    Plugin {
        name: TOPOLOGY_SPREAD,
        points: &[BALANCE],
        arguments: &[
            ("constraints", 28),
            ("labelSelector", 0),
            ("namespaces", 0),
            ("topologyBalanceNodeFit", 28),
        ],
    },
];

pub(super) fn find(name: &str) -> Option<&'static Plugin> {
    PLUGINS.iter().find(|plugin| plugin.name == name)
}

/// What a name that no plugin has must mean.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    suggest::similar(name, PLUGINS.iter().map(|plugin| plugin.name))
}
