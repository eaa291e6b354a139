//! What is offered against a finding: it ends it, brings nothing as bad in its place, and is no more than is needed.

use serde_json::{Value as Json, json};

use super::simulate_played::Simulation;

/// Two pools, of which the first is on Spot, and workloads.
fn config(spot: &str, on_demand: &str, workloads: &[&str]) -> String {
    let workloads: Vec<String> = workloads
        .iter()
        .map(|own| format!("    - {{{own}}}\n"))
        .collect();
    format!(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: c}}
spec:
  provider: aks
  nodePools:
    - {{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {{{spot}}}}}
    - {{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {{{on_demand}}}}}
  workloads:
{}",
        workloads.concat()
    )
}

/// With the first change that is offered against the finding of this number.
fn changed(config: &str, run: &Json, finding: usize) -> Json {
    let sets = run["findings"][finding]["changes"][0]["set"].as_array();
    let sets: Vec<&str> = sets
        .expect("it is offered")
        .iter()
        .filter_map(Json::as_str)
        .collect();
    let scenario = run["name"].as_str().expect("a name");
    Simulation::of(config).sets(&sets).play(scenario)
}

/// Without the minimum the refused machines go, and pods wait for nodes of a pool that is full.
#[test]
fn a_change_that_brings_another_stall_is_offered_with_what_ends_that_one() {
    let config = config(
        "min: 1, max: 6",
        "min: 1, max: 1",
        &[
            "name: web, namespace: shop, selector: {app: web}, replicas: 6, requests: {cpu: 1, memory: 512Mi}",
        ],
    );
    let run = Simulation::of(&config).play("pool-gone");
    assert_eq!(run["verdict"], "stuck", "{run}");
    let finding = &run["findings"][0];
    let cause = finding["cause"].as_str().unwrap_or_default();
    assert!(cause.ends_with("spec.nodePools.0.nodes.min"), "{run}");
    let change = &finding["changes"][0];
    assert_eq!(change["verdict"], "converged", "{run}");
    let again = changed(&config, &run, 0);
    assert_eq!(again["verdict"], "converged", "{again}");
    assert_eq!(again["findings"], json!([]), "{again}");
}

/// Where nothing more can be tried, the report says what a change would bring.
#[test]
fn what_is_in_the_place_of_a_stall_is_told() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: generic
  nodePools:
    - {name: spot1, capacity: Spot, nodes: {min: 1, max: 3}, allocatable: {cpu: 3800m, memory: 14Gi}, labels: {cap: spot}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 1, requests: {cpu: 1, memory: 1Gi}}
";
    let run = Simulation::of(config).play("pool-gone");
    let finding = &run["findings"][0];
    assert_eq!(finding["changes"], json!([]), "{run}");
    let why = finding["noChange"].as_str().unwrap_or_default();
    assert!(
        why.contains("; with --set spec.nodePools.spot1.nodes.min=0, 1 pod is not ready")
            && why.ends_with("only a pool on on-demand does, and its size is for you to choose"),
        "{why}"
    );
}

#[test]
fn pools_that_are_full_are_told_apart_by_the_pods_that_need_them() {
    let config = config(
        "min: 0, max: 2",
        "min: 1, max: 3",
        &[
            "name: web, namespace: shop, selector: {app: web}, replicas: 6, requests: {cpu: 3, memory: 512Mi}",
            "name: batch, namespace: shop, selector: {app: batch}, replicas: 6, requests: {cpu: 3, memory: 512Mi}, placement: {spot: Required}",
        ],
    );
    let run = Simulation::of(&config).play("one-node");
    let pools = [("shop/batch", "spot1"), ("shop/web", "regular1")];
    for (at, (workload, pool)) in pools.into_iter().enumerate() {
        let finding = &run["findings"][at];
        assert_eq!(finding["workloads"], json!([workload]), "{run}");
        let set = finding["changes"][0]["set"][0].as_str().unwrap_or_default();
        assert!(
            set.starts_with(&format!("spec.nodePools.{pool}.nodes.max=")),
            "{run}"
        );
    }
}

/// A pool may have too few nodes by far: what is needed is found, and no more.
#[test]
fn a_pool_grows_as_far_as_it_must() {
    let config = config(
        "min: 0, max: 2",
        "min: 1, max: 1",
        &[
            "name: web, namespace: shop, selector: {app: web}, replicas: 40, requests: {cpu: 3, memory: 512Mi}",
        ],
    );
    let run = Simulation::of(&config).play("pool-gone");
    assert_eq!(
        run["findings"][0]["changes"][0]["set"],
        json!(["spec.nodePools.regular1.nodes.max=41"]),
        "{run}"
    );
    let fewer = Simulation::of(&config)
        .sets(&["spec.nodePools.regular1.nodes.max=40"])
        .play("pool-gone");
    assert_eq!(fewer["verdict"], "stuck", "{fewer}");
}

