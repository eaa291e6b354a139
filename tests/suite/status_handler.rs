//! What `status` says of termination handlers that are none of spotgen's.

use serde_json::{Value as Json, json};

use super::status::{one_trouble, part, troubles};
use super::status_cluster::{Snapshot, healthy};

const IMAGE: &str = "public.ecr.aws/aws-ec2/aws-node-termination-handler:v1.25.0";

/// On EKS, with one Spot node of a managed group and one of another group, and the handler of AWS.
fn on_aws() -> Snapshot {
    let mut snapshot = healthy();
    for (name, label, pool) in [
        ("spot1-a", "eks.amazonaws.com/nodegroup", "spot1"),
        ("spot1-b", "node-group", "self"),
        ("regular-a", "eks.amazonaws.com/nodegroup", "regular"),
        ("system-a", "eks.amazonaws.com/nodegroup", "regular"),
    ] {
        snapshot.edit("Node", name, |node| {
            node["metadata"]["labels"] = json!({label: pool});
            node["spec"]["taints"] = json!([]);
            if name.starts_with("spot") {
                node["metadata"]["labels"]["node-lifecycle"] = json!("spot");
            }
        });
    }
    snapshot.edit("ConfigMap", "descheduler-policy", |map| {
        let policy = map["data"]["policy.yaml"].as_str().expect("text");
        let policy = policy.replace(
            "kubernetes.azure.com/scalesetpriority=spot",
            "node-lifecycle=spot",
        );
        map["data"]["policy.yaml"] = json!(policy);
    });
    snapshot.edit("DaemonSet", "handler", |found| {
        found["metadata"]["labels"] = json!({});
        found["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "nth"});
        found["spec"]["template"]["spec"]["containers"][0] =
            json!({"name": "main", "image": IMAGE});
    });
    for name in [
        "cluster-autoscaler-priority-expander",
        "cluster-autoscaler-status",
    ] {
        snapshot.remove("ConfigMap", name);
    }
    snapshot
}

#[test]
fn the_handler_of_aws_is_on_the_nodes_that_eks_does_not_drain() {
    let mut snapshot = on_aws();
    let handler = part(&snapshot, "termination-handler");
    assert_eq!(handler["state"], "works", "{handler:#}");
    assert_eq!(
        handler["owners"],
        json!([{"spotgen": false, "tool": "Helm", "name": "nth"}])
    );
    let facts = handler["facts"].to_string();
    assert!(
        facts.contains("spot-system/handler, which is none of spotgen's"),
        "{facts}"
    );
    snapshot.remove("Pod", "handler-a");
    let handler = part(&snapshot, "termination-handler");
    let facts = handler["facts"].to_string();
    assert!(
        facts.contains("EKS drains 1 Spot node by itself"),
        "{facts}"
    );
    assert_eq!(handler["state"], "works");
    snapshot.remove("Pod", "handler-b");
    one_trouble(
        &snapshot,
        "handler-missing",
        "1 of 2 Spot nodes without a ready pod of it: spot1-b",
    );
}

/// A queue has the notices of all nodes.
#[test]
fn the_handler_of_aws_may_read_a_queue() {
    let mut snapshot = on_aws();
    for pod in ["handler-a", "handler-b"] {
        snapshot.remove("Pod", pod);
    }
    snapshot.edit("DaemonSet", "handler", |found| {
        found["kind"] = json!("Deployment");
    });
    one_trouble(
        &snapshot,
        "handler-not-ready",
        "spot-system/handler has no ready pod",
    );
    let of = ("Deployment", "handler");
    snapshot.pod(
        ("spot-system", "handler-x", "regular-a"),
        "2026-08-20T09:00:00Z",
        of,
    );
    assert_eq!(troubles(&snapshot), [""; 0]);
    snapshot.edit("Pod", "handler-x", |pod| {
        pod["status"]["conditions"] = Json::Null;
    });
    assert_eq!(part(&snapshot, "termination-handler")["state"], "broken");
}

#[test]
fn where_the_cloud_drains_no_handler_is_needed() {
    let mut snapshot = on_aws();
    snapshot.remove("DaemonSet", "handler");
    for name in ["spot1-a", "spot1-b"] {
        snapshot.edit("Node", name, |node| {
            node["metadata"]["labels"] = json!({"cloud.google.com/gke-nodepool": "spot", "cloud.google.com/gke-spot": "true"});
        });
    }
    for name in ["regular-a", "system-a"] {
        snapshot.edit("Node", name, |node| {
            node["metadata"]["labels"] = json!({"cloud.google.com/gke-nodepool": "regular"});
        });
    }
    let handler = part(&snapshot, "termination-handler");
    assert_eq!(
        (&handler["state"], &handler["facts"]),
        (
            &json!("absent"),
            &json!(["GKE drains 2 Spot nodes by itself"])
        )
    );
}
