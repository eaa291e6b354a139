//! The commands that cause a scenario for real.

use serde_json::json;

use super::simulate_played::Simulation;

/// Load makes a Deployment have more pods, and no Job: kubectl does not scale one either.
#[test]
fn each_step_of_load_has_its_command() {
    let sets = [
        "spec.simulation.scenarios=[{name: night, steps: [{at: 0s, load: {percent: 0}}, {at: 30m, load: {percent: 200}}]}]",
        "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, \
         memory: 512Mi}}, {name: batch, namespace: shop, kind: Job, replicas: 2, requests: {cpu: 250m, memory: 512Mi}}]",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("night");
    let commands = json!([
        "kubectl scale --namespace shop deployment/web --replicas 0  # 0 % of 3",
        "# after 30 min:",
        "kubectl scale --namespace shop deployment/web --replicas 6  # 200 % of 3",
    ]);
    assert_eq!(run["commands"], commands, "{run}");
    let workloads = run["workloads"].as_array().cloned().unwrap_or_default();
    let replicas = |name: &str| {
        let mut own = workloads.iter();
        own.find(|own| own["name"] == name)
            .map(|own| own["replicas"].clone())
    };
    assert_eq!(replicas("web"), Some(json!(6)), "{run}");
    assert_eq!(replicas("batch"), Some(json!(2)), "{run}");
}

/// `kubectl rollout restart` knows no Job.
#[test]
fn a_job_is_not_rolled_out() {
    let sets = [
        "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, \
         memory: 512Mi}}, {name: batch, namespace: shop, kind: Job, replicas: 2, requests: {cpu: 250m, memory: 512Mi}}]",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("rolling-update");
    let commands = run["commands"].to_string();
    assert!(
        commands.contains("restart --namespace shop deployment/web"),
        "{run}"
    );
    assert!(!commands.contains("batch"), "{run}");
}

#[test]
fn without_a_spot_pool_nothing_is_interrupted() {
    let pools = "spec.nodePools=[{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]";
    let (code, out, err) = Simulation::of_minimal()
        .sets(&[pools])
        .arguments(&["--scenario", "one-node"])
        .say();
    assert_eq!(code, Some(0), "{err}");
    let told = "Spot nodes: no pool has any, so no scenario interrupts one";
    assert!(out.contains(told), "{out}");
    assert!(!out.contains("az vmss"), "{out}");
    assert!(!out.contains("NODE_GROUP"), "{out}");
}

#[test]
fn the_pool_that_is_out_of_capacity_is_named() {
    let two = "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: spot2, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]";
    let (_, out, err) = Simulation::of_minimal()
        .sets(&[two])
        .arguments(&["--scenario", "pool-gone"])
        .say();
    assert!(out.contains("at 0 s: spot1 has no capacity"), "{out}{err}");
    assert_eq!(out.matches("az vmss simulate-eviction").count(), 1, "{out}");
    let (_, out, err) = Simulation::of_minimal()
        .sets(&[two])
        .arguments(&["--scenario", "all-spot-10m"])
        .say();
    assert!(out.contains("at 0 s: Spot has no capacity"), "{out}{err}");
}
