//! What each cloud does by itself, as data: one folder a provider, with a constant that states every fact.
//!
//! A new provider is a folder here, a word of [`ProviderName`], and a line in [`facts()`]; the compiler lists the facts
//! that it must state.

mod aks;
mod autoscaler_flags;
mod capacity_label;
mod cluster_autoscaler;
mod eks;
mod facts;
mod generic;
mod gke;
mod node_pools;
mod nodes;
mod pool_labels;
mod pool_lists;
mod vm_sizes;

pub(crate) use autoscaler_flags::FLAGS as AUTOSCALER_FLAGS;
pub(crate) use capacity_label::{CapacityLabel, Meaning};
pub(crate) use cluster_autoscaler::{
    AutoscalerMetrics, ClusterAutoscaler, FailedNodes, NodeGroup, NodeTemplate, ProfileKey,
    ProfileKind, RunBy, ScalableObject,
};
pub(crate) use facts::{
    Cli, ClusterLabel, Drain, Facts, Interruption, Karpenter, NamedCluster, NoticeChannel,
    RealInterruption,
};
pub(crate) use node_pools::{PoolLimits, PoolNameRule, SpotPoolDefaults, SystemPools};
pub(crate) use nodes::{
    KnownTaint, NodeLabels, NodeTaints, PoolLabel, ReservedPrefixes, SpotLabelBeside, TaintValue,
    ZoneLabel,
};
pub(crate) use pool_labels::{POOL_LABELS, group_of, pool_of};
pub(crate) use pool_lists::{ListedPool, PoolList};
pub(crate) use vm_sizes::{Allocatable, Architecture, Quota, VmResources, VmSizes};

use crate::config::ProviderName;

/// The facts of a provider.
pub(crate) fn facts(name: ProviderName) -> &'static Facts {
    match name {
        ProviderName::Aks => &aks::FACTS,
        ProviderName::Eks => &eks::FACTS,
        ProviderName::Gke => &gke::FACTS,
        ProviderName::Generic => &generic::FACTS,
    }
}

/// The words by which a configuration names a provider.
pub(crate) const NAMES: [&str; 4] = ["aks", "eks", "gke", "generic"];

/// The facts of the provider of one of these words.
pub(crate) fn named(word: &str) -> Option<&'static Facts> {
    let name = serde_json::from_value(word.into()).ok()?;
    Some(facts(name))
}

/// The clouds with a label of their own on Spot nodes.
pub(crate) const CLOUDS: [&Facts; 3] = [&aks::FACTS, &eks::FACTS, &gke::FACTS];

/// Every label by which Spot nodes are known: the clouds' first, then those of tools and of their examples.
/// Sources: <https://cloud.google.com/kubernetes-engine/docs/concepts/preemptible-vms>; kubernetes-sigs/karpenter
/// pkg/apis/v1/labels.go, `CapacityTypeLabelKey` and `CapacityTypeSpot`; kubernetes/kops docs/labels.md; eksctl-io/eksctl and
/// the kubespot examples of aws/aws-node-termination-handler README.md (`lifecycle`).
pub(crate) const SPOT_LABELS: [(&str, &str); 13] = [
    aks::FACTS.labels.spot,
    eks::FACTS.labels.spot,
    gke::FACTS.labels.spot,
    ("cloud.google.com/gke-preemptible", "true"),
    ("karpenter.sh/capacity-type", "spot"),
    ("node.kubernetes.io/lifecycle", "spot"),
    ("node-lifecycle", "spot"),
    ("node-lifecycle", "Ec2Spot"),
    ("lifecycle", "spot"),
    ("lifecycle", "Ec2Spot"),
    ("spotgen.dev/capacity", "spot"),
    ("node-role.kubernetes.io/spot-worker", "true"),
    ("node-role.kubernetes.io/spot-worker", ""),
];

/// The other cloud whose Spot nodes have a label with this key. None for a cluster that may be on any cloud.
pub(crate) fn cloud_of_spot_label(key: &str, own: &Facts) -> Option<&'static Facts> {
    let with_label = |key: &str| {
        let mut clouds = CLOUDS.into_iter();
        clouds.find(|cloud| cloud.labels.spot.0 == key)
    };
    with_label(own.labels.spot.0)?;
    with_label(key).filter(|_| key != own.labels.spot.0)
}

/// The other cloud that has VMs of this size.
pub(crate) fn cloud_of_vm_size(size: &str, own: &Facts) -> Option<&'static Facts> {
    let mut others = CLOUDS.into_iter().filter(|cloud| cloud.title != own.title);
    others.find(|cloud| {
        let sizes = cloud.vm_sizes.as_ref();
        sizes.is_some_and(|sizes| (sizes.resources)(size).is_some())
    })
}

/// The facts of the provider that examples are for.
pub(crate) fn example() -> &'static Facts {
    &aks::FACTS
}

#[cfg(test)]
mod tests;
