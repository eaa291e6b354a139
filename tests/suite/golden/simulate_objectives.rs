//! Objectives that cannot be met, or need not.

use super::simulate_played::Simulation;

/// A pool that is gone for good leaves pods on on-demand that the other pools have no room for.
#[test]
fn no_failback_is_asked_for_while_a_pool_is_gone() {
    let sets = [
        "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: spot2, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 1}}, \
         {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]",
        "spec.workloads.web.replicas=12",
        "spec.workloads.web.requests={cpu: 800m, memory: 512Mi}",
        "spec.overprovisioner={placeholders: [{name: spot, capacity: Spot, replicas: 1, requests: {cpu: 1500m, memory: 512Mi}}]}",
        "spec.simulation={objectives: {failoverWithin: 5m, failbackWithin: 1h}}",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("pool-gone");
    assert_eq!(run["verdict"], "converged", "{run}");
    assert!(
        run["workloads"][0]["onOnDemand"].as_i64() > Some(0),
        "{run}"
    );
    let judged = run["assertions"].as_array().expect("a list").iter();
    let judged: Vec<_> = judged.filter_map(|own| own["objective"].as_str()).collect();
    assert_eq!(judged, ["failoverWithin"], "{run}");
}

#[test]
fn more_ready_pods_than_there_are_cannot_be_asked_for() {
    let objectives = "spec.simulation.objectives={minReady: 4}";
    let run = Simulation::of_minimal()
        .sets(&[objectives])
        .play("cold-start");
    let got = run["assertions"][0]["got"].as_str().unwrap_or_default();
    assert!(
        got.ends_with("of 3 of shop/web, which has no more"),
        "{run}"
    );
}
