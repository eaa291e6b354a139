//! How to read the parameters, for whoever reads their `ConfigMap`.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler README.md, "Control patterns and `ConfigMap` formats";
//! `pkg/autoscaler/controller/linearcontroller`.

use super::plan::Control;
use crate::config::{Ladder, Linear};

pub(super) fn parameters(control: &Control) -> String {
    match control {
        Control::Linear(linear) => of_linear(linear),
        Control::Ladder(ladder) => of_ladder(ladder),
    }
}

fn of_linear(linear: &Linear) -> String {
    let by_nodes = linear
        .nodes_per_replica
        .map(|_| "the counted nodes / nodesPerReplica");
    let by_cores = linear
        .cores_per_replica
        .map(|_| "their cores / coresPerReplica");
    let mut said = match (by_nodes, by_cores) {
        (Some(nodes), Some(cores)) => format!("Placeholders: the larger of {nodes} and {cores}"),
        (None, Some(_)) => {
            "Placeholders: the cores of the counted nodes / coresPerReplica".to_owned()
        }
        (nodes, None) => format!("Placeholders: {}", nodes.unwrap_or("none")),
    };
    said.push_str(", rounded up");
    if linear.prevent_single_point_failure == Some(true) {
        said.push_str("; preventSinglePointFailure: at least 2 with more than one node");
    }
    match (linear.min, linear.max) {
        (Some(_), Some(_)) => said.push_str("; never below min or above max"),
        (Some(_), None) => said.push_str("; never below min"),
        (None, Some(_)) => said.push_str("; never above max"),
        (None, None) => {}
    }
    said.push('.');
    said
}

fn of_ladder(ladder: &Ladder) -> String {
    match (
        ladder.nodes_to_replicas.is_empty(),
        ladder.cores_to_replicas.is_empty(),
    ) {
        (_, true) => "Each pair: from this many counted nodes up, this many placeholders.",
        (true, false) => {
            "Each pair: from this many cores of the counted nodes up, this many placeholders."
        }
        (false, false) => {
            "Each pair: from this many counted nodes or cores up, this many placeholders; the larger number applies."
        }
    }
    .to_owned()
}
