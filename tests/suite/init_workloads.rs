//! Which class `spotgen init` gives a workload, what it leaves out, and what it takes over of what is installed.

use serde_json::{Value as Json, json};

use super::process::{spotgen, stderr, stdout};
use super::status_cluster::{Snapshot, healthy};

fn deployment(name: &str) -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
        "spec": {
            "replicas": 3, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [
                {"name": "main", "image": "registry.example.com/web:1", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}},
            ]}},
        },
    })
}

/// The same in a namespace.
fn placed(name: &str) -> Json {
    let mut found = deployment(name);
    found["metadata"]["namespace"] = json!("shop");
    found
}

/// The draft in one line, without the marks of comments.
fn words(draft: &str) -> String {
    let words = draft.split_whitespace().filter(|word| *word != "#");
    words.collect::<Vec<_>>().join(" ")
}

fn draft_with(items: &[Json], arguments: &[&str]) -> String {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    let arguments = [&["init", "-", "-o", "-"], arguments].concat();
    let output = spotgen(arguments).stdin(list.to_string()).run();
    assert!(output.status.success(), "{}", stderr(&output));
    words(&stdout(&output))
}

fn draft(items: &[Json]) -> String {
    draft_with(items, &["--provider", "aks"])
}

/// With the made-up cluster.
fn draft_of(snapshot: &Snapshot) -> String {
    let output = spotgen(["init", "-", "-o", "-"])
        .stdin(snapshot.text())
        .run();
    assert!(output.status.success(), "{}", stderr(&output));
    words(&stdout(&output))
}

#[track_caller]
fn has(draft: &str, line: &str) {
    assert!(draft.contains(line), "no `{line}` in {draft}");
}

#[test]
fn what_its_autoscaler_turns_off_has_one_replica_before_the_second() {
    let scaled = json!({
        "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
        "metadata": {"namespace": "shop", "name": "worker"},
        "spec": {"scaleTargetRef": {"name": "worker"}, "triggers": []},
    });
    let line = "names: [worker]} class: on-demand";
    has(&draft(&[placed("web"), placed("worker"), scaled]), line);
    // Nobody asks for the kinds of KEDA, and its own autoscaler has one replica or more.
    let made = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"namespace": "shop", "name": "keda-hpa-worker", "ownerReferences": [
            {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "worker", "uid": "1", "controller": true},
        ]},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "worker"}, "minReplicas": 1, "maxReplicas": 9},
    });
    has(&draft(&[placed("web"), placed("worker"), made]), line);
}

