//! Upgrades of node pools, as clouds do them.

use serde_json::Value as Json;

use super::simulate_played::Simulation;

#[test]
fn an_upgrade_has_the_command_of_the_cloud() {
    let run = Simulation::of_minimal().play("node-upgrade");
    let commands: Vec<&str> = { run["commands"].as_array().into_iter().flatten() }
        .filter_map(Json::as_str)
        .collect();
    let upgrade = "az aks nodepool upgrade --resource-group RESOURCE_GROUP --cluster-name CLUSTER";
    assert_eq!(commands.len(), 3, "{run}");
    assert!(commands[1..].iter().all(|own| own.starts_with(upgrade)));
    assert!(run["killedWithoutGrace"].as_i64() > Some(0), "{run}");
}

#[test]
fn an_upgrade_takes_no_more_than_the_cloud_has() {
    let upgrade = |supply: &str| {
        let scenarios = format!(
            "spec.simulation.scenarios=[{{name: own, description: an upgrade, steps: [{{at: 0s, capacity: {{of: {supply}}}, upgrade: {{pools: [spot1]}}}}]}}]"
        );
        let (_, out, err) = Simulation::of_minimal()
            .sets(&[&scenarios])
            .arguments(&["--scenario", "own"])
            .say();
        assert!(err.is_empty(), "{err}");
        out
    };
    let early = "the upgrade of nodes ends early: a new node did not come";
    assert!(upgrade("None").contains(early));
    let whole = upgrade("Full");
    assert!(!whole.contains(early), "{whole}");
    assert!(whole.contains("5 pods die with their machines"), "{whole}");
}

#[test]
fn whoever_drains_changes_nothing_in_an_upgrade_of_aks() {
    let handled = Simulation::of_minimal().play("node-upgrade");
    let off = "spec.terminationHandler.enabled=false";
    let unhandled = Simulation::of_minimal().sets(&[off]).play("node-upgrade");
    for key in ["killedWithoutGrace", "failoverSeconds", "evictionsBy"] {
        assert_eq!(handled[key], unhandled[key], "{key}");
    }
    assert!(handled["failoverSeconds"].is_number(), "{handled}");
}
