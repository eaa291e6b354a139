//! What `status` says of pods: placement, placeholders, budgets, and the programs that look after them.

use serde_json::{Value as Json, json};

use super::process::stdout;
use super::status::{one_trouble, part, status, troubles};
use super::status_cluster::{Snapshot, healthy};

#[test]
fn placeholders_run() {
    let mut snapshot = healthy();
    snapshot.edit("Pod", "headroom-spot-6b-b", |pod| {
        pod["spec"]["nodeName"] = Json::Null;
        pod["status"] = json!({"phase": "Pending", "conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/4 nodes are available: 2 Insufficient cpu.",
        }]});
    });
    one_trouble(
        &snapshot,
        "placeholder-pending",
        "1 placeholder of spot-system/headroom-spot pending for 24h: 0/4 nodes are available: 2 Insufficient cpu.",
    );
    snapshot.edit("Pod", "headroom-spot-6b-b", |pod| {
        pod["metadata"]["creationTimestamp"] = json!("2026-08-20T11:55:00Z");
    });
    // A node may still boot.
    assert_eq!(troubles(&snapshot), [""; 0]);
    snapshot.remove("Pod", "headroom-spot-6b-b");
    one_trouble(
        &snapshot,
        "placeholder-short",
        "spot-system/headroom-spot has 1 of 2 pods",
    );
}

#[test]
fn pods_that_belong_on_spot_are_there() {
    let mut snapshot = healthy();
    snapshot.edit("Pod", "web-5d9c-b", |pod| {
        pod["spec"]["nodeName"] = json!("regular-a");
    });
    one_trouble(
        &snapshot,
        "pods-on-on-demand",
        "1 pod kept on on-demand for 2h or more: shop/web (1 of 2)",
    );
    snapshot.edit("Pod", "web-5d9c-b", |pod| {
        pod["metadata"]["creationTimestamp"] = json!("2026-08-20T11:30:00Z");
    });
    // The descheduler may still bring it back.
    assert_eq!(troubles(&snapshot), [""; 0]);
    assert_eq!(part(&snapshot, "placement")["figures"]["spotPercent"], 50);
    snapshot.edit("Pod", "web-5d9c-b", |pod| {
        pod["spec"]["nodeName"] = Json::Null;
        pod["status"] = json!({"phase": "Pending", "conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no room",
        }]});
    });
    one_trouble(&snapshot, "pods-pending", "shop/web for 30m: no room");
}

/// An operator's budget stands over pods like any other.
#[test]
fn a_budget_of_an_operator_lets_pods_on_spot_go() {
    let mut snapshot = healthy();
    snapshot.edit("PodDisruptionBudget", "web", |budget| {
        budget["metadata"]["ownerReferences"] = json!([{
            "apiVersion": "example.com/v1", "kind": "Shop", "name": "web", "controller": true, "uid": "1",
        }]);
        budget["status"] = json!({"disruptionsAllowed": 0, "currentHealthy": 2, "desiredHealthy": 2, "expectedPods": 2});
    });
    one_trouble(
        &snapshot,
        "budget-allows-nothing",
        "shop/web lets no pod on Spot go",
    );
}

#[test]
fn budgets_let_pods_on_spot_go() {
    let mut snapshot = healthy();
    snapshot.edit("PodDisruptionBudget", "web", |budget| {
        budget["status"] = json!({"disruptionsAllowed": 0, "currentHealthy": 2, "desiredHealthy": 2, "expectedPods": 2});
    });
    one_trouble(
        &snapshot,
        "budget-allows-nothing",
        "shop/web lets no pod on Spot go: 2 of 2 healthy, 2 must be",
    );
    let mut many = snapshot.clone();
    many.copies("PodDisruptionBudget", "web", 9);
    // And nobody can evict what has two.
    assert_eq!(troubles(&many).len(), 11);
    let text = stdout(&status(&many, &[]));
    assert!(
        text.contains("7 more like it: --report json lists all"),
        "{text}"
    );
    // They have failed over, and it keeps them from coming back.
    for name in ["web-5d9c-a", "web-5d9c-b"] {
        snapshot.edit("Pod", name, |pod| {
            pod["spec"]["nodeName"] = json!("regular-a");
            pod["metadata"]["creationTimestamp"] = json!("2026-08-20T11:30:00Z");
        });
    }
    let line = "shop/web lets no pod go back to Spot: 2 of 2 healthy, 2 must be";
    one_trouble(&snapshot, "budget-allows-nothing", line);
    let mut under_way = snapshot.clone();
    under_way.edit("PodDisruptionBudget", "web", |budget| {
        budget["status"]["currentHealthy"] = json!(1);
    });
    assert_eq!(troubles(&under_way), [""; 0]);
    for name in ["web-5d9c-a", "web-5d9c-b"] {
        under_way.edit("Pod", name, |pod| {
            pod["metadata"]["creationTimestamp"] = json!("2026-08-20T09:30:00Z");
        });
    }
    let both = ["pods-on-on-demand", "budget-allows-nothing"];
    assert_eq!(troubles(&under_way), both);
    // Not a matter of Spot.
    snapshot.edit("Deployment", "web", |found| {
        let pod = &mut found["spec"]["template"]["spec"];
        pod["affinity"] = Json::Null;
        pod["tolerations"] = Json::Null;
    });
    assert!(!troubles(&snapshot).contains(&"budget-allows-nothing".to_owned()));
}

