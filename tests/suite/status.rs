//! `spotgen status`: what of the system a cluster has, and whether it works.
//!
//! The cluster is made up here, healthy, on AKS; each test changes one thing of it.

use std::process::Output;

use super::process::{spotgen, stderr, stdout};
use super::status_cluster::{Snapshot, healthy};
use serde_json::{Value as Json, json};

pub(crate) fn status(snapshot: &Snapshot, more: &[&str]) -> Output {
    let arguments = [&["status", "-"], more].concat();
    spotgen(arguments).stdin(snapshot.text()).run()
}

/// The parts of the JSON by their names.
pub(crate) fn part(snapshot: &Snapshot, name: &str) -> Json {
    let whole: Json = serde_json::from_str(&stdout(&status(snapshot, &["--report", "json"])))
        .expect("it is JSON");
    let parts = whole["parts"].as_array().expect("a list").clone();
    let mut parts = parts.into_iter();
    parts
        .find(|part| part["name"] == name)
        .expect("it is a part")
}

/// The ids of what does not work.
fn troubles(snapshot: &Snapshot) -> Vec<String> {
    let whole: Json = serde_json::from_str(&stdout(&status(snapshot, &["--report", "json"])))
        .expect("it is JSON");
    let parts = whole["parts"].as_array().expect("a list").iter();
    let troubles = parts.flat_map(|part| part["troubles"].as_array().expect("a list").clone());
    troubles
        .map(|own| own["id"].as_str().expect("text").to_owned())
        .collect()
}

/// One thing, and no other, does not work, and a line says so with what to do.
#[track_caller]
fn one_trouble(snapshot: &Snapshot, id: &str, line: &str) {
    assert_eq!(troubles(snapshot), [id]);
    let output = status(snapshot, &[]);
    let text = stdout(&output);
    assert!(text.contains(line), "no `{line}` in\n{text}");
    assert_eq!(output.status.code(), Some(1), "{text}");
}

#[test]
fn a_healthy_cluster_works() {
    let output = status(&healthy(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(!stdout(&output).contains("Does not work"));
    insta::assert_snapshot!("status_healthy", stdout(&output));
    let json = status(&healthy(), &["--report", "json"]);
    insta::assert_snapshot!("status_healthy_json", stdout(&json));
}

#[test]
fn what_does_not_work_is_on_one_screen() {
    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["metadata"]["namespace"] = json!("default");
    });
    snapshot.edit("Deployment", "descheduler", |found| {
        let arguments = &mut found["spec"]["template"]["spec"]["containers"][0]["args"];
        arguments
            .as_array_mut()
            .expect("a list")
            .push(json!("--dry-run"));
    });
    snapshot.backoff("aks-spot1-12345678-vmss");
    snapshot.edit("Node", "spot1-b", |node| {
        node["status"]["conditions"][0]["status"] = json!("Unknown");
    });
    let output = status(&snapshot, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).lines().count() <= 40);
    insta::assert_snapshot!("status_broken", stdout(&output));
    let colored = status(&snapshot, &["--color", "always"]);
    assert!(stdout(&colored).contains("\u{1b}[31mdoes not work\u{1b}[0m"));
}

#[test]
fn the_priorities_are_where_the_autoscaler_looks() {
    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["metadata"]["namespace"] = json!("spot-system");
    });
    one_trouble(
        &snapshot,
        "expander-namespace",
        "is in spot-system, and the cluster autoscaler reads kube-system",
    );

    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["metadata"]["name"] = json!("cluster-autoscaler-priority-expander-v2");
    });
    one_trouble(
        &snapshot,
        "expander-name",
        "the cluster autoscaler reads cluster-autoscaler-priority-expander",
    );

    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["data"] = json!({"priority": map["data"]["priorities"]});
    });
    one_trouble(&snapshot, "expander-key", "has no key `priorities`");

    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["data"]["priorities"] = json!("20: '('");
    });
    one_trouble(&snapshot, "expander-invalid", "refuses the priorities");
}

