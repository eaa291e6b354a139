//! What `status` says of the descheduler and its policy.

use serde_json::{Value as Json, json};

use super::status::{one_trouble, part, troubles};
use super::status_cluster::{Snapshot, healthy};

/// The evictor of the healthy cluster.
const EVICTOR: &str = "{nodeFit: true, nodeSelector: kubernetes.azure.com/scalesetpriority=spot}";

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

/// A policy that can be read, and what it does not move.
#[test]
fn a_policy_that_moves_nothing_is_told() {
    for (from, to, line) in [
        (
            "profiles:\n",
            "maxNoOfPodsToEvictTotal: 0\nprofiles:\n",
            "`maxNoOfPodsToEvictTotal: 0` in descheduler-policy: it may evict no pod",
        ),
        (
            "profiles:\n",
            "nodeSelector: kubernetes.azure.com/agentpool=regular\nprofiles:\n",
            "it sees no Spot node, and moves nothing",
        ),
        (
            "IgnoredDuringExecution]\n",
            "IgnoredDuringExecution]\n      namespaces: {include: [other]}\n",
            "moves none of 1 workload that prefers Spot; shop/web: the descheduler does not cover namespace `shop`",
        ),
        (
            "IgnoredDuringExecution]\n",
            "IgnoredDuringExecution]\n      namespaces: {exclude: [shop]}\n",
            "the descheduler does not cover namespace `shop`",
        ),
        (
            "IgnoredDuringExecution]\n",
            "IgnoredDuringExecution]\n      labelSelector: {matchLabels: {app: api}}\n",
            "does not select its pods",
        ),
        (
            "nodeFit: true",
            "nodeFit: true, labelSelector: {matchLabels: {app: api}}",
            "does not select its pods",
        ),
        (
            "nodeFit: true",
            "nodeFit: true, priorityThreshold: {value: -10}",
            "its priority 0 is not below the priority threshold -10",
        ),
        (
            "nodeFit: true",
            "nodeFit: true, minReplicas: 5",
            "fewer pods than `minReplicas` (5)",
        ),
    ] {
        let mut snapshot = healthy();
        snapshot.edit("ConfigMap", "descheduler-policy", |map| {
            let policy = map["data"]["policy.yaml"].as_str().expect("text");
            assert!(policy.contains(from), "{policy}");
            map["data"]["policy.yaml"] = json!(policy.replacen(from, to, 1));
        });
        one_trouble(&snapshot, "descheduler-moves-nothing", line);
    }
}

