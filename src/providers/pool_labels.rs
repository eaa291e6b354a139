//! Labels by which tools name the pool of a node, and what these tools call its node group.

use std::collections::BTreeMap;

/// Labels of pools besides those of the clouds.
/// Sources: kubernetes/kops docs/labels.md; eksctl-io/eksctl pkg/apis/eksctl.io/v1alpha5/types.go, `NodeGroupNameLabel`;
/// <https://docs.digitalocean.com/products/kubernetes/>; gardener/gardener pkg/apis/core/v1beta1/constants.
pub(crate) const POOL_LABELS: [&str; 9] = [
    "kops.k8s.io/instancegroup",
    EKSCTL_POOL,
    "spotgen.dev/node-pool",
    "doks.digitalocean.com/node-pool",
    "worker.gardener.cloud/pool",
    "node-pool",
    "nodepool",
    "node-group",
    "nodegroup",
];

/// Source: eksctl-io/eksctl pkg/apis/eksctl.io/v1alpha5/types.go, `NodeGroupNameLabel` and `ClusterNameLabel`.
const EKSCTL_POOL: &str = "alpha.eksctl.io/nodegroup-name";
const EKSCTL_CLUSTER: &str = "alpha.eksctl.io/cluster-name";

/// The name of the pool of a node by a label of a tool.
pub(crate) fn pool_of(labels: &BTreeMap<String, String>) -> Option<&String> {
    let mut names = POOL_LABELS.iter().filter_map(|key| labels.get(*key));
    names.find(|name| !name.is_empty())
}

/// The pattern of the node group of a node by the labels of a tool that made the group: an Auto Scaling group that
/// eksctl made without EKS has the name of its stack, of the resource in it, and a random end.
/// Sources: eksctl-io/eksctl pkg/cfn/manager/nodegroup.go, `makeNodeGroupStackName`, and pkg/cfn/builder/nodegroup.go
/// (the resource `NodeGroup`);
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html> (physical IDs).
pub(crate) fn group_of(labels: &BTreeMap<String, String>) -> Option<String> {
    let pool = labels.get(EKSCTL_POOL).filter(|name| !name.is_empty())?;
    let cluster = labels.get(EKSCTL_CLUSTER).filter(|name| !name.is_empty())?;
    let start = regex::escape(&format!("eksctl-{cluster}-nodegroup-{pool}-NodeGroup-"));
    Some(format!("^{}[0-9A-Za-z]+$", start.replace("\\-", "-")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::pattern;

    #[test]
    fn groups_of_eksctl_are_known_by_their_labels() {
        let labels = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            let pairs = pairs.iter();
            pairs
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        let own = labels(&[(EKSCTL_POOL, "self-spot"), (EKSCTL_CLUSTER, "prod")]);
        let group = group_of(&own).expect("both labels are there");
        assert_eq!(
            group,
            "^eksctl-prod-nodegroup-self-spot-NodeGroup-[0-9A-Za-z]+$"
        );
        assert!(pattern::matches(
            &group,
            "eksctl-prod-nodegroup-self-spot-NodeGroup-1ABCDEFGHIJ"
        ));
        assert!(!pattern::matches(
            &group,
            "eksctl-prod-nodegroup-self-spot-b-NodeGroup-1ABC"
        ));
        assert_eq!(group_of(&labels(&[(EKSCTL_POOL, "self-spot")])), None);
        assert_eq!(pool_of(&own).map(String::as_str), Some("self-spot"));
    }
}