#[test]
fn patterns_are_tried_on_the_groups_that_there_are() {
    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["data"]["priorities"] = json!("20:\n- ^aks-spott-.*\n10:\n- .*\n");
    });
    one_trouble(
        &snapshot,
        "pattern-without-group",
        "the pattern `^aks-spott-.*` matches none of the 3 node groups",
    );

    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["data"]["priorities"] = json!("20:\n- ^aks-spot1-.*\n");
    });
    // The System pool needs no pattern.
    one_trouble(
        &snapshot,
        "group-without-pattern",
        "no pattern matches aks-regular-12345678-vmss",
    );
}

#[test]
fn the_autoscaler_has_to_go_by_priorities() {
    let mut snapshot = healthy();
    snapshot.autoscaler("least-waste");
    one_trouble(
        &snapshot,
        "expander-not-used",
        "runs with `--expander=least-waste`",
    );
    let mut snapshot = healthy();
    snapshot.autoscaler("priority,least-waste");
    assert_eq!(troubles(&snapshot), [""; 0]);
    assert_eq!(part(&snapshot, "priority-expander")["state"], "works");
    snapshot.remove("ConfigMap", "cluster-autoscaler-priority-expander");
    one_trouble(&snapshot, "expander-missing", "chooses pools at random");
}

#[test]
fn the_autoscaler_says_what_it_has_against_the_priorities() {
    let mut snapshot = healthy();
    snapshot.event(
        (
            "ConfigMap",
            "kube-system",
            "cluster-autoscaler-priority-expander",
        ),
        ("cluster-autoscaler", "PriorityConfigMapNotMatchedGroup"),
        "Priority expander: node group aks-old-1-vmss not found",
    );
    one_trouble(
        &snapshot,
        "expander-event",
        "PriorityConfigMapNotMatchedGroup: Priority expander: node group aks-old",
    );
}

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
fn the_descheduler_runs_and_evicts() {
    let mut snapshot = healthy();
    snapshot.edit("Pod", "descheduler-7f-x", |pod| {
        pod["status"]["conditions"] = json!([]);
        pod["status"]["containerStatuses"] =
            json!([{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]);
    });
    one_trouble(
        &snapshot,
        "descheduler-not-ready",
        "its pod descheduler-7f-x is not ready: CrashLoopBackOff",
    );

    let mut snapshot = healthy();
    snapshot.edit("Deployment", "descheduler", |found| {
        let arguments = &mut found["spec"]["template"]["spec"]["containers"][0]["args"];
        arguments
            .as_array_mut()
            .expect("a list")
            .push(json!("--dry-run"));
    });
    one_trouble(
        &snapshot,
        "descheduler-idle",
        "runs with `--dry-run` and evicts nothing",
    );

    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "descheduler-policy", |map| {
        let policy = map["data"]["policy.yaml"].as_str().expect("text");
        let policy = policy.replace("nodeAffinityType", "nodeAffinityTypes");
        map["data"]["policy.yaml"] = json!(policy);
    });
    assert_eq!(troubles(&snapshot)[0], "descheduler-policy");
}

