use serde_json::{Value as Json, json};

use super::*;
use crate::kubernetes::{Effect, Mark, Taint};

fn read(text: &str) -> Snapshot {
    Snapshot::read([text], |name, _| {
        name == "cluster-autoscaler-priority-expander"
    })
}

fn list(items: &[Json]) -> String {
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

fn node() -> Json {
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": "spot-1", "labels": {"pool": "spot"}, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"taints": [
            {"key": "spot", "value": "true", "effect": "NoSchedule"},
            {"key": "bare", "effect": "NoExecute"},
            {"key": "later", "effect": "OfTheFuture"},
        ]},
        "status": {
            "allocatable": {"cpu": "3860m", "memory": "12Gi", "pods": "30"},
            "conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-02T00:00:00Z"}],
        },
    })
}

fn owned(kind: &str, name: &str, owner: (&str, &str)) -> Json {
    json!({
        "apiVersion": "apps/v1", "kind": kind,
        "metadata": {
            "namespace": "shop", "name": name,
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": owner.0, "name": owner.1, "controller": true, "uid": "1"}],
        },
    })
}

#[test]
fn a_node_has_what_pods_are_matched_against() {
    let snapshot = read(&list(&[node()]));
    let [node] = snapshot.nodes.as_slice() else {
        panic!("one node: {snapshot:?}");
    };
    assert!(node.is_ready && !node.is_cordoned);
    assert_eq!(node.allocatable["cpu"].millis(), 3860);
    let taints: Vec<String> = node.taints.iter().map(Taint::text).collect();
    assert_eq!(taints, ["spot=true:NoSchedule", "bare:NoExecute"]);
    assert_eq!(node.taints[1].effect, Effect::NoExecute);
}

#[test]
fn a_pod_belongs_to_the_workload_above_its_replica_set() {
    let snapshot = read(&list(&[
        owned("ReplicaSet", "web-1", ("Deployment", "web")),
        owned("Pod", "web-1-a", ("ReplicaSet", "web-1")),
        owned("Pod", "db-0", ("StatefulSet", "db")),
    ]));
    let workloads: Vec<String> = snapshot
        .pods
        .iter()
        .filter_map(|pod| Some(snapshot.workload(pod)?.to_string()))
        .collect();
    assert_eq!(workloads, ["Deployment shop/web", "StatefulSet shop/db"]);
    assert_eq!(snapshot.objects, "", "what is controlled is in no manifest");
}

#[test]
fn lists_streams_and_yaml_are_the_same() {
    let (node, pod) = (node(), owned("Pod", "a", ("ReplicaSet", "a")));
    let as_list = list(&[node.clone(), pod.clone()]);
    let as_stream = format!("{node}\n{pod}\n");
    let within = list(&[serde_json::from_str(&as_list).expect("JSON")]);
    let as_yaml = format!("---\n{}---\n{}", yaml(&node), yaml(&pod));
    let with_mark = format!("\u{feff}{as_list}");
    for text in [as_list, as_stream, within, as_yaml, with_mark] {
        let snapshot = read(&text);
        assert_eq!(
            (snapshot.nodes.len(), snapshot.pods.len()),
            (1, 1),
            "{text}"
        );
        assert_eq!(snapshot.problems, []);
    }
}

fn yaml(object: &Json) -> String {
    let mut text = String::new();
    crate::yaml::write(object, &mut text);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[test]
fn items_of_a_typed_list_get_its_kind() {
    let text = json!({"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [
        {"metadata": {"namespace": "shop", "name": "web"}},
    ]});
    let snapshot = read(&text.to_string());
    assert_eq!(snapshot.kinds["Deployment"], 1);
    assert!(
        snapshot.objects.contains(r#""kind":"Deployment""#),
        "{}",
        snapshot.objects
    );
    assert!(snapshot.objects.contains(r#""apiVersion":"apps/v1""#));
}

#[test]
fn what_is_secret_or_unknown_is_dropped() {
    let map = |name: &str, key: &str| {
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "kube-system", "name": name},
            "data": {key: "PRIVATE"}})
    };
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "PRIVATE"}});
    let snapshot = read(&list(&[
        map("settings", "password"),
        map("settings", "policy.yaml"),
        secret,
    ]));
    assert!(!format!("{snapshot:?}").contains("PRIVATE"));
    let wanted = read(&list(&[map(
        "cluster-autoscaler-priority-expander",
        "priorities",
    )]));
    assert!(wanted.objects.contains("PRIVATE"));
}

#[test]
fn what_is_over_needs_no_node() {
    let job = |name: &str, status: Json| json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "a", "name": name}, "status": status});
    let over = json!({"conditions": [{"type": "Complete", "status": "True"}]});
    let snapshot = read(&list(&[job("done", over), job("runs", json!({}))]));
    assert!(snapshot.objects.contains("runs") && !snapshot.objects.contains("done"));
}

