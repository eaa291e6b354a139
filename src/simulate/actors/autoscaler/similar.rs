//! Groups of like machines, between which new nodes are shared out.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/processors/nodegroupset: `compare_nodegroups.go`,
//! `azure_nodegroups.go`, `aws_nodegroups.go`, `gce_nodegroups.go`, `balancing_processor.go`.

use super::template::NodeTemplate;
use crate::simulate::cloud::Cloud;
use crate::simulate::world::{GroupId, Symbol, World};

/// Labels in which groups may differ: of the place, and the names of pools.
const IGNORED: [&str; 9] = [
    crate::kubernetes::HOSTNAME,
    crate::kubernetes::ZONE,
    "topology.kubernetes.io/region",
    "agentpool",
    "kubernetes.azure.com/agentpool",
    "kubernetes.azure.com/node-image-version",
    "eks.amazonaws.com/nodegroup",
    "alpha.eksctl.io/nodegroup-name",
    "cloud.google.com/gke-nodepool",
];

/// Whether two groups have the same labels but for those, and nearly the same to allocate: 5 % apart at most. Taints are
/// not compared.
/// Source: `IsCloudProviderNodeInfoSimilar`, `MaxAllocatableDifferenceRatio`.
pub fn are_similar(world: &World, one: &NodeTemplate, other: &NodeTemplate) -> bool {
    let is_near = |one: i64, other: i64| (one - other).abs() * 100 <= one.max(other) * 5;
    let (of_one, of_other) = (&one.allocatable, &other.allocatable);
    is_near(of_one.amount.cpu, of_other.amount.cpu)
        && is_near(of_one.amount.memory, of_other.amount.memory)
        && of_one.others == of_other.others
        && compared(world, one) == compared(world, other)
}

fn compared(world: &World, template: &NodeTemplate) -> Vec<(Symbol, Symbol)> {
    let counts = |(key, _): &(Symbol, Symbol)| !IGNORED.contains(&world.symbols.text(*key));
    template.labels.iter().filter(counts).collect()
}

/// How many of the new nodes each group gets: one after the other goes to the smallest that may still grow.
/// Source: `BalanceScaleUpBetweenGroups`.
pub fn share_out(
    world: &World,
    cloud: &Cloud,
    groups: impl Iterator<Item = GroupId>,
    nodes: i64,
) -> Vec<(GroupId, i64)> {
    let mut shares: Vec<_> = groups.map(|group| (group, 0)).collect();
    for _ in 0..nodes {
        let may_grow = shares.iter_mut().filter(|(group, share)| {
            let range = world.groups[group.index()].autoscaled;
            range.is_some_and(|range| cloud.target(*group) + *share < range.max)
        });
        if let Some((_, share)) =
            may_grow.min_by_key(|(group, share)| cloud.target(*group) + *share)
        {
            *share += 1;
        }
    }
    shares.retain(|(_, share)| *share > 0);
    shares
}
