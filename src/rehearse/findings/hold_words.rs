//! What holds pods up in words, and the rule to read of it.

use crate::rehearse::hold::Hold;

/// Of pods that no empty node takes.
pub(super) fn of_no_pool(hold: &Hold) -> (String, &'static str) {
    let (words, rule) = match hold {
        Hold::Labels => (
            "and no pool has the labels that they ask for",
            "selector-matches-no-pool",
        ),
        Hold::Taints => (
            "and they tolerate the taints of no pool",
            "no-pool-takes-pod",
        ),
        Hold::Device(name) => {
            let words = format!("and they request {name}, of which no node of any pool has enough");
            return (words, "pod-fits-no-node");
        }
        _ => (
            "and they request more than a node of any pool has",
            "pod-fits-no-node",
        ),
    };
    (words.to_owned(), rule)
}

/// Of pods below the autoscaler's cutoff.
pub(super) fn of_priority(priority: i32, cutoff: i32) -> String {
    format!(
        "and the autoscaler adds no node for them: their priority of {priority} is below {cutoff}"
    )
}

/// Of pods that are kept off for the sake of other pods.
pub(super) fn of_other_pods(hold: &Hold) -> (String, Option<&'static str>) {
    let rule = "anti-affinity-without-room";
    match hold {
        Hold::Ports => (
            "and every node has the port already that they take".to_owned(),
            Some("host-port-without-room"),
        ),
        Hold::AntiAffinityOf(other) => (
            format!("and the anti-affinity of {other} keeps them off every node"),
            Some(rule),
        ),
        // No rule is about it.
        Hold::Affinity => (
            "and they must be beside other pods, and no node has such pods and room for more"
                .to_owned(),
            None,
        ),
        Hold::Spread => (
            "and their spread keeps them off every node".to_owned(),
            Some("hard-spread-keeps-off-spot"),
        ),
        _ => (
            "and their anti-affinity keeps them off every node".to_owned(),
            Some(rule),
        ),
    }
}

/// The rule to read of pods that no Spot node lets on.
pub(super) fn off_spot(hold: &Hold) -> Option<&'static str> {
    match hold {
        Hold::Labels => Some("never-on-spot"),
        Hold::Taints => Some("missing-spot-toleration"),
        Hold::Requests | Hold::Device(_) => Some("pod-fits-no-node"),
        Hold::Priority => Some("expendable-placeholder"),
        Hold::Ports => Some("host-port-without-room"),
        Hold::Spread => Some("hard-spread-keeps-off-spot"),
        Hold::AntiAffinity | Hold::AntiAffinityOf(_) => Some("anti-affinity-without-room"),
        Hold::Affinity | Hold::Claims | Hold::LocalStorage | Hold::Few => None,
    }
}