#[test]
fn every_spot_node_has_a_handler() {
    let mut snapshot = healthy();
    snapshot.remove("Pod", "handler-b");
    one_trouble(
        &snapshot,
        "handler-missing",
        "1 of 2 Spot nodes without a ready pod of it: spot1-b",
    );
    snapshot.edit("Node", "spot1-b", |node| {
        node["metadata"]["creationTimestamp"] = json!("2026-08-20T11:58:00Z");
    });
    assert_eq!(troubles(&snapshot), [""; 0]);
}

#[test]
fn the_scaler_runs_and_finds_its_target() {
    let mut snapshot = healthy();
    snapshot.edit("Pod", "scaler-1-x", |pod| {
        pod["status"]["conditions"] = json!([]);
    });
    one_trouble(
        &snapshot,
        "scaler-not-ready",
        "spot-system/scaler has no ready pod",
    );
}

/// Pools at zero nodes are known by the labels that pods ask for.
#[test]
fn pods_for_spot_are_known_without_a_spot_node() {
    for (pool, spot) in [
        (
            "karpenter.sh/nodepool",
            ("karpenter.sh/capacity-type", "spot"),
        ),
        (
            "eks.amazonaws.com/nodegroup",
            ("eks.amazonaws.com/capacityType", "SPOT"),
        ),
        (
            "cloud.google.com/gke-nodepool",
            ("cloud.google.com/gke-spot", "true"),
        ),
    ] {
        let mut snapshot = healthy();
        for name in ["spot1-a", "spot1-b"] {
            snapshot.remove("Node", name);
        }
        for name in ["regular-a", "system-a"] {
            snapshot.edit("Node", name, |node| {
                node["metadata"]["labels"] = json!({pool: "pool-a"});
            });
        }
        snapshot.edit("Deployment", "web", |found| {
            let pod = &mut found["spec"]["template"]["spec"];
            let term = &mut pod["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0];
            term["preference"]["matchExpressions"][0] = json!({"key": spot.0, "operator": "In", "values": [spot.1]});
        });
        for name in ["web-5d9c-a", "web-5d9c-b"] {
            snapshot.edit("Pod", name, |pod| {
                pod["spec"]["nodeName"] = json!("regular-a");
            });
        }
        let figures = &part(&snapshot, "placement")["figures"];
        assert_eq!(
            (&figures["onSpot"], &figures["onDemand"]),
            (&json!(0), &json!(2)),
            "{pool}"
        );
    }
}

#[test]
fn placeholders_that_are_scaled_to_nothing_hold_no_room() {
    let mut snapshot = healthy();
    snapshot.edit("Deployment", "headroom-spot", |found| {
        found["spec"]["replicas"] = json!(0);
    });
    for name in ["headroom-spot-6b-a", "headroom-spot-6b-b"] {
        snapshot.remove("Pod", name);
    }
    // Its autoscaler may have found no need.
    assert_eq!(troubles(&snapshot), [""; 0]);
    let placeholders = part(&snapshot, "overprovisioner");
    assert_eq!(placeholders["facts"][0], "0 of 0 running");
    for (kind, name) in [
        ("Deployment", "scaler"),
        ("Pod", "scaler-1-x"),
        ("ReplicaSet", "scaler-1"),
    ] {
        snapshot.remove(kind, name);
    }
    one_trouble(
        &snapshot,
        "placeholder-off",
        "spot-system/headroom-spot is scaled to 0: it holds no room",
    );
}

#[test]
fn more_pods_than_are_wanted_are_told_apart() {
    let mut snapshot = healthy();
    let of = ("ReplicaSet", "headroom-spot-6b");
    let pod = ("spot-system", "headroom-spot-6b-c", "spot1-a");
    snapshot.pod(pod, "2026-08-20T11:59:00Z", of);
    let placeholders = part(&snapshot, "overprovisioner");
    assert_eq!(placeholders["facts"][0], "3 running, 2 wanted");
}

#[test]
fn no_pod_has_two_budgets() {
    let mut snapshot = healthy();
    snapshot.copies("PodDisruptionBudget", "web", 1);
    one_trouble(
        &snapshot,
        "two-budgets",
        "the pods of shop/web have 2 budgets, web, web-0: the API server refuses to evict",
    );
}

#[test]
fn parameters_of_the_scaler_are_there() {
    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "scaler", |map| map["data"] = Json::Null);
    let line = "the ConfigMap spot-system/scaler has neither `linear` nor `ladder`";
    one_trouble(&snapshot, "scaler-parameters", line);
    snapshot.remove("ConfigMap", "scaler");
    one_trouble(
        &snapshot,
        "scaler-parameters",
        "spot-system/scaler is not there",
    );
    snapshot.edit("Deployment", "scaler", |found| {
        let arguments = &mut found["spec"]["template"]["spec"]["containers"][0]["args"];
        let defaults = "--default-params={\"linear\":{\"min\":1,\"coresPerReplica\":4}}";
        arguments
            .as_array_mut()
            .expect("a list")
            .push(json!(defaults));
    });
    // It makes one of them.
    assert_eq!(troubles(&snapshot), [""; 0]);
}

