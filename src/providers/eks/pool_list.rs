//! Node groups as `eksctl` and `aws` list them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::providers::pool_lists::{
    ListedPool, PoolList, capacity, labels, number, taints, text_of, texts,
};

pub(super) const LISTS: &[PoolList] = &[
    PoolList {
        command: "eksctl get nodegroup -o json",
        is_one: |item| item.get("Name").is_some() && item.get("MaxSize").is_some(),
        pool: of_eksctl,
    },
    PoolList {
        command: "aws eks describe-nodegroup",
        is_one: |item| item.get("nodegroupName").is_some(),
        pool: managed,
    },
];

/// It does not say how the nodes are bought.
/// Source: eksctl-io/eksctl pkg/actions/nodegroup/get.go, `Summary`.
fn of_eksctl(json: &Json) -> Option<ListedPool> {
    let name = text_of(json, "Name")?;
    let is_managed = text_of(json, "NodeGroupType").is_none_or(|kind| kind == "managed");
    Some(ListedPool {
        name,
        vm_sizes: instance_types(text_of(json, "InstanceType")),
        nodes: number(json, "MinSize").zip(number(json, "MaxSize")),
        node_group: text_of(json, "AutoScalingGroupName").filter(|_| !is_managed),
        cluster: text_of(json, "Cluster"),
        kubernetes_version: text_of(json, "Version"),
        ..ListedPool::default()
    })
}

/// Several are in one text: `m5.large,m5a.large`. `-` is for a launch template that says.
fn instance_types(text: Option<String>) -> BTreeSet<String> {
    let text = text.unwrap_or_default();
    let types = text.split(',').map(str::trim);
    types
        .filter(|name| !name.is_empty() && *name != "-")
        .map(str::to_owned)
        .collect()
}

/// Source: <https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html>.
fn managed(json: &Json) -> Option<ListedPool> {
    let name = text_of(json, "nodegroupName")?;
    let scaling = json.get("scalingConfig");
    let of_scaling = |key: &str| scaling.and_then(|scaling| number(scaling, key));
    Some(ListedPool {
        name,
        capacity: Some(capacity(
            text_of(json, "capacityType").as_deref() == Some("SPOT"),
        )),
        vm_sizes: texts(json.get("instanceTypes")).into_iter().collect(),
        nodes: of_scaling("minSize").zip(of_scaling("maxSize")),
        labels: labels(json.get("labels")),
        taints: Some(taints(json.get("taints"))),
        cluster: text_of(json, "clusterName"),
        kubernetes_version: text_of(json, "version"),
        ..ListedPool::default()
    })
}
