//! What `status` says of node pools and the cluster autoscaler.

use serde_json::{Value as Json, json};

use super::process::{spotgen, stdout};
use super::status::{one_trouble, part, status, troubles};
use super::status_cluster::healthy;

#[test]
fn pools_in_back_off_are_named_with_the_reason() {
    let mut snapshot = healthy();
    snapshot.backoff("aks-spot1-12345678-vmss");
    one_trouble(
        &snapshot,
        "pool-in-backoff",
        "spot1 gets no new nodes (OutOfResource): no Spot VMs of this size",
    );
}

#[test]
fn a_silent_autoscaler_is_told() {
    let mut snapshot = healthy();
    snapshot.autoscaler_reported("2026-08-20 11:20:00 +0000 UTC");
    one_trouble(
        &snapshot,
        "autoscaler-silent",
        "has reported nothing for 40m",
    );
}

#[test]
fn lost_nodes_and_the_pods_on_them_are_named() {
    let mut snapshot = healthy();
    snapshot.edit("Node", "spot1-b", |node| {
        node["status"]["conditions"][0]["status"] = json!("Unknown");
    });
    assert_eq!(troubles(&snapshot), ["nodes-not-ready", "dead-pods"]);

    let mut snapshot = healthy();
    snapshot.edit("Pod", "web-5d9c-b", |pod| {
        pod["spec"]["nodeName"] = json!("spot1-gone");
    });
    one_trouble(
        &snapshot,
        "dead-pods",
        "1 pod running on a node that is gone or not ready: shop/web-5d9c-b",
    );
}

#[test]
fn cordoned_spot_nodes_are_told() {
    let mut snapshot = healthy();
    let cordon = |node: &mut Json| node["spec"]["unschedulable"] = json!(true);
    snapshot.edit("Node", "spot1-a", cordon);
    let pools = part(&snapshot, "node-pools");
    assert_eq!(pools["figures"]["cordonedSpotNodes"], 1);
    let gap = "whether a Spot node is cordoned for good: spot1-a";
    assert_eq!(
        (&pools["state"], &pools["cannotTell"][0]["what"]),
        (&json!("unknown"), &json!(gap))
    );
    snapshot.edit("Node", "spot1-b", cordon);
    one_trouble(
        &snapshot,
        "spot-cordoned",
        "every Spot node that is ready is cordoned: spot1-a, spot1-b",
    );
}

/// Two snapshots of one moment, or one that was appended to itself.
#[test]
fn what_is_given_twice_counts_once() {
    let snapshot = healthy();
    let once = stdout(&status(&snapshot, &["--report", "json"]));
    let twice = format!("{0}\n{0}", snapshot.text());
    let output = spotgen(["status", "-", "--report", "json"])
        .stdin(twice)
        .run();
    assert_eq!(stdout(&output), once);
}

#[test]
fn karpenter_is_no_cluster_autoscaler() {
    let mut snapshot = healthy();
    for name in [
        "cluster-autoscaler-status",
        "cluster-autoscaler-priority-expander",
    ] {
        snapshot.remove("ConfigMap", name);
    }
    for name in ["spot1-a", "spot1-b", "regular-a", "system-a"] {
        snapshot.edit("Node", name, |node| {
            node["metadata"]["labels"]["karpenter.sh/nodepool"] = json!("general");
        });
    }
    let text = stdout(&status(&snapshot, &[]));
    assert!(text.contains("Karpenter makes the nodes"), "{text}");
    assert!(!text.contains("cluster-autoscaler-status"), "{text}");
    assert_eq!(part(&snapshot, "node-pools")["state"], "works");
}

/// A node of a group that eksctl made without EKS has a label of the pool, and the group another name.
#[test]
fn a_pool_of_eksctl_is_one_row() {
    let mut snapshot = healthy();
    let group = "eksctl-prod-nodegroup-spot1-NodeGroup-1ABCDEFGHIJ";
    snapshot.edit("ConfigMap", "cluster-autoscaler-status", |map| {
        let text = map["data"]["status"].as_str().expect("text");
        map["data"]["status"] = json!(text.replace("aks-spot1-12345678-vmss", group));
    });
    for (name, pool) in [
        ("spot1-a", "spot1"),
        ("spot1-b", "spot1"),
        ("regular-a", "regular"),
    ] {
        snapshot.edit("Node", name, |node| {
            let labels = &mut node["metadata"]["labels"];
            *labels = json!({"alpha.eksctl.io/cluster-name": "prod", "alpha.eksctl.io/nodegroup-name": pool});
            if pool == "spot1" {
                labels["node-lifecycle"] = json!("spot");
            }
        });
    }
    snapshot.edit("Node", "system-a", |node| {
        node["metadata"]["labels"] = json!({"node-role.kubernetes.io/control-plane": ""});
    });
    let whole = stdout(&status(&snapshot, &["--report", "json"]));
    let whole: Json = serde_json::from_str(&whole).expect("it is JSON");
    let pools = whole["pools"].as_array().expect("a list");
    let spot: Vec<&Json> = pools.iter().filter(|pool| pool["spot"] == true).collect();
    assert_eq!(spot.len(), 1, "{pools:#?}");
    assert_eq!(
        (&spot[0]["name"], &spot[0]["groups"][0]),
        (&json!("spot1"), &json!(group))
    );
    let names: Vec<&Json> = pools.iter().map(|pool| &pool["name"]).collect();
    assert!(names.contains(&&json!("control-plane")), "{names:?}");
    assert!(!names.contains(&&json!("other")), "{names:?}");
}