#[test]
fn what_must_not_be_evicted_stays_on_on_demand() {
    let mut pinned = placed("pinned");
    pinned["spec"]["template"]["metadata"]["annotations"] =
        json!({"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"});
    let mut local = placed("local");
    local["spec"]["template"]["spec"]["volumes"] =
        json!([{"name": "data", "hostPath": {"path": "/data"}}]);
    let mut scratch = placed("scratch");
    scratch["spec"]["template"]["spec"]["volumes"] = json!([{"name": "tmp", "emptyDir": {}}]);
    let draft = draft(&[placed("web"), pinned, local, scratch]);
    has(
        &draft,
        "# 1 workload: annotated with `cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"`"
            .trim_start_matches("# "),
    );
    has(&draft, "names: [pinned]} class: on-demand");
    has(
        &draft,
        "1 workload with a hostPath volume: what is written there goes with the node.",
    );
    has(&draft, "names: [local]} class: on-demand");
    has(&draft, "4 workloads, 2 in the class `default`");
}

#[test]
fn manifests_without_namespaces_have_rules_without_them() {
    let mut one = deployment("api");
    one["spec"]["replicas"] = json!(1);
    let draft_all = draft(&[deployment("web"), one.clone()]);
    has(&draft_all, "The manifests have no namespaces");
    has(&draft_all, "- match: {names: [api]} class: on-demand");
    has(&draft_all, "- match: {kinds: [Deployment]} class: default");
    assert!(!draft_all.contains("namespaces:"), "{draft_all}");
    let mixed = draft(&[placed("web"), one]);
    has(
        &mixed,
        "The manifests of 1 workload have no namespace: `default` stands for the one",
    );
}

#[test]
fn what_no_rule_is_for_is_named() {
    let pod = |name: &str, kind: &str, by: &str| {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"namespace": "kafka", "name": name, "ownerReferences": [
                {"apiVersion": "example.com/v1", "kind": kind, "name": by, "uid": "1", "controller": true},
            ]},
            "spec": {"containers": []}, "status": {"phase": "Running"},
        })
    };
    let owned = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet",
        "metadata": {"namespace": "monitoring", "name": "prometheus-k8s", "ownerReferences": [
            {"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "name": "k8s", "uid": "1", "controller": true},
        ]},
        "spec": {},
    });
    let draft = draft(&[
        placed("web"),
        owned,
        pod("broker-0", "StrimziPodSet", "broker"),
        pod("broker-1", "StrimziPodSet", "broker"),
        pod("pg-1", "Cluster", "pg"),
        pod("old-x", "ReplicationController", "old"),
    ]);
    has(
        &draft,
        "3 workloads of operators left out (Cluster `kafka/pg`, StrimziPodSet `kafka/broker`, StatefulSet \
         `monitoring/prometheus-k8s`)",
    );
    has(
        &draft,
        "1 workload left out, of which the snapshot has only pods (ReplicationController `kafka/old`): add \
         replicationcontroller",
    );
}

#[test]
fn a_missing_toleration_comes_with_the_class() {
    let mut snapshot = healthy();
    snapshot.drop_system();
    assert!(!draft_of(&snapshot).contains("without a toleration"));
    snapshot.edit("Deployment", "web", |found| {
        found["spec"]["template"]["spec"]["tolerations"] = json!([]);
    });
    has(
        &draft_of(&snapshot),
        "1 of them for Spot without a toleration of its taint, which the class adds.",
    );
}

#[test]
fn a_handler_keeps_its_settings() {
    let mut snapshot = healthy();
    snapshot.edit("DaemonSet", "handler", |found| {
        found["metadata"]["labels"] = json!({});
        let container = &mut found["spec"]["template"]["spec"]["containers"][0];
        container["image"] =
            json!("registry.example.com:5000/aks-node-termination-handler:v1.0.17");
        container["args"] = json!(["-podGracePeriodSeconds=20"]);
    });
    snapshot.edit("Deployment", "descheduler", |found| {
        found["metadata"]["labels"] = json!({});
        let container = &mut found["spec"]["template"]["spec"]["containers"][0];
        container["image"] = json!("registry.example.com/descheduler:v0.36.0");
    });
    let draft = draft_of(&snapshot);
    has(&draft, "podGracePeriodSeconds: 20");
    has(
        &draft,
        "image: registry.example.com:5000/aks-node-termination-handler:v1.0.17",
    );
    has(&draft, "image: registry.example.com/descheduler:v0.36.0");
    assert_eq!(
        draft
            .matches("Only what stands here is taken over of its settings.")
            .count(),
        2,
        "{draft}"
    );
    snapshot.edit("DaemonSet", "handler", |found| {
        let container = &mut found["spec"]["template"]["spec"]["containers"][0];
        container["image"] = json!("docker.io/paskalmaksim/aks-node-termination-handler:v1.0.17");
        container["args"] = json!([]);
    });
    let draft = draft_of(&snapshot);
    assert!(
        !draft.contains("paskalmaksim") && !draft.contains("podGracePeriodSeconds"),
        "{draft}"
    );
}

#[test]
fn a_handler_of_another_cloud_is_named() {
    let mut handler = placed("aws-node-termination-handler");
    handler["kind"] = json!("DaemonSet");
    handler["metadata"]["namespace"] = json!("kube-system");
    handler["metadata"]["annotations"] = json!({
        "meta.helm.sh/release-name": "nth", "meta.helm.sh/release-namespace": "kube-system",
    });
    let draft = draft_with(&[placed("web"), handler], &["--provider", "eks"]);
    has(
        &draft,
        "DaemonSet `kube-system/aws-node-termination-handler` is of the Helm release `nth` in `kube-system`: it drains",
    );
    has(&draft, "terminationHandler: enabled: false");
}

/// What spotgen made from its defaults is made again, and is no wish.
#[test]
fn priorities_of_spotgen_are_taken_over_where_they_were_wished() {
    let with = |priorities: &str, tool: &str| {
        let mut snapshot = healthy();
        // A System pool has a node, or the draft has a mistake.
        snapshot.edit("ConfigMap", "cluster-autoscaler-status", |map| {
            let text = map["data"]["status"].as_str().expect("text");
            map["data"]["status"] = json!(text.replace("minSize: 0", "minSize: 1"));
        });
        snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
            map["metadata"]["labels"]["app.kubernetes.io/managed-by"] = json!(tool);
            map["data"]["priorities"] = json!(priorities);
        });
        draft_of(&snapshot)
    };
    let default = "20:\n- ^aks-spot1-[0-9]+-vmss$\n10:\n- .*\n";
    let ours = with(default, "spotgen");
    assert!(!ours.contains("priorities:"), "{ours}");
    has(&with(default, "Helm"), "priorities:");
    has(
        &with("20:\n- ^aks-spot1-.*\n10:\n- .*\n", "spotgen"),
        "priorities:",
    );
    has(
        &with("10:\n- ^aks-spot1-[0-9]+-vmss$\n20:\n- .*\n", "spotgen"),
        "priorities:",
    );
}

#[test]
fn nodes_of_another_cloud_are_a_contradiction() {
    let pools = json!([{"name": "default-pool", "config": {"machineType": "e2-standard-4"}}]);
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("pools.json"), pools.to_string()).expect("it is written");
    for (arguments, said) in [
        (
            &["--pools", "pools.json"][..],
            "the nodes of the snapshot are of AKS, and the pools are of GKE",
        ),
        (
            &["--provider", "eks"],
            "the nodes of the snapshot are of AKS, and --provider is of EKS",
        ),
    ] {
        let arguments = [&["init", "-", "-o", "-"], arguments].concat();
        let output = spotgen(arguments)
            .stdin(healthy().text())
            .in_folder(folder.path())
            .run();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
    let output = spotgen(["init", "-", "-o", "-", "--provider", "generic"])
        .stdin(healthy().text())
        .run();
    assert!(output.status.success(), "{}", stderr(&output));
}
