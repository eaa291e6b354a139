//! Settings of the configuration that keep pods away from Spot: each is blamed at its own key.

use serde_json::json;

use super::simulate_played::Simulation;

#[test]
fn a_priority_threshold_is_blamed_at_its_own_key() {
    let set = "spec.descheduler.evictor.priorityThreshold.value=0";
    let run = Simulation::of_minimal().sets(&[set]).play("pool");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(
        cause.contains(" spec.descheduler.evictor.priorityThreshold"),
        "{finding}"
    );
    let change = &finding["changes"][0];
    assert_eq!(
        change["set"][0], "spec.descheduler.evictor.priorityThreshold=null",
        "{finding}"
    );
    assert_eq!(change["verdict"], "converged", "{finding}");
}

/// Placeholders wait for nodes as long as it lasts, so that more of them would be no help.
#[test]
fn an_autoscaler_that_is_halted_is_blamed_for_pods_that_stay_away() {
    let sets = [
        "spec.autoscaler={profilePreset: None}",
        "spec.workloads.web.replicas=20",
        "spec.workloads.web.requests={cpu: 500m, memory: 512Mi}",
        "spec.workloads.web.disruptionBudget=None",
        "spec.nodePools.regular1.nodes={min: 5, max: 10}",
        "spec.nodePools.spot1.nodes={min: 0, max: 10}",
        "spec.nodePools.spot1.spot={evictionPolicy: Deallocate}",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("all-spot-10m");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "unready-nodes-halt-autoscaler", "{run}");
    assert_eq!(finding["changes"][0]["verdict"], "converged", "{run}");
}

/// The autoscaler may not delete machines that the cloud refused at the minimum of the pool, and waits for them.
#[test]
fn refused_machines_at_the_minimum_of_a_pool_are_blamed() {
    let least = "spec.nodePools.spot1.nodes.min=2";
    let run = Simulation::of_minimal().sets(&[least]).play("all-spot-10m");
    assert_eq!(run["verdict"], "quiet", "{run}");
    let finding = &run["findings"][0];
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(cause.ends_with("spec.nodePools.0.nodes.min"), "{run}");
    let change = &finding["changes"][0];
    assert_eq!(change["set"], json!(["spec.nodePools.spot1.nodes.min=0"]));
    assert_eq!(change["verdict"], "converged", "{run}");
}
