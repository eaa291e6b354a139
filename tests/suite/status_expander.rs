//! What `status` says of the priority expander.

use serde_json::json;

use super::status::{one_trouble, part, troubles};
use super::status_cluster::healthy;

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
        "the pattern `^aks-spott-.*` matches none of 3 node groups",
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
fn a_spot_group_comes_before_those_on_on_demand() {
    for (priorities, line) in [
        ("10:\n- ^aks-spot1-.*\n20:\n- .*\n", "are both in tier 20"),
        ("10:\n- .*\n", "are both in tier 10"),
        (
            "10:\n- ^aks-spot1-.*\n- ^aks-system-.*\n20:\n- ^aks-regular-.*\n",
            "are in the tiers 20 and 10: the cluster autoscaler adds on-demand first",
        ),
    ] {
        let mut snapshot = healthy();
        snapshot.edit("ConfigMap", "cluster-autoscaler-priority-expander", |map| {
            map["data"]["priorities"] = json!(priorities);
        });
        one_trouble(&snapshot, "expander-prefers-on-demand", line);
    }
}

/// Before its first loop, the autoscaler knows no group.
#[test]
fn an_autoscaler_that_starts_says_nothing_of_patterns() {
    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-status", |map| {
        map["data"]["status"] =
            json!("time: 2026-08-20 12:00:00 +0000 UTC\nautoscalerStatus: Initializing\n");
    });
    assert_eq!(troubles(&snapshot), [""; 0]);
    let expander = part(&snapshot, "priority-expander");
    assert_eq!(expander["state"], "unknown");
    let gaps = expander["cannotTell"].to_string();
    assert!(gaps.contains("reports no group"), "{gaps}");
}

/// Before 1.30 it was free text.
#[test]
fn a_report_in_free_text_is_there_and_not_read() {
    let mut snapshot = healthy();
    snapshot.edit("ConfigMap", "cluster-autoscaler-status", |map| {
        map["data"]["status"] =
            json!("Cluster-autoscaler status at 2023-01-01:\nCluster-wide:\n  Health: Healthy\n");
    });
    for name in ["node-pools", "priority-expander"] {
        let gaps = part(&snapshot, name)["cannotTell"].to_string();
        assert!(
            gaps.contains("the cluster-autoscaler-status that is there cannot be read"),
            "{gaps}"
        );
        assert!(!gaps.contains("add configmaps"), "{gaps}");
    }
}

#[test]
fn each_event_is_sent_to_its_own_cause() {
    for (reason, rule) in [
        ("PriorityConfigMapInvalid", "broken-expander-config"),
        ("PriorityConfigMapNotMatchedGroup", "pool-without-priority"),
        ("PriorityConfigMapNoGroupMatched", "pattern-without-pool"),
    ] {
        let mut snapshot = healthy();
        let about = (
            "ConfigMap",
            "kube-system",
            "cluster-autoscaler-priority-expander",
        );
        snapshot.event(about, ("cluster-autoscaler", reason), "no");
        let line = format!("spotgen explain {rule};");
        one_trouble(&snapshot, "expander-event", &line);
    }
}