#[test]
fn moves_that_come_back_are_counted() {
    let mut snapshot = healthy();
    for name in ["web-5d9c-y", "web-5d9c-z"] {
        snapshot.event(
            ("Pod", "shop", name),
            ("sigs.k8s.io/descheduler", "RemovePodsViolatingNodeAffinity"),
            "pod eviction from regular-a node by sigs.k8s.io/descheduler",
        );
    }
    let moved = part(&snapshot, "descheduler");
    assert_eq!(
        (&moved["figures"]["moved"], &moved["figures"]["cameBack"]),
        (&json!(3), &json!(0))
    );
    for name in ["web-5d9c-r", "web-5d9c-s"] {
        let of = ("ReplicaSet", "web-5d9c");
        snapshot.pod(("shop", name, "regular-a"), "2026-08-20T11:50:05Z", of);
    }
    one_trouble(
        &snapshot,
        "moves-came-back",
        "2 of 3 moved pods came back to on-demand: web-5d9c-r, web-5d9c-s",
    );
}

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
    assert_eq!(troubles(&many).len(), 10);
    let text = stdout(&status(&many, &[]));
    assert!(
        text.contains("7 more like it: --report json lists all"),
        "{text}"
    );
    // Not a matter of Spot.
    for name in ["web-5d9c-a", "web-5d9c-b"] {
        snapshot.edit("Pod", name, |pod| {
            pod["spec"]["nodeName"] = json!("regular-a");
            pod["metadata"]["creationTimestamp"] = json!("2026-08-20T11:30:00Z");
        });
    }
    assert_eq!(troubles(&snapshot), [""; 0]);
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

/// What a snapshot has not got is never said to work.
#[test]
fn what_is_not_in_the_snapshot_cannot_be_told() {
    for (kind, part_name, add) in [
        ("Event", "descheduler", "add events to"),
        ("Pod", "overprovisioner", "add pods to"),
        ("Pod", "termination-handler", "add nodes,pods to"),
        ("Node", "node-pools", "add nodes to"),
        ("Node", "placement", "add nodes,pods to"),
        ("Node", "disruption-budgets", "add nodes,pods to"),
    ] {
        let mut snapshot = healthy();
        snapshot.drop_kind(kind);
        assert_eq!(
            part(&snapshot, part_name)["state"],
            "unknown",
            "{part_name} without {kind}"
        );
        let output = status(&snapshot, &[]);
        let text = stdout(&output);
        assert!(
            text.contains("Cannot tell:") && text.contains(add),
            "{text}"
        );
        assert_eq!(output.status.code(), Some(0), "{text}");
    }
    let mut snapshot = healthy();
    snapshot.remove("ConfigMap", "cluster-autoscaler-status");
    for name in ["node-pools", "priority-expander"] {
        assert_eq!(part(&snapshot, name)["state"], "unknown");
    }
    let mut snapshot = healthy();
    snapshot.edit("PodDisruptionBudget", "web", |budget| {
        budget["status"] = Json::Null;
    });
    assert_eq!(part(&snapshot, "disruption-budgets")["state"], "unknown");
}

#[test]
fn a_cluster_without_the_system_has_nothing_that_fails() {
    let output = spotgen(["status", "-"])
        .stdin(
            r#"{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a", "namespace": "b"}}"#,
        )
        .run();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("not there"));
}

#[test]
fn whose_a_part_is_stands_beside_it() {
    let mut snapshot = healthy();
    snapshot.edit("Deployment", "descheduler", |found| {
        found["metadata"]["labels"]["app.kubernetes.io/managed-by"] = json!("Helm");
        found["metadata"]["annotations"] = json!({"meta.helm.sh/release-name": "evictor"});
    });
    let owners = part(&snapshot, "descheduler")["owners"].clone();
    assert_eq!(
        owners,
        json!([{"spotgen": false, "tool": "Helm", "name": "evictor"}])
    );
    snapshot.edit("Deployment", "descheduler", |found| {
        found["metadata"]["labels"] = json!({});
        found["metadata"]["annotations"] = json!({});
    });
    assert!(stdout(&status(&snapshot, &[])).contains("by hand"));
}

#[test]
fn input_that_cannot_be_read_is_no_result() {
    for (text, message) in [
        ("", "there is no Kubernetes object"),
        ("hello", "there is no Kubernetes object"),
    ] {
        let output = spotgen(["status", "-"]).stdin(text).run();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
    let output = spotgen(["status"]).run();
    assert_eq!(output.status.code(), Some(2));
    let output = spotgen(["status", "-", "-f", "-"]).stdin("{}").run();
    assert_eq!(output.status.code(), Some(2));
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