/// What protects a pod on purpose is no fault of the policy.
#[test]
fn pods_that_are_protected_for_their_volumes_are_left_where_they_are() {
    let mut snapshot = healthy();
    snapshot.edit("Deployment", "web", |found| {
        found["spec"]["template"]["spec"]["volumes"] =
            json!([{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]);
    });
    snapshot.edit("ConfigMap", "descheduler-policy", |map| {
        let policy = map["data"]["policy.yaml"].as_str().expect("text");
        let protected = "nodeFit: true, podProtections: {extraEnabled: [PodsWithPVC]}";
        map["data"]["policy.yaml"] = json!(policy.replace("nodeFit: true", protected));
    });
    assert_eq!(troubles(&snapshot), [""; 0]);
}

#[test]
fn a_policy_that_is_none_is_told() {
    for data in [json!({}), json!({"policy.yaml": "no policy"}), Json::Null] {
        let mut snapshot = healthy();
        snapshot.edit("ConfigMap", "descheduler-policy", |map| {
            map["data"] = data.clone();
        });
        one_trouble(
            &snapshot,
            "descheduler-policy",
            "the ConfigMap spot-system/descheduler-policy that it mounts has no policy that it can read",
        );
    }
    let mut snapshot = healthy();
    snapshot.remove("ConfigMap", "descheduler-policy");
    one_trouble(
        &snapshot,
        "descheduler-policy",
        "that it mounts is not there",
    );
    snapshot.drop_kind("ConfigMap");
    assert!(!troubles(&snapshot).contains(&"descheduler-policy".to_owned()));
}

/// The evictor evicts only what finds room on the nodes of its selector.
#[test]
fn the_evictor_looks_for_room_on_spot() {
    let with = |evictor: &str| {
        let mut snapshot = healthy();
        snapshot.edit("ConfigMap", "descheduler-policy", |map| {
            let policy = map["data"]["policy.yaml"].as_str().expect("text");
            let policy = policy.replace(EVICTOR, &format!("{{nodeFit: true, {evictor}}}"));
            map["data"]["policy.yaml"] = json!(policy);
        });
        snapshot
    };
    for selector in [
        "kubernetes.azure.com/agentpool=gpu",
        "kubernetes.azure.com/agentpool=regular",
        "tier=web",
    ] {
        let line = format!(
            "`nodeSelector: {selector}` of the evictor in descheduler-policy: it looks for free capacity on no Spot node"
        );
        let snapshot = with(&format!("nodeSelector: {selector}"));
        one_trouble(&snapshot, "descheduler-moves-nothing", &line);
    }
    // A label of the nodes that no pool is known to have.
    let mut snapshot = with("nodeSelector: tier=web");
    for name in ["spot1-a", "spot1-b"] {
        snapshot.edit("Node", name, |node| {
            node["metadata"]["labels"]["tier"] = json!("web");
        });
    }
    assert_eq!(troubles(&snapshot), [""; 0]);
    let spot = with("nodeSelector: kubernetes.azure.com/scalesetpriority=spot");
    assert_eq!(troubles(&spot), [""; 0]);
}

/// Without `nodeFit`, or with room on on-demand as good a reason, it evicts the same pods while Spot is full.
#[test]
fn an_evictor_that_counts_room_on_on_demand_is_told() {
    for (evictor, why) in [
        ("{minReplicas: 2}", "`nodeFit` is off in descheduler-policy"),
        (
            "{nodeFit: true}",
            "the evictor in descheduler-policy counts free capacity on on-demand pool `regular`",
        ),
    ] {
        let mut snapshot = healthy();
        snapshot.edit("ConfigMap", "descheduler-policy", |map| {
            let policy = map["data"]["policy.yaml"].as_str().expect("text");
            map["data"]["policy.yaml"] = json!(policy.replace(EVICTOR, evictor));
        });
        let line = format!("{why}: while Spot is full, it evicts the same pods in every round");
        one_trouble(&snapshot, "descheduler-loops", &line);
    }
}

/// A `CronJob` whose pods are gone is judged by what it says of its rounds; `Job`s that are there are not asked for.
#[test]
fn a_schedule_without_a_pod_is_judged_by_its_rounds() {
    let mut snapshot = healthy();
    snapshot.edit("Deployment", "descheduler", |found| {
        let mut template = found["spec"]["template"].clone();
        let program = &mut template["spec"]["containers"][0];
        program["args"] = json!(["--policy-config-file=/policy/policy.yaml"]);
        found["apiVersion"] = json!("batch/v1");
        found["kind"] = json!("CronJob");
        found["spec"] = json!({
            "schedule": "*/10 * * * *",
            "jobTemplate": {"spec": {"template": template}},
        });
    });
    snapshot.remove("ReplicaSet", "descheduler-7f");
    snapshot.remove("Pod", "descheduler-7f-x");
    let told = |snapshot: &Snapshot| part(snapshot, "descheduler").to_string();
    let own = told(&snapshot);
    assert!(own.contains("add jobs to the"), "{own}");
    snapshot.push(json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {"namespace": "shop", "name": "report-1"},
        "spec": {"template": {"spec": {"containers": []}}},
        "status": {"conditions": [{"type": "Complete", "status": "True"}]},
    }));
    let own = told(&snapshot);
    assert!(!own.contains("add jobs"), "{own}");
    assert!(
        own.contains("no pod of spot-system/descheduler is there"),
        "{own}"
    );
    snapshot.edit("CronJob", "descheduler", |found| {
        found["status"] = json!({"lastScheduleTime": "2026-08-20T11:40:00Z"});
    });
    let own = told(&snapshot);
    assert!(
        own.contains("the round that it started 20m ago has left no pod"),
        "{own}"
    );
    snapshot.edit("CronJob", "descheduler", |found| {
        found["status"]["lastSuccessfulTime"] = json!("2026-08-20T11:45:00Z");
    });
    let own = told(&snapshot);
    assert!(own.contains("its last round ended well 15m ago"), "{own}");
}
