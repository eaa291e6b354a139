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
