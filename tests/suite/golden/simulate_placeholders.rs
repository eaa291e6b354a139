//! What is told of room that placeholders keep, or do not keep.

use serde_json::json;

use super::simulate_played::Simulation;

/// A placeholder as large as the largest pod leaves no room for one beside it on a node of hardly more. A smaller one would,
/// and would hold too little when Spot is taken again.
#[test]
fn no_placeholder_is_made_smaller_than_the_pods_it_holds_room_for() {
    let run = Simulation::of_minimal()
        .sets(&["spec.workloads.web.requests.cpu=3"])
        .play("pool");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "no-room-beside-placeholders", "{finding}");
    assert_eq!(finding["changes"], json!([]), "{finding}");
}

#[test]
fn one_more_placeholder_brings_the_node_that_an_anti_affinity_needs() {
    let manifests = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: {matchLabels: {app: web}}
      containers:
        - {name: web, image: example.com/web:1, resources: {requests: {cpu: 500m, memory: 256Mi}}}
";
    let run = Simulation::of_minimal().from(manifests).play("pool");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let change = &run["findings"][0]["changes"][0];
    let set = change["set"][0].as_str().unwrap_or_default();
    assert!(
        set.contains("spread: OnePerNode, replicas: 3}, {name: on-demand,"),
        "{run}"
    );
    assert_eq!(change["verdict"], "converged", "{run}");
    let again = Simulation::of_minimal()
        .from(manifests)
        .sets(&[set])
        .play("pool");
    assert_eq!(again["verdict"], "converged", "{again}");
}

/// The pool may not grow, and what is free of it placeholders keep: pods would fit in their place.
#[test]
fn what_placeholders_keep_of_a_full_pool_is_room() {
    let sets = [
        "spec.nodePools.spot1.nodes.max=2",
        "spec.workloads.web.requests.cpu=1500m",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("pool");
    // The room is kept on purpose: it is told, and does not count against the run.
    assert_eq!(run["verdict"], "converged", "{run}");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "no-room-beside-placeholders", "{finding}");
    let message = finding["message"].as_str().unwrap_or_default();
    let why = "Spot nodes have room only where placeholders are, and spot1 may have no more";
    assert!(message.ends_with(why), "{finding}");
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(cause.ends_with(" spec.nodePools.0.nodes.max"), "{finding}");
    let change = &finding["changes"][0];
    assert_eq!(change["set"][0], "spec.nodePools.spot1.nodes.max=3");
    assert_eq!(change["verdict"], "converged", "{finding}");
}
