//! What `spotgen init` makes of node pools and the names of their groups.

use std::fs;

use serde_json::{Value as Json, json};
use tempfile::TempDir;

use super::process::{spotgen, stderr, stdout};

const GROUP: &str = "eksctl-prod-nodegroup-self-spot-NodeGroup-1ABCDEFGHIJ";

/// A node of a group that eksctl made without EKS.
fn node() -> Json {
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": "ip-10-0-0-1", "labels": {
            "alpha.eksctl.io/cluster-name": "prod", "alpha.eksctl.io/nodegroup-name": "self-spot",
            "node-lifecycle": "spot", "node.kubernetes.io/instance-type": "c5.xlarge",
        }},
        "status": {"allocatable": {"cpu": "3920m", "memory": "7Gi", "pods": "58"}},
    })
}

/// As eksctl prints it.
fn eksctl(kind: &str, name: &str, group: &str) -> Json {
    json!({
        "StackName": "", "Cluster": "prod", "Name": name, "Status": "CREATE_COMPLETE", "MaxSize": 7, "MinSize": 0,
        "DesiredCapacity": 1, "InstanceType": "c5.xlarge", "AutoScalingGroupName": group, "Version": "1.33", "Type": kind,
    })
}

fn draft(snapshot: Option<&Json>, pools: Option<&Json>) -> String {
    let folder = TempDir::new().expect("a folder");
    let mut arguments = vec!["init", "-o", "-"];
    let write = |name: &str, json: &Json| {
        fs::write(folder.path().join(name), json.to_string()).expect("it can be written");
    };
    if let Some(snapshot) = snapshot {
        write("cluster.json", snapshot);
        arguments.push("cluster.json");
    }
    if let Some(pools) = pools {
        write("pools.json", pools);
        arguments.extend(["--pools", "pools.json"]);
    }
    let output = spotgen(arguments).in_folder(folder.path()).run();
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn groups_of_eksctl_have_the_names_of_its_list() {
    let list = json!([eksctl("unmanaged", "self-spot", GROUP)]);
    let line = format!("nodeGroup: {GROUP}\n");
    for snapshot in [None, Some(node())] {
        let draft = draft(snapshot.as_ref(), Some(&list));
        assert!(draft.contains(&line), "{draft}");
        assert_eq!(draft.matches("name: self-spot").count(), 1, "{draft}");
    }
    // Groups that EKS made before Kubernetes 1.21 have no name of a pool, and one may have several.
    let old = "eks-12345678-90ab-cdef-1234-567890abcdef";
    let list = json!([
        eksctl("managed", "spot", old),
        eksctl(
            "managed",
            "od",
            "eks-od-12345678-90ab-cdef-1234-567890abcdef"
        ),
        eksctl("unmanaged", "two", "asg.a,asg-b"),
    ]);
    let draft = draft(None, Some(&list));
    assert!(draft.contains(&format!("nodeGroup: {old}\n")), "{draft}");
    assert!(
        draft.contains(r#"nodeGroup: "^(asg\\.a|asg-b)$""#),
        "{draft}"
    );
    // A name that follows from that of the pool is left to the rule of the cloud.
    assert!(!draft.contains("eks-od-"), "{draft}");
}

#[test]
fn groups_of_aws_have_the_names_of_its_list() {
    let list = json!({"nodegroup": {
        "nodegroupName": "spot", "clusterName": "prod", "version": "1.33", "capacityType": "SPOT",
        "scalingConfig": {"minSize": 0, "maxSize": 9}, "instanceTypes": ["m5.large"],
        "resources": {"autoScalingGroups": [{"name": "eks-12345678-90ab-cdef-1234-567890abcdef"}]},
    }});
    let draft = draft(None, Some(&list));
    let line = "nodeGroup: eks-12345678-90ab-cdef-1234-567890abcdef\n";
    assert!(draft.contains(line), "{draft}");
}

#[test]
fn groups_of_eksctl_have_a_pattern_by_the_labels_of_nodes() {
    let managed = json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": "ip-10-0-0-2", "labels": {
            "alpha.eksctl.io/cluster-name": "prod", "alpha.eksctl.io/nodegroup-name": "od",
            "eks.amazonaws.com/nodegroup": "od", "node.kubernetes.io/instance-type": "c5.xlarge",
        }},
    });
    let nodes = |more: &[Json]| {
        let items = [&[node(), managed.clone()], more].concat();
        json!({"apiVersion": "v1", "kind": "List", "items": items})
    };
    let draft_of = |more: &[Json]| draft(Some(&nodes(more)), None);
    let by_labels = draft_of(&[]);
    let line = r#"nodeGroup: "^eksctl-prod-nodegroup-self-spot-NodeGroup-[0-9A-Za-z]+$""#;
    assert!(by_labels.contains(line), "{by_labels}");
    assert_eq!(by_labels.matches("nodeGroup:").count(), 1, "{by_labels}");
    let report = format!(
        "autoscalerStatus: Running\nnodeGroups:\n- name: {GROUP}\n  health: {{status: Healthy, minSize: 0, maxSize: 7}}\n"
    );
    let by_report = draft_of(&[json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"namespace": "kube-system", "name": "cluster-autoscaler-status"}, "data": {"status": report},
    })]);
    assert!(
        by_report.contains(&format!("nodeGroup: {GROUP}\n")),
        "{by_report}"
    );
}

