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

/// It does not say how the nodes are bought. The name of the group follows from the pool's only where EKS made it.
/// Source: eksctl-io/eksctl pkg/actions/nodegroup/get.go, `Summary` and `getManagedSummary`.
fn of_eksctl(json: &Json) -> Option<ListedPool> {
    let name = text_of(json, "Name")?;
    let groups = text_of(json, "AutoScalingGroupName").unwrap_or_default();
    Some(ListedPool {
        name,
        vm_sizes: instance_types(text_of(json, "InstanceType")),
        nodes: number(json, "MinSize").zip(number(json, "MaxSize")),
        node_group: group(groups.split(',').map(str::to_owned)),
        cluster: text_of(json, "Cluster"),
        kubernetes_version: text_of(json, "Version"),
        ..ListedPool::default()
    })
}

/// The name of the Auto Scaling group, or a pattern of the names if there are several.
fn group(names: impl Iterator<Item = String>) -> Option<String> {
    let names = names.map(|name| name.trim().to_owned());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    match &names[..] {
        [] => None,
        [name] => Some(name.clone()),
        names => {
            let names = names.iter().map(|name| regex::escape(name));
            let names = names.collect::<Vec<_>>().join("|");
            Some(format!("^({})$", names.replace("\\-", "-")))
        }
    }
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
    let groups = json
        .get("resources")
        .and_then(|own| own.get("autoScalingGroups"));
    let groups = groups
        .and_then(Json::as_array)
        .map_or(&[][..], Vec::as_slice);
    Some(ListedPool {
        name,
        capacity: Some(capacity(
            text_of(json, "capacityType").as_deref() == Some("SPOT"),
        )),
        vm_sizes: texts(json.get("instanceTypes")).into_iter().collect(),
        nodes: of_scaling("minSize").zip(of_scaling("maxSize")),
        node_group: group(groups.iter().filter_map(|group| text_of(group, "name"))),
        labels: labels(json.get("labels")),
        taints: Some(taints(json.get("taints"))),
        cluster: text_of(json, "clusterName"),
        kubernetes_version: text_of(json, "version"),
        ..ListedPool::default()
    })
}