/// The taint of Spot keeps them off, whatever they prefer.
#[test]
fn pods_for_spot_tolerate_its_taint() {
    let mut snapshot = healthy();
    snapshot.edit("Deployment", "web", |found| {
        found["spec"]["template"]["spec"]["tolerations"] = json!([]);
    });
    for name in ["web-5d9c-a", "web-5d9c-b"] {
        snapshot.edit("Pod", name, |pod| {
            pod["spec"]["nodeName"] = json!("regular-a");
        });
    }
    let line = "1 workload for Spot without a toleration of its taint, so that no pod of it gets there: shop/web";
    let is_told = |snapshot: &Snapshot| {
        let placement = part(snapshot, "placement");
        assert_eq!(placement["facts"][1], "0 of 2 pods on Spot nodes (0 %)");
        let troubles = placement["troubles"].as_array().expect("a list");
        assert_eq!(troubles.len(), 1, "{troubles:#?}");
        assert_eq!(troubles[0]["message"], line);
    };
    is_told(&snapshot);
    // A cloud that does not taint Spot nodes, and pools that somebody has tainted.
    for name in ["spot1-a", "spot1-b", "regular-a", "system-a"] {
        snapshot.edit("Node", name, |node| {
            let is_spot = name.starts_with("spot");
            node["metadata"]["labels"] = json!({"node-pool": name});
            if is_spot {
                node["metadata"]["labels"]["node.kubernetes.io/lifecycle"] = json!("spot");
                node["spec"]["taints"] =
                    json!([{"key": "team", "value": "spot", "effect": "NoSchedule"}]);
            }
        });
    }
    snapshot.edit("Deployment", "web", |found| {
        let pod = &mut found["spec"]["template"]["spec"];
        let term = &mut pod["affinity"]["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0];
        term["preference"]["matchExpressions"][0] =
            json!({"key": "node.kubernetes.io/lifecycle", "operator": "In", "values": ["spot"]});
    });
    is_told(&snapshot);
    snapshot.edit("Deployment", "web", |found| {
        found["spec"]["template"]["spec"]["tolerations"] =
            json!([{"key": "team", "operator": "Exists"}]);
    });
    let placement = part(&snapshot, "placement");
    assert_eq!(placement["figures"]["withoutToleration"], 0);
}