#[test]
fn a_budget_over_the_pods_that_stay_on_on_demand_is_changed_where_it_is() {
    let config = config(
        "min: 0, max: 6",
        "min: 1, max: 3",
        &[
            "name: web, namespace: shop, selector: {app: web}, replicas: 3, onDemandBase: 1, requests: {cpu: 1, memory: 512Mi}, disruptionBudget: {maxUnavailable: 0}",
        ],
    );
    let run = Simulation::of(&config).play("node-upgrade");
    assert_eq!(
        run["findings"][0]["workloads"],
        json!(["shop/web-base"]),
        "{run}"
    );
    assert_eq!(
        run["findings"][0]["changes"][0]["set"],
        json!(["spec.workloads.web.disruptionBudget.maxUnavailable=1"]),
        "{run}"
    );
    assert_eq!(changed(&config, &run, 0)["findings"], json!([]), "{run}");
}

#[test]
fn pods_that_nothing_puts_on_on_demand_can_do_without_a_base() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 3, onDemandBase: 1, requests: {cpu: 1, memory: 512Mi}, placement: {spot: Required}}
";
    let run = Simulation::of(config).play("one-node");
    assert_eq!(
        run["findings"][0]["changes"][0]["set"],
        json!(["spec.workloads.web.onDemandBase=0"]),
        "{run}"
    );
}

/// The autoscaler waits for ever for machines that never came where it may not delete them.
#[test]
fn machines_that_never_came_hold_a_pool_at_its_minimum() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: generic
  nodePools:
    - {name: spot1, capacity: Spot, nodes: {min: 2, max: 2}, allocatable: {cpu: 3800m, memory: 14Gi}, labels: {cap: spot}}
    - {name: regular1, capacity: OnDemand, nodes: {min: 2, max: 2}, allocatable: {cpu: 3800m, memory: 14Gi}, labels: {cap: od}}
  workloads:
    - {name: web, namespace: shop, selector: {app: web}, replicas: 2, requests: {cpu: 3, memory: 6Gi}}
    - {name: data, namespace: shop, selector: {app: data}, replicas: 1, requests: {cpu: 3, memory: 128Mi}}
";
    let run = Simulation::of(config).play("silent-hang");
    let finding = &run["findings"][0];
    let message = finding["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("may not delete the machines of pool spot1 that never came"),
        "{run}"
    );
    assert_eq!(
        finding["changes"][0]["set"],
        json!(["spec.nodePools.spot1.nodes.min=0"]),
        "{run}"
    );
}

/// Where two pools of Spot hang in turn, only nodes that are there already help at once.
#[test]
fn on_demand_nodes_that_are_always_there_end_a_long_wait() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, zones: ['1', '2', '3'], nodes: {min: 0, max: 10}}
    - {name: spot2, capacity: Spot, vmSize: Standard_D4s_v5, zones: ['1', '2', '3'], nodes: {min: 0, max: 2}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, zones: ['1', '2', '3'], nodes: {min: 0, max: 5}}
  workloads:
    - {name: data, namespace: shop, kind: StatefulSet, selector: {app: data}, replicas: 3, requests: {cpu: 1, memory: 128Mi}}
    - {name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 1, memory: 128Mi}}
";
    let run = Simulation::of(config).play("silent-hang");
    let finding = &run["findings"][0];
    assert_eq!(finding["class"], "slow", "{run}");
    let set = finding["changes"][0]["set"][0].as_str().unwrap_or_default();
    assert!(
        set.starts_with("spec.nodePools.regular1.nodes.min="),
        "{run}"
    );
    assert_eq!(changed(config, &run, 0)["findings"], json!([]), "{run}");
}

/// A machine that the minimum keeps comes after all; each other one is given up.
#[test]
fn machines_that_are_given_up_are_named_beside_one_that_came() {
    let config = "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: c}
spec:
  provider: aks
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D8s_v5, nodes: {min: 2, max: 3}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}, maxPods: 12}
  workloads:
    - {name: data, namespace: shop, kind: StatefulSet, selector: {app: data}, replicas: 3, requests: {cpu: 3, memory: 128Mi}}
    - {name: web, namespace: shop, selector: {app: web}, replicas: 10, requests: {cpu: 100m, memory: 128Mi}}
  overprovisioner: {enabled: false}
  autoscaler: {profile: {max-node-provision-time: 2m}}
";
    let run = Simulation::of(config).play("zone");
    let finding = &run["findings"][0];
    let message = finding["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("`max-node-provision-time` is shorter"),
        "{run}"
    );
    assert_eq!(finding["changes"][0]["verdict"], "converged", "{run}");
}
