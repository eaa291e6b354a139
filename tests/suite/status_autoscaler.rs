//! What `status` says where no cluster autoscaler is to be seen.

use serde_json::{Value as Json, json};

use super::process::stdout;
use super::status::{part, status};
use super::status_cluster::{Snapshot, healthy};

const REPORT: &str = "cluster-autoscaler-status";
const NODES: [&str; 4] = ["spot1-a", "spot1-b", "regular-a", "system-a"];

/// The same cluster with other labels on its nodes, and without a report.
fn labeled(labels: &Json) -> Snapshot {
    let mut snapshot = healthy();
    snapshot.remove("ConfigMap", REPORT);
    for name in NODES {
        snapshot.edit("Node", name, |node| {
            node["metadata"]["labels"] = labels.clone();
        });
    }
    snapshot
}

fn of_nobodys_cloud() -> Snapshot {
    labeled(&json!({"kubernetes.io/os": "linux"}))
}

fn self_managed() -> Snapshot {
    let mut snapshot = of_nobodys_cloud();
    snapshot.edit("Node", "system-a", |node| {
        node["metadata"]["labels"]["node-role.kubernetes.io/control-plane"] = json!("");
    });
    snapshot
}

fn ids(part: &Json) -> Vec<&str> {
    let troubles = part["troubles"].as_array().expect("a list").iter();
    troubles
        .map(|own| own["id"].as_str().expect("text"))
        .collect()
}

/// Where nobody else can run one, priorities that nothing reads do not work.
#[test]
fn without_an_autoscaler_the_priorities_do_nothing() {
    let eks = labeled(&json!({"eks.amazonaws.com/nodegroup": "workers"}));
    for snapshot in [self_managed(), eks] {
        let expander = part(&snapshot, "priority-expander");
        assert_eq!(ids(&expander), ["autoscaler-missing"], "{expander}");
        // Nothing else is asked of it, and the snapshot lacks nothing.
        assert_eq!(expander["cannotTell"], json!([]));
        let text = stdout(&status(&snapshot, &[]));
        assert!(!text.contains("to the `kubectl get`"), "{text}");
        assert!(
            text.contains("no cluster autoscaler is to be seen"),
            "{text}"
        );
    }
}

/// A cloud that is not known may run one in a control plane that nobody sees.
#[test]
fn an_unseen_control_plane_may_have_one() {
    let snapshot = of_nobodys_cloud();
    let expander = part(&snapshot, "priority-expander");
    assert_eq!(expander["state"], "unknown", "{expander}");
    let text = stdout(&status(&snapshot, &[]));
    assert!(!text.contains("to the `kubectl get`"), "{text}");
    assert!(text.contains("if the cloud runs one"), "{text}");
}

/// Kinds are asked for only where the snapshot has none of them.
#[test]
fn only_missing_kinds_are_asked_for() {
    let mut snapshot = self_managed();
    snapshot.drop_kind("Deployment");
    let text = stdout(&status(&snapshot, &[]));
    assert!(text.contains("add deployments to"), "{text}");
    assert!(!text.contains("add configmaps to"), "{text}");
    let mut snapshot = self_managed();
    snapshot.drop_kind("ConfigMap");
    let text = stdout(&status(&snapshot, &[]));
    assert!(text.contains("add configmaps to"), "{text}");
    // On AKS it is in the control plane, and reports once a pool scales.
    let mut snapshot = healthy();
    snapshot.remove("ConfigMap", REPORT);
    let text = stdout(&status(&snapshot, &[]));
    assert!(text.contains("enableAutoScaling"), "{text}");
    assert!(!text.contains("add configmaps to"), "{text}");
    assert_eq!(text.matches("az aks nodepool list").count(), 1, "{text}");
    // One that runs and writes none.
    let mut snapshot = self_managed();
    snapshot.autoscaler("priority");
    let text = stdout(&status(&snapshot, &[]));
    assert!(text.contains("--write-status-configmap=false"), "{text}");
    assert!(!text.contains("add configmaps to"), "{text}");
}

/// One that reports runs somewhere.
#[test]
fn a_report_without_a_deployment_is_no_trouble() {
    let mut snapshot = self_managed();
    let report = healthy().object("ConfigMap", REPORT);
    snapshot.push(report);
    let expander = part(&snapshot, "priority-expander");
    let gaps = expander["cannotTell"].to_string();
    assert!(
        gaps.contains("it reports, and its Deployment is not to be seen"),
        "{gaps}"
    );
    assert!(
        !ids(&expander).contains(&"autoscaler-missing"),
        "{expander}"
    );
    assert!(!gaps.contains("add deployments"), "{gaps}");
}
