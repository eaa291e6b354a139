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
pub(crate) fn troubles(snapshot: &Snapshot) -> Vec<String> {
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
pub(crate) fn one_trouble(snapshot: &Snapshot, id: &str, line: &str) {
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
    let text = stdout(&output);
    assert!(text.lines().count() <= 40);
    // One is one, and what is to be done about both is said once.
    assert!(
        text.contains("whether 1 pod still runs: its node is lost"),
        "{text}"
    );
    assert!(
        text.contains("whether 1 placeholder still holds room: its node is lost"),
        "{text}"
    );
    assert_eq!(text.matches("see node-pools").count(), 1, "{text}");
    insta::assert_snapshot!("status_broken", stdout(&output));
    let colored = status(&snapshot, &["--color", "always"]);
    assert!(stdout(&colored).contains("\u{1b}[31mdoes not work\u{1b}[0m"));
}

/// What a snapshot has not got is never said to work.
#[test]
fn what_is_not_in_the_snapshot_cannot_be_told() {
    for (kind, part_name, add) in [
        ("Event", "descheduler", "add events to"),
        ("Pod", "overprovisioner", "add pods to"),
        ("Pod", "termination-handler", "add pods to"),
        ("Node", "node-pools", "add nodes to"),
        ("Node", "placement", "add nodes to"),
        ("Node", "disruption-budgets", "add nodes to"),
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

/// Nouns and verbs agree with their numbers.
#[test]
fn one_is_not_several() {
    let mut snapshot = healthy();
    for name in ["spot1-b", "system-a"] {
        snapshot.remove("Node", name);
    }
    snapshot.edit("ConfigMap", "cluster-autoscaler-status", |map| {
        let text = map["data"]["status"].as_str().expect("text");
        let second = text.match_indices("- name: ").nth(1).expect("a group").0;
        map["data"]["status"] = json!(&text[..second]);
    });
    snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
        map["data"]["priorities"] = json!("20:\n- ^aks-other-.*\n");
    });
    let text = stdout(&status(&snapshot, &[]));
    for line in [
        "1 Spot and 1 on-demand node; 1 node group\n",
        "matches none of 1 node group\n",
        "no pattern matches aks-spot1-12345678-vmss: it gets no new nodes",
    ] {
        assert!(text.contains(line), "no `{line}` in\n{text}");
    }
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
        (
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: a}\n",
            "<stdin> is a configuration of spotgen",
        ),
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