fn words(draft: &str) -> String {
    let words = draft.split_whitespace().filter(|word| *word != "#");
    words.collect::<Vec<_>>().join(" ")
}

/// The draft is for another autoscaler, which people have to know before all else.
#[test]
fn a_cluster_of_karpenter_is_told_so() {
    let node = |name: &str, labels: Json, taints: Json| {
        json!({
            "apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": {"taints": taints},
            "status": {"allocatable": {"cpu": "3920m", "memory": "7Gi", "pods": "58"}},
        })
    };
    let workload = |namespace: &str, name: &str, image: &str| {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": namespace, "name": name},
            "spec": {
                "replicas": 3, "selector": {"matchLabels": {"app": name}},
                "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [
                    {"name": "main", "image": image, "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}},
                ]}},
            },
        })
    };
    let mut items = vec![
        node(
            "a",
            json!({"eks.amazonaws.com/nodegroup": "system"}),
            json!([{"key": "CriticalAddonsOnly", "effect": "NoSchedule"}]),
        ),
        node("b", json!({"karpenter.sh/nodepool": "default"}), json!([])),
        workload("shop", "web", "registry.example.com/web:1"),
    ];
    let list = |items: &[Json]| json!({"apiVersion": "v1", "kind": "List", "items": items});
    let karpenters = "This configuration is for the cluster autoscaler, and the input shows none";
    let found = words(&draft(Some(&list(&items)), None));
    assert!(found.contains(karpenters), "{found}");
    assert!(found.contains("(taint-not-tolerated)"), "{found}");
    assert!(!found.contains("has nowhere to go"), "{found}");
    items.push(workload(
        "kube-system",
        "cluster-autoscaler",
        "registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.0",
    ));
    let both = words(&draft(Some(&list(&items)), None));
    assert!(!both.contains(karpenters), "{both}");
    assert!(!both.contains("has nowhere to go"), "{both}");
    items.remove(1);
    let without = words(&draft(Some(&list(&items)), None));
    assert!(without.contains("has nowhere to go"), "{without}");
}

#[test]
fn the_clouds_lists_name_the_cluster() {
    let id = "/subscriptions/0/resourcegroups/rg-shop/providers/Microsoft.ContainerService/managedClusters/shop/agentPools/spot";
    let aks = json!([{"name": "spot", "vmSize": "Standard_D4s_v5", "scaleSetPriority": "Spot", "id": id}]);
    let found = draft(None, Some(&aks));
    assert!(
        found.contains("cluster: {name: shop, resourceGroup: rg-shop"),
        "{found}"
    );
    assert!(found.contains("\n  name: shop\n"), "{found}");
    let link = "https://container.googleapis.com/v1/projects/p/locations/europe-west4/clusters/prod/nodePools/spot";
    let gke = json!([{"name": "spot", "config": {"machineType": "e2-standard-4", "spot": true}, "selfLink": link}]);
    let found = draft(None, Some(&gke));
    assert!(found.contains("\n  name: prod\n"), "{found}");
}