#[test]
fn what_cannot_be_understood_is_named_and_hides_nothing() {
    let broken = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "a", "name": "odd"}, "spec": 7});
    let nameless = json!({"metadata": {"name": "x"}});
    let mut text = list(&[broken, nameless, node()]);
    text.push_str("{\"kind\": \"List\", \"items\": [");
    let snapshot = read(&text);
    let subjects: Vec<&str> = snapshot
        .problems
        .iter()
        .map(|problem| problem.subject.as_str())
        .collect();
    assert_eq!(subjects, ["Pod `a/odd`", "an object", "the JSON at line 1"]);
    assert!(snapshot.problems[2].reason.contains("ends too early"));
    assert_eq!(snapshot.nodes.len(), 1);
}

const STATUS: &str = "\
time: 2026-11-29 08:20:43.5 +0000 UTC
autoscalerStatus: Running
nodeGroups:
- name: aks-spot1-12345678-vmss
  health:
    status: Healthy
    nodeCounts: {registered: {total: 2, ready: 2}}
    cloudProviderTarget: 3
    minSize: 0
    maxSize: 10
  scaleUp:
    status: Backoff
    backoffInfo: {errorCode: OutOfResource, errorMessage: SkuNotAvailable}
";

fn status(text: &str) -> Snapshot {
    read(&list(&[json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"namespace": "kube-system", "name": "cluster-autoscaler-status"}, "data": {"status": text},
    })]))
}

#[test]
fn the_autoscaler_names_its_groups_and_what_is_in_back_off() {
    let found = status(STATUS).autoscaler.expect("a report");
    assert!(found.is_running);
    assert_eq!(found.namespace, "kube-system");
    assert_eq!(
        found.groups,
        [GroupStatus {
            name: "aks-spot1-12345678-vmss".into(),
            is_healthy: true,
            ready: 2,
            target: 3,
            min: 0,
            max: 10,
            scale_up: ScaleUp::Backoff {
                code: "OutOfResource".into(),
                message: "SkuNotAvailable".into()
            },
        }]
    );
}

#[test]
fn a_report_from_before_1_30_is_named() {
    let found =
        status("Cluster-autoscaler status at 2023-01-01:\nCluster-wide:\n  Health: Healthy\n");
    assert!(found.autoscaler.is_none());
    assert!(found.problems[0].reason.contains("before 1.30"));
}

#[test]
fn an_event_says_how_often_and_when_last() {
    let event = json!({
        "apiVersion": "v1", "kind": "Event", "metadata": {"namespace": "kube-system", "name": "e"},
        "involvedObject": {"kind": "ConfigMap", "namespace": "kube-system", "name": "x"},
        "reason": "PriorityConfigMapInvalid", "message": "no", "source": {"component": "cluster-autoscaler"},
        "count": 3, "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T01:00:00Z", "eventTime": null,
    });
    let snapshot = read(&list(&[event]));
    let found = &snapshot.events[0];
    assert_eq!((found.by.as_str(), found.count), ("cluster-autoscaler", 3));
    assert_eq!(found.last, Time::parse("2026-01-01T01:00:00Z"));
    assert_eq!(snapshot.taken_at(), found.last);
}

#[test]
fn whose_an_object_is_and_where_it_stands_are_kept() {
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {
            "namespace": "shop", "name": "web",
            "labels": {"app.kubernetes.io/managed-by": "Helm", "other": "label"},
            "annotations": {
                "meta.helm.sh/release-name": "web",
                "argocd.argoproj.io/tracking-id": "app:apps/Deployment:shop/web",
            },
        },
    });
    let snapshot = read(&list(std::slice::from_ref(&deployment)));
    let identity = Controller {
        namespace: "shop".to_owned(),
        kind: "Deployment".to_owned(),
        name: "web".to_owned(),
    };
    let marks = &snapshot.kept[&identity].marks;
    assert_eq!(marks.managed_by.as_deref(), Some("Helm"));
    let name = |mark: &Option<Mark>| mark.as_ref().map(|mark| mark.name.clone());
    assert_eq!(name(&marks.helm_release).as_deref(), Some("web"));
    assert_eq!(name(&marks.argo_cd).as_deref(), Some("app"));
    let text = snapshot.object(&identity).expect("it is kept");
    assert_eq!(serde_json::from_str::<Json>(text).ok(), Some(deployment));
}

#[test]
fn a_budget_without_a_status_allows_nothing_that_is_known() {
    let budget = |name: &str, status: &Json| {
        json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"namespace": "shop", "name": name}, "status": status,
        })
    };
    let judged = json!({"disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 2});
    let snapshot = read(&list(&[budget("web", &judged), budget("new", &json!({}))]));
    let [own] = snapshot.budgets.as_slice() else {
        panic!("one status: {snapshot:?}");
    };
    assert_eq!(
        (own.name.as_str(), own.allowed, own.expected),
        ("web", 0, 2)
    );
}
